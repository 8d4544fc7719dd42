import type { IncomingMessage } from 'node:http'
import type { Theme } from '../domain/user.ts'
import type { Visitor } from '../domain/visitor.ts'
import type { House } from '../web/house.ts'
import { ownAddress } from './callers.ts'
import { cookieOf, setCookie } from './cookies.ts'
import { demandOwnToken } from './forgery.ts'
import { lastOf } from './forms.ts'
import { goTo, type Page } from './page.ts'

const aYear = 365 * 24 * 3600

/** The theme that was chosen in this browser, else the visitor's own. */
export function themeOf(request: IncomingMessage, visitor: Visitor | undefined): Theme {
  const chosen = cookieOf(request, 'theme')
  return isTheme(chosen) ? chosen : (visitor?.user.theme ?? 'auto')
}

const isTheme = (text: string | undefined): text is Theme => text === 'auto' || text === 'light' || text === 'dark'

/** Where the account menu sends its choice. It has no page of its own. */
export const theme = (house: House): Page[] => [
  {
    method: 'POST',
    path: '/theme',
    demand: 'visitor',
    handle: ({ fields, visitor, request, response }) => {
      demandOwnToken(visitor, fields)
      const chosen = lastOf(fields, 'theme')
      if (isTheme(chosen)) setCookie(response, house.callerOf(request), 'theme', chosen, aYear)
      return goTo(ownAddress(lastOf(fields, 'back')))
    },
  },
]
