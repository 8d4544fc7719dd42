import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Visitor } from '../domain/visitor.ts'
import type { Caller } from '../web/callers.ts'
import { cookieOf, setCookie } from './cookies.ts'

/**
 * What was just done is said once, on the next page. On the way there it is in a cookie for a minute: signed with the
 * session's token, so that nobody can put words into the console's mouth.
 */
const name = 'toast'
const seconds = 60

export const sendToast = (response: ServerResponse, caller: Caller, text: string, visitor: Visitor): void =>
  setCookie(response, caller, name, `${Buffer.from(text).toString('base64url')}.${signatureOf(text, visitor)}`, seconds)

/** The text that came with the request, which is then forgotten. */
export function takeToast(
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
  visitor: Visitor,
): string | undefined {
  const cookie = cookieOf(request, name)
  if (!cookie) return undefined
  setCookie(response, caller, name, '', 0)
  const [encoded = '', signature = ''] = cookie.split('.')
  const text = Buffer.from(encoded, 'base64url').toString()
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(text, visitor))]
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? text : undefined
}

const signatureOf = (text: string, { session }: Visitor): string =>
  createHmac('sha256', session.csrf).update(`toast ${text}`).digest('base64url')
