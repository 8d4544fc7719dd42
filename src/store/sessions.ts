import { q, query, type RowOf } from './query.ts'

/** Who a session lets in: gone where the membership is, or is disabled. */
export const sessionByHash = query((p: { hash: string }) =>
  q
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .innerJoin('memberships', join =>
      join
        .onRef('memberships.userId', '=', 'sessions.userId')
        .onRef('memberships.organizationId', '=', 'sessions.organizationId'),
    )
    .select([
      'sessions.id as sessionId',
      'sessions.userId',
      'sessions.organizationId',
      'sessions.lastSeenAt',
      'sessions.freshAt',
      'sessions.expiresAt',
      'users.email',
      'users.theme',
      'memberships.id',
      'memberships.name',
      'memberships.role',
    ])
    .where('sessions.hash', '=', p.hash)
    .where('acceptedAt', 'is not', null)
    .where('disabledAt', 'is', null),
)
export type SessionView = RowOf<typeof sessionByHash>

export const sessionsOf = query((p: { user: string; now: number; seenAfter: number }) =>
  q
    .selectFrom('sessions')
    .select(['id', 'createdAt', 'lastSeenAt', 'expiresAt', 'userAgent', 'address'])
    .where('userId', '=', p.user)
    .where('expiresAt', '>', p.now)
    .where('lastSeenAt', '>', p.seenAfter)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(200),
)

export const sessionById = query((p: { user: string; id: string }) =>
  q.selectFrom('sessions').selectAll().where('userId', '=', p.user).where('id', '=', p.id),
)

export const renewSession = query((p: { user: string; id: string; hash: string; freshAt: number }) =>
  q
    .updateTable('sessions')
    .set({ hash: p.hash, freshAt: p.freshAt })
    .where('userId', '=', p.user)
    .where('id', '=', p.id),
)

export const moveSession = query((p: { user: string; id: string; organization: string }) =>
  q.updateTable('sessions').set({ organizationId: p.organization }).where('userId', '=', p.user).where('id', '=', p.id),
)

export const recordSeen = query((p: { id: string; at: number }) =>
  q.updateTable('sessions').set({ lastSeenAt: p.at }).where('id', '=', p.id).where('lastSeenAt', '<', p.at),
)

export const endSession = query((p: { user: string; id: string }) =>
  q.deleteFrom('sessions').where('userId', '=', p.user).where('id', '=', p.id),
)

/** By the token that its cookie has. */
export const endSessionByHash = query((p: { hash: string }) => q.deleteFrom('sessions').where('hash', '=', p.hash))

/** All of a person but one; with an empty id, all. */
export const endSessionsBut = query((p: { user: string; kept: string }) =>
  q.deleteFrom('sessions').where('userId', '=', p.user).where('id', '!=', p.kept),
)

/** Those in which a person is in this organization. */
export const endSessionsIn = query((p: { user: string; organization: string }) =>
  q.deleteFrom('sessions').where('userId', '=', p.user).where('organizationId', '=', p.organization),
)
