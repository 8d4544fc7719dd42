import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Fields } from '../domain/form.ts'
import { Problem } from '../domain/problem.ts'
import type { Visitor } from '../domain/visitor.ts'

/**
 * Whatever changes something must come from a page of ours. Browsers say where a request comes from, in Sec-Fetch-Site or
 * at least in Origin; and each form carries the token of its visitor's session. Source: security.md, "CSRF".
 */
export function demandOwnOrigin(
  { headers }: IncomingMessage,
  visitor: Visitor | undefined,
  host: string | undefined,
): void {
  const { origin, 'sec-fetch-site': site } = headers
  // Before the door there is no token to tell a forged form by, and every browser of today says at least one of the two.
  const isKnown = visitor !== undefined || site !== undefined || origin !== undefined
  const isOwn =
    isKnown && (site === undefined || site === 'same-origin') && (origin === undefined || hostOf(origin) === host)
  if (!isOwn) throw new Problem('Auth.ForeignForm', 'This was sent from another site, and nothing was done.')
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)

/** A form with an old token comes back with a new one: it was open while its visitor signed in anew. */
export function demandOwnToken({ session }: Visitor, fields: Fields): void {
  const [given, wanted] = [fields.get('_csrf')?.at(-1) ?? '', session.csrf].map(text => Buffer.from(text))
  if (given && wanted && given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new Problem('Auth.ForeignForm', 'You have signed in anew since this page was opened. Please send it again.')
}
