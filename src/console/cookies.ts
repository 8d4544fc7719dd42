import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../web/callers.ts'

/** The value of a cookie; undefined where there is none. */
export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const start = `${name}=`
  const found = (headers.cookie ?? '').split(';').find(each => each.trimStart().startsWith(start))
  return found?.trimStart().slice(start.length).trim()
}

/** Sets a cookie that scripts cannot read; nothing and 0 seconds take it away. Values are of base64url or words. */
export function setCookie(
  response: ServerResponse,
  { secure }: Caller,
  name: string,
  value: string,
  seconds: number,
): void {
  const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  response.appendHeader('Set-Cookie', `${name}=${value}; ${attributes}`)
}
