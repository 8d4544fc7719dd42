import type { IncomingMessage } from 'node:http'
import type { Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import type { House } from './house.ts'

declare module 'node:http' {
  interface IncomingMessage {
    /** Who asks, once that is known: for the log. */
    principal?: Principal
  }
}

/**
 * `Authorization: Bearer ksh_…` or `X-API-Key: ksh_…`. Throws `Auth.NoIdentity`, the same for every kind of wrong, and
 * `Request.TooMany` beyond the token's limit.
 */
export function authenticate(
  request: IncomingMessage,
  { identify, rateLimit }: Pick<House, 'identify' | 'rateLimit'>,
): Principal {
  const { headers } = request
  const token = bearer(headers.authorization) ?? headers['x-api-key']
  const principal = typeof token === 'string' ? identify(token) : undefined
  if (principal) {
    request.principal = principal
    if (principal.kind === 'token') rateLimit.spend(principal.id)
    return principal
  }
  throw new Problem(
    'Auth.NoIdentity',
    'Send a valid token as "Authorization: Bearer ksh_…" or "X-API-Key: ksh_…". It may be unknown, expired or revoked.',
    { headers: { 'WWW-Authenticate': 'Bearer realm="kaiten"' } },
  )
}

/** Whether it comes without any credential, also without a wrong one. */
export const isAnonymous = ({ headers }: IncomingMessage): boolean =>
  headers.authorization === undefined && headers['x-api-key'] === undefined

const bearer = (authorization: string | undefined): string | undefined =>
  authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined
