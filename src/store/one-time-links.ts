import { q, query, type RowOf } from './query.ts'

/** What a link is about, as long as it lasts. */
export const linkByHash = query((p: { hash: string; now: number }) =>
  q
    .selectFrom('one_time_links')
    .innerJoin('organizations', 'organizations.id', 'one_time_links.organizationId')
    .leftJoin('memberships', 'memberships.id', 'one_time_links.membershipId')
    .leftJoin('users', 'users.id', 'memberships.userId')
    .select([
      'one_time_links.hash',
      'one_time_links.kind',
      'one_time_links.organizationId',
      'one_time_links.membershipId',
      'one_time_links.expiresAt',
      'organizations.name as organizationName',
      'memberships.name',
      'memberships.role',
      'users.id as userId',
      'users.email',
      'users.passwordHash',
    ])
    .where('one_time_links.hash', '=', p.hash)
    .where('one_time_links.expiresAt', '>', p.now),
)
export type LinkView = RowOf<typeof linkByHash>

export const deleteLink = query((p: { hash: string }) => q.deleteFrom('one_time_links').where('hash', '=', p.hash))

/** A new link takes the place of those before it. */
export const deleteLinksOf = query((p: { membership: string }) =>
  q.deleteFrom('one_time_links').where('membershipId', '=', p.membership),
)

export const deleteSetUpLinks = query((p: { organization: string }) =>
  q.deleteFrom('one_time_links').where('organizationId', '=', p.organization).where('kind', '=', 'SETUP'),
)
