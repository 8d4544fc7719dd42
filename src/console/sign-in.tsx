import { z } from 'zod'
import { SetUpHelp } from '../../views/one-time-links.tsx'
import { SignIn, SignOut } from '../../views/sign-in.tsx'
import type { House } from '../web/house.ts'
import { signOut } from '../web/sessions.ts'
import { signIn as enter } from '../web/sign-in.ts'
import { callerWithPassword, ownAddress } from './callers.ts'
import { lastOf } from './forms.ts'
import { entrance, form, goTo, type Page } from './page.ts'

/** Where somebody wanted to go when they were asked who they are. */
const Next = z.object({ next: z.string().max(2000).optional() })

export const signIn = (house: House): Page[] => [
  ...entrance('/login', {
    query: Next,
    show: ({ query, fields }) =>
      house.hasUsers() ? <SignIn next={ownAddress(query.next ?? lastOf(fields, 'next'))} /> : <SetUpHelp />,
    submit: async ({ request, response, fields }) => {
      const caller = callerWithPassword(request, house)
      const said = { email: lastOf(fields, 'email') ?? '', password: lastOf(fields, 'password') ?? '' }
      const { cookie } = await enter(request, house, caller, said)
      response.appendHeader('Set-Cookie', cookie)
      return goTo(ownAddress(lastOf(fields, 'next')))
    },
  }),
  ...form('/logout', {
    demand: 'visitor',
    show: () => <SignOut />,
    submit: async ({ visitor, request, response }) => {
      response.appendHeader('Set-Cookie', await signOut(visitor, house, house.callerOf(request).secure))
      return goTo('/login')
    },
  }),
]
