import { z } from 'zod'
import { event } from '../domain/event.ts'
import { found, Problem } from '../domain/problem.ts'
import { lastsFor, type SessionRecord } from '../domain/session.ts'
import { hashOf, secretFrom } from '../domain/token.ts'
import { isActive, userJson } from '../domain/user.ts'
import { insertRow } from '../store/query.ts'
import {
  endSession,
  endSessionByHash,
  endSessionsBut,
  moveSession,
  recordSeen,
  renewSession,
  sessionById,
} from '../store/sessions.ts'
import { recordSignIn, setPassword, userAt } from '../store/users.ts'
import { action, type Context, type Done, done } from './action.ts'
import { demandVerified, self } from './self.ts'

/** Where a request came from, as events and sessions keep it. */
const Origin = { address: z.string(), userAgent: z.string().nullable() }

/** A session as its owner is told of it. The token is what the cookie holds, and is kept nowhere. */
export interface NewSession {
  id: string
  token?: string
}

/** Begins with a token of its own, whatever the browser had: `replaces` is the token that it sent, which ends. */
export const beginSession = action(
  'write:users',
  z.strictObject({ verified: z.string(), rehashed: z.string().optional(), replaces: z.string().optional(), ...Origin }),
  async (tx, { principal, input, now, newId, randomBytes }): Promise<Done<NewSession>> => {
    const { user, person } = await self(tx, principal)
    demandVerified(person, input.verified)
    if (!isActive(user)) throw refused()
    if (input.rehashed) await tx.run(setPassword, { id: person.id, passwordHash: input.rehashed, now })
    if (input.replaces) await tx.run(endSessionByHash, { hash: hashOf(input.replaces) })
    const { token, hash } = newToken(randomBytes)
    const { address, userAgent } = input
    const row: SessionRecord = {
      id: newId(),
      hash,
      userId: person.id,
      organizationId: principal.organization,
      createdAt: now,
      lastSeenAt: now,
      freshAt: now,
      expiresAt: now + lastsFor,
      userAgent,
      address,
    }
    await tx.run(insertRow('sessions', row))
    await tx.run(recordSignIn, { organization: principal.organization, id: user.id, now })
    const told = event('USER_SIGN_IN', { ...userJson({ ...user, lastSignInAt: now }), address, userAgent })
    return { value: { id: row.id }, secrets: { token }, events: [told] }
  },
)

/** Somebody tried to sign in as a user and did not know the password, or may not. */
export const refuseSession = action(
  'write:users',
  z.strictObject({ user: z.string(), ...Origin }),
  async (tx, { principal, input: { user, address, userAgent } }) => {
    const row = found(await tx.find(userAt(principal.organization, user)), 'User.NotFound')
    return done(undefined, event('USER_SIGN_IN_FAILURE', { ...userJson(row), address, userAgent }))
  },
)

/** The password was given again: the session is fresh, under a new token. */
export const renew = action(
  'write:users',
  z.strictObject({ id: z.string(), verified: z.string() }),
  async (tx, { principal, input, now, randomBytes }): Promise<Done<NewSession>> => {
    const { person } = await self(tx, principal)
    demandVerified(person, input.verified)
    const { token, hash } = newToken(randomBytes)
    const renewed = await tx.run(renewSession, { user: person.id, id: input.id, hash, freshAt: now })
    if (renewed === 0) throw noSession()
    return { value: { id: input.id }, secrets: { token }, events: [] }
  },
)

/** Into the organization of the principal, which is another one of the same person. */
export const enterOrganization = action(
  'write:users',
  z.strictObject({ id: z.string(), ...Origin }),
  async (tx, { principal, now, input: { id, address, userAgent } }) => {
    const { user, person } = await self(tx, principal)
    if (!isActive(user)) throw refused()
    const { organization } = principal
    const moved = await tx.run(moveSession, { user: person.id, id, organization })
    if (moved === 0) throw noSession()
    await tx.run(recordSignIn, { organization, id: user.id, now })
    const told = event('USER_SIGN_IN', { ...userJson({ ...user, lastSignInAt: now }), address, userAgent })
    return done(undefined, told)
  },
)

export const end = action('write:users', z.strictObject({ id: z.string() }), async (tx, { principal, input }) => {
  const { person } = await self(tx, principal)
  const session = found(await tx.find(sessionById, { user: person.id, id: input.id }), 'Session.NotFound')
  await tx.run(endSession, { user: person.id, id: session.id })
  return done(undefined)
})

export const endOthers = action(
  'write:users',
  z.strictObject({ kept: z.string() }),
  async (tx, { principal, input }) => {
    const { person } = await self(tx, principal)
    await tx.run(endSessionsBut, { user: person.id, kept: input.kept })
    return done(undefined)
  },
)

/** Last requests are kept in memory and written here, each minute and at stop, like the uses of tokens. */
export const recordUse = action(
  'write:users',
  z.array(z.object({ id: z.string(), at: z.number() })),
  async (tx, { input }) => {
    for (const { id, at } of input) await tx.run(recordSeen, { id, at })
    return done(undefined)
  },
)

/** 256 bits, of which the database keeps the hash. */
export function newToken(randomBytes: Context<unknown>['randomBytes']): { token: string; hash: string } {
  const token = secretFrom(randomBytes(32))
  return { token, hash: hashOf(token) }
}

const refused = (): Problem => new Problem('Auth.SignInRefused', 'You cannot sign in here any more.')
const noSession = (): Problem => new Problem('Session.NotFound', 'There is no such session.')
