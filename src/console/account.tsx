import { Account, ChangePassword, EditAccount } from '../../views/account.tsx'
import { oneself } from '../domain/user.ts'
import type { Visitor } from '../domain/visitor.ts'
import type { House } from '../web/house.ts'
import { endOtherSessions, endSession, enterOrganization, ownSessions } from '../web/sessions.ts'
import { changePassword } from '../web/sign-in.ts'
import { callerWithPassword, notYours } from './callers.ts'
import { setCookie } from './cookies.ts'
import { lastOf, saidIn } from './forms.ts'
import { form, goTo, type Page, page } from './page.ts'

/** What people see and change of themselves, whatever their role. */
export const account = (house: House): Page[] => {
  const show = ({ visitor }: { visitor: Visitor }) => <Account sessions={ownSessions(visitor, house)} />
  return [
    ...page('/account', { demand: 'visitor', show }),
    ...form('/account/edit', {
      demand: 'visitor',
      show: () => <EditAccount />,
      submit: async ({ visitor, fields, request, response }) => {
        await house.submit('users.updateSelf', oneself(visitor.principal), saidIn(fields))
        // What was chosen in this browser alone would hide the choice for all.
        setCookie(response, house.callerOf(request), 'theme', '', 0)
        return goTo('/account', 'Your account was saved.')
      },
    }),
    ...form('/account/password', {
      demand: 'visitor',
      show: () => <ChangePassword />,
      submit: async ({ visitor, request, response, fields }) => {
        const caller = callerWithPassword(request, house)
        const password = lastOf(fields, 'currentPassword') ?? ''
        const newPassword = lastOf(fields, 'password') ?? ''
        const changed = await changePassword(request, visitor, house, caller, { password, newPassword }).catch(
          notYours('body.currentPassword'),
        )
        response.appendHeader('Set-Cookie', changed.cookie)
        return goTo('/account')
      },
    }),
    ...form('/account/sessions/end', {
      demand: 'visitor',
      show,
      submit: async ({ visitor, fields }) => {
        await endSession(visitor, house, lastOf(fields, 'id') ?? '')
        return goTo('/account', 'The session was ended.')
      },
    }),
    ...form('/account/sessions/end-others', {
      demand: 'visitor',
      show,
      submit: async ({ visitor }) => {
        await endOtherSessions(visitor, house)
        return goTo('/account', 'All other sessions were ended.')
      },
    }),
    ...form('/account/organization', {
      demand: 'visitor',
      show,
      submit: async ({ visitor, request, fields }) => {
        const caller = house.callerOf(request)
        await enterOrganization(request, visitor, house, caller, lastOf(fields, 'organization') ?? '')
        return goTo('/')
      },
    }),
  ]
}
