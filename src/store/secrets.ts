import { q, query } from './query.ts'

/** What the channels of event streams are derived from. */
export const streamSecret = query((_: Record<never, never>) =>
  q.selectFrom('secrets').select('secret').where('name', '=', 'event-streams'),
)
