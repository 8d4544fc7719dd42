import { z } from 'zod'
import { ResetDone, SetUp, SetUpHelp, TakeInvitation, TakeReset } from '../../views/one-time-links.tsx'
import type { House } from '../web/house.ts'
import { acceptInvitation, resetPassword, setUp, shownLink } from '../web/one-time-links.ts'
import { callerWithPassword } from './callers.ts'
import { lastOf, saidIn } from './forms.ts'
import { type Entering, entrance, goTo, type Page } from './page.ts'

const Code = z.object({ code: z.string().max(200).optional() })

/** The pages of links that let somebody in once. The code is in the address at first, and in the form afterwards. */
export const oneTimeLinks = (house: House): Page[] => [
  ...entrance('/setup', {
    query: Code,
    show: ask => {
      const code = codeOf(ask)
      return code ? <SetUp code={code} link={shownLink(house, 'SETUP', code)} /> : <SetUpHelp />
    },
    submit: async ({ request, response, fields }) => {
      const caller = callerWithPassword(request, house)
      const { cookie } = await setUp(request, house, caller, saidIn(fields))
      response.appendHeader('Set-Cookie', cookie)
      return goTo('/')
    },
  }),
  ...entrance('/invitation', {
    query: Code,
    show: ask => {
      const code = codeOf(ask) ?? ''
      return <TakeInvitation code={code} link={shownLink(house, 'INVITATION', code)} />
    },
    submit: async ({ request, response, fields }) => {
      const caller = callerWithPassword(request, house)
      const { cookie } = await acceptInvitation(request, house, caller, saidIn(fields))
      response.appendHeader('Set-Cookie', cookie)
      return goTo('/')
    },
  }),
  ...entrance('/reset', {
    query: Code.extend({ done: z.string().optional() }),
    show: ask => {
      if (ask.query.done) return <ResetDone />
      const code = codeOf(ask) ?? ''
      return <TakeReset code={code} link={shownLink(house, 'RESET', code)} />
    },
    submit: async ({ request, fields }) => {
      callerWithPassword(request, house)
      await resetPassword(house, lastOf(fields, 'code') ?? '', lastOf(fields, 'password') ?? '')
      return goTo('/reset?done=yes')
    },
  }),
]

const codeOf = ({ query, fields }: Entering<{ code?: string | undefined }>): string | undefined =>
  query.code ?? lastOf(fields, 'code')
