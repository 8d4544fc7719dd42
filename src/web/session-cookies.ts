import type { IncomingMessage } from 'node:http'
import { lastsFor } from '../domain/session.ts'

/** `secure` is whether people reach us by https. With `__Host-` no other host, no path and no plain http can set it. */
const nameOf = (secure: boolean): string => (secure ? '__Host-kaiten-session' : 'kaiten-session')

/** The token that a browser sent; under https only the name that nobody else can have set. */
export function sessionTokenOf({ headers }: IncomingMessage, secure: boolean): string | undefined {
  const wanted = `${nameOf(secure)}=`
  const pair = headers.cookie?.split(';').find(each => each.trim().startsWith(wanted))
  return pair?.trim().slice(wanted.length) || undefined
}

/** Value of Set-Cookie. Lax: a link from elsewhere finds people signed in, a form from elsewhere does not. */
export const sessionCookie = (token: string, secure: boolean): string =>
  `${nameOf(secure)}=${token}; Path=/; Max-Age=${lastsFor / 1000}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`

export const noSessionCookie = (secure: boolean): string =>
  `${nameOf(secure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
