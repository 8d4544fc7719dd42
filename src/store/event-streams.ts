import { q, query } from './query.ts'

/** What the channels of event streams are derived from. */
export const streamSecret = query((_: Record<never, never>) =>
  q.selectFrom('secrets').select('secret').where('name', '=', 'event-streams'),
)

/** A mark that moves with every usage report of the organization. */
export const lastUsageReport = query((p: { organization: string }) =>
  q
    .selectFrom('usage_reports')
    .select('id')
    .where('organizationId', '=', p.organization)
    .orderBy('id', 'desc')
    .limit(1),
)
