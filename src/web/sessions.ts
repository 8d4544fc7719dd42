import { hash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { found } from '../domain/problem.ts'
import { freshFor, idleFor, isOpen, type OwnSession } from '../domain/session.ts'
import { hashOf } from '../domain/token.ts'
import { oneself, principalOf } from '../domain/user.ts'
import type { Visitor } from '../domain/visitor.ts'
import { sessionByHash, sessionsOf } from '../store/sessions.ts'
import { activeMembershipsOf, userAt } from '../store/users.ts'
import type { House } from './house.ts'
import { noSessionCookie, sessionTokenOf } from './session-cookies.ts'

/** Where a request comes from. `secure`: its sender reaches us by https, by our own TLS or that of a proxy. */
export interface Caller {
  address: string
  secure: boolean
}

/** Who asks, by the session of their cookie; undefined where it ended, or they may no longer sign in. */
export function visitorOf(request: IncomingMessage, house: House, secure: boolean): Visitor | undefined {
  const token = sessionTokenOf(request, secure)
  const session = token && house.read.find(sessionByHash, { hash: hashOf(token) })
  if (!token || !session) return undefined
  const now = house.clock()
  const { sessionId, userId, organizationId, email, name, role, theme, freshAt, expiresAt } = session
  if (!isOpen({ expiresAt, lastSeenAt: house.sessionUses.lastOf(sessionId, session.lastSeenAt) }, now)) return undefined
  const memberships = house.read.all(activeMembershipsOf, { user: userId })
  const organizations = memberships.map(each => ({
    id: each.organizationId,
    slug: each.organizationSlug,
    name: each.organizationName,
  }))
  const organization = organizations.find(({ id }) => id === organizationId)
  if (!organization) return undefined
  house.sessionUses.record(sessionId, now)
  return {
    principal: principalOf(session),
    user: { id: session.id, email, name, theme },
    role,
    organization,
    organizations,
    session: { id: sessionId, csrf: csrfOf(token), freshUntil: freshAt + freshFor },
  }
}

/** Made of the session's token, so it needs no place of its own and ends with it; it does not lead back to the token. */
const csrfOf = (token: string): string => hash('sha256', `csrf ${token}`, 'base64url')

/** Value of Set-Cookie that makes the browser forget. */
export async function signOut(visitor: Visitor, house: House, secure: boolean): Promise<string> {
  await endSession(visitor, house, visitor.session.id)
  house.log.info({ user: visitor.user.id, session: visitor.session.id }, 'signed out')
  return noSessionCookie(secure)
}

/** Goes on in another of the visitor's organizations, by id or slug. Throws 404 where they have no place. */
export async function enterOrganization(
  request: IncomingMessage,
  visitor: Visitor,
  house: House,
  caller: Caller,
  reference: string,
): Promise<void> {
  const memberships = house.read.all(activeMembershipsOf, { user: personOf(visitor, house) })
  const there = found(
    memberships.find(each => each.organizationId === reference || each.organizationSlug === reference),
    'Organization.NotFound',
  )
  const input = { id: visitor.session.id, ...originOf(request, caller) }
  await house.submit('sessions.enterOrganization', oneself(principalOf(there)), input)
}

/** The visitor's open sessions, newest first. */
export function ownSessions(visitor: Visitor, house: House): OwnSession[] {
  const now = house.clock()
  const rows = house.read.all(sessionsOf, { user: personOf(visitor, house), now, seenAfter: now - idleFor })
  return rows.map(row => ({
    ...row,
    lastSeenAt: house.sessionUses.lastOf(row.id, row.lastSeenAt),
    isThis: row.id === visitor.session.id,
  }))
}

/** Ends one of the visitor's own sessions. */
export async function endSession(visitor: Visitor, house: House, id: string): Promise<void> {
  await house.submit('sessions.end', oneself(visitor.principal), { id })
}

/** Ends all of the visitor's sessions but this one. */
export async function endOtherSessions(visitor: Visitor, house: House): Promise<void> {
  await house.submit('sessions.endOthers', oneself(visitor.principal), { kept: visitor.session.id })
}

const personOf = ({ organization, user }: Visitor, house: House): string =>
  found(house.read.find(userAt(organization.id, user.id)), 'User.NotFound').userId

/** The parts of a request that sessions and events keep. */
export const originOf = ({ headers }: IncomingMessage, { address }: Caller) => ({
  address,
  userAgent: headers['user-agent']?.slice(0, 300) ?? null,
})
