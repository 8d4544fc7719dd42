import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Fields } from '../domain/form.ts'
import { Problem } from '../domain/problem.ts'
import type { Visitor } from '../domain/visitor.ts'

/**
 * Whatever changes something must come from a page of ours. Browsers say where a request comes from, in Sec-Fetch-Site or
 * at least in Origin; and each form carries the token of its visitor's session. Source: security.md, "CSRF".
 */
export function demandOwnOrigin({ headers }: IncomingMessage): void {
  const site = headers['sec-fetch-site']
  const isOwn = site !== undefined ? site === 'same-origin' : headers.origin === undefined || isHost(headers)
  if (!isOwn) throw new Problem('Auth.ForeignForm', 'This was sent from another site, and nothing was done.')
}

const isHost = ({ origin, host }: IncomingMessage['headers']): boolean =>
  origin !== undefined && URL.canParse(origin) && new URL(origin).host === host

/** A form with an old token comes back with a new one: it was open while its visitor signed in anew. */
export function demandOwnToken({ session }: Visitor, fields: Fields): void {
  const [given, wanted] = [fields.get('_csrf')?.at(-1) ?? '', session.csrf].map(text => Buffer.from(text))
  if (given && wanted && given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new Problem('Auth.ForeignForm', 'You have signed in anew since this page was opened. Please send it again.')
}
