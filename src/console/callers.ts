import type { IncomingMessage } from 'node:http'
import { invalid } from '../domain/problem.ts'
import { type Caller, demandSafeWay } from '../web/callers.ts'
import type { House } from '../web/house.ts'
import { refusedAs } from '../web/sign-in.ts'

/** Who sends a password: refused where it was readable on its way. */
export function callerWithPassword(request: IncomingMessage, { callerOf, allowPlainHttp }: House): Caller {
  const caller = callerOf(request)
  demandSafeWay(caller, allowPlainHttp)
  return caller
}

/** To catch a refused password with: that of the visitor was asked for, at this field of the form. */
export const notYours = (location: string) => refusedAs(() => invalid({ location, message: 'is not yours' }))

/** Where people find the house: for links that they hand on. */
export function originFor(request: IncomingMessage, { callerOf, publicUrl }: House): string {
  if (publicUrl) return publicUrl.replace(/\/$/, '')
  const { secure, host } = callerOf(request)
  return `${secure ? 'https' : 'http'}://${host ?? 'localhost'}`
}

/** An address of this console, and no other: `//host` and `/\host` would lead elsewhere. */
export const ownAddress = (text: string | undefined): string =>
  text !== undefined && /^\/(?![/\\])/.test(text) && !text.startsWith('/logout') ? text : '/'
