import { sql } from 'kysely'
import { isId } from '../domain/slug.ts'
import type { UserView } from '../domain/user.ts'
import type { Source } from './pages.ts'
import { bound, q, query, type RowOf, type Statement } from './query.ts'

/** People, and their memberships: what an organization calls its users. */

const views = q
  .selectFrom('memberships')
  .innerJoin('users', 'users.id', 'memberships.userId')
  .selectAll('memberships')
  .select('users.email')

export const usersOf = (organization: string): Source<UserView> => ({
  list: 'users',
  table: 'memberships',
  rows: views.where('memberships.organizationId', '=', organization),
  searched: ['name', 'users.email'],
  filters: {},
})

const userById = query((p: { organization: string; reference: string }) =>
  views.where('memberships.organizationId', '=', p.organization).where('memberships.id', '=', p.reference),
)

const userByEmail = query((p: { organization: string; reference: string }) =>
  views.where('memberships.organizationId', '=', p.organization).where('users.email', '=', p.reference),
)

/** A user by id or by e-mail address. */
export const userAt = (organization: string, reference: string): Statement<UserView> =>
  isId(reference)
    ? bound(userById, { organization, reference: reference.toLowerCase() })
    : bound(userByEmail, { organization, reference: reference.normalize('NFC').toLowerCase() })

export const personByEmail = query((p: { email: string }) =>
  q.selectFrom('users').selectAll().where('email', '=', p.email),
)
export const personById = query((p: { id: string }) => q.selectFrom('users').selectAll().where('id', '=', p.id))

export const anyPerson = query((_: Record<never, never>) => q.selectFrom('users').select('id').limit(1))

export const anyUserOf = query((p: { organization: string }) =>
  q.selectFrom('memberships').select('id').where('organizationId', '=', p.organization).limit(1),
)

/** Where a person can sign in, with the organizations; the one that they chose last is first. */
export const activeMembershipsOf = query((p: { user: string }) =>
  views
    .innerJoin('organizations', 'organizations.id', 'memberships.organizationId')
    .select(['organizations.slug as organizationSlug', 'organizations.name as organizationName'])
    .where('memberships.userId', '=', p.user)
    .where('acceptedAt', 'is not', null)
    .where('disabledAt', 'is', null)
    .orderBy('lastSignInAt', 'desc')
    .orderBy('memberships.id')
    .limit(1000),
)
export type ActiveMembership = RowOf<typeof activeMembershipsOf>

/** Everywhere that a person is known, whether they can sign in there or not. */
export const membershipsOf = query((p: { user: string }) =>
  q.selectFrom('memberships').select(['id', 'organizationId']).where('userId', '=', p.user).limit(100),
)

/** Everywhere else that a person has a place, taken up or not. */
export const otherMembershipsOf = query((p: { user: string; organization: string }) =>
  q
    .selectFrom('memberships')
    .select(['id', 'acceptedAt'])
    .where('userId', '=', p.user)
    .where('organizationId', '!=', p.organization)
    .limit(1000),
)

export const otherActiveOwners = query((p: { organization: string; id: string }) =>
  q
    .selectFrom('memberships')
    .select('id')
    .where('organizationId', '=', p.organization)
    .where('role', '=', 'OWNER')
    .where('acceptedAt', 'is not', null)
    .where('disabledAt', 'is', null)
    .where('id', '!=', p.id)
    .limit(1),
)

export const setPassword = query((p: { id: string; passwordHash: string; now: number }) =>
  q
    .updateTable('users')
    .set({ passwordHash: p.passwordHash, updatedAt: p.now, revision: sql`"revision" + 1` })
    .where('id', '=', p.id),
)

export const setTheme = query((p: { id: string; theme: 'auto' | 'light' | 'dark'; now: number }) =>
  q
    .updateTable('users')
    .set({ theme: p.theme, updatedAt: p.now, revision: sql`"revision" + 1` })
    .where('id', '=', p.id),
)

export const deletePerson = query((p: { id: string }) => q.deleteFrom('users').where('id', '=', p.id))

export const recordSignIn = query((p: { organization: string; id: string; now: number }) =>
  q
    .updateTable('memberships')
    .set({ lastSignInAt: p.now })
    .where('organizationId', '=', p.organization)
    .where('id', '=', p.id),
)
