import { sql } from 'kysely'
import { q, query, raw, type Statement } from './query.ts'

/** When something was last written down; undefined columns where nothing was. */
export const newestMoments = (): Statement<{ event: number | null; entry: number | null }> =>
  raw(sql<{ event: number | null; entry: number | null }>`select
    (select "occurredAt" from outbox_events order by "id" desc limit 1) as "event",
    (select "occurredAt" from feature_audit_trail order by "id" desc limit 1) as "entry"`)

export const licensesEnding = query((p: { from: number; to: number; limit: number }) =>
  q
    .selectFrom('instances')
    .select(['slug as name', 'endLicenseDate as at'])
    .where('deletedAt', 'is', null)
    .where('endLicenseDate', '>=', p.from)
    .where('endLicenseDate', '<=', p.to)
    .orderBy('endLicenseDate')
    .limit(p.limit),
)

export const tokensEnding = query((p: { from: number; to: number; limit: number }) =>
  q
    .selectFrom('api_tokens')
    .innerJoin('service_accounts', 'service_accounts.id', 'api_tokens.serviceAccountId')
    .select([sql<string>`"service_accounts"."slug" || '/' || "api_tokens"."slug"`.as('name'), 'expiresAt as at'])
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>=', p.from)
    .where('expiresAt', '<=', p.to)
    .orderBy('expiresAt')
    .limit(p.limit),
)

/** Work that waits, by what it is called: how much, and beyond how much somebody should look. */
export const backlogs: {
  about: string
  table: string
  waiting: Statement<{ count: number }>
  most: number
  advice: string
}[] = [
  {
    about: 'search index',
    table: 'search_progress',
    waiting: raw(sql<{ count: number }>`select coalesce(max("id"), 0) - (select "mark" from search_progress
      where "name" = 'feature_audit_trail') as "count" from feature_audit_trail`),
    most: 100_000,
    advice: 'It is worked off by the running server. Searches look at the rest row by row until then.',
  },
  {
    about: 'deliveries',
    table: 'webhook_attempts',
    waiting: raw(sql<{ count: number }>`select count(*) as "count" from webhook_attempts where "dueAt" is not null`),
    most: 10_000,
    advice: 'A receiver is down or slow, or no server runs. The endpoints and their attempts say which.',
  },
]
