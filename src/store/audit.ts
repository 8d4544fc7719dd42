import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditView } from '../domain/audit.ts'
import { insertion, q, query, raw, type Statement } from './query.ts'
import type { AuditDayRecord } from './tables.ts'

export const insertAuditEntry = insertion('feature_audit_trail', [
  'organizationId',
  'instanceId',
  'entitlementId',
  'kind',
  'payload',
  'principal',
  'occurredAt',
])

/** Adds to the day's rollup; a value becomes the day's last, and its highest where it is. */
export const countInDay = query((p: AuditDayRecord) =>
  q
    .insertInto('audit_days')
    .values({
      organizationId: p.organizationId,
      instanceId: p.instanceId,
      entitlementId: p.entitlementId,
      day: p.day,
      reads: p.reads,
      accepted: p.accepted,
      rejected: p.rejected,
      lastValue: p.lastValue,
      highestValue: p.highestValue,
    })
    .onConflict(conflict =>
      conflict.columns(['instanceId', 'day', 'entitlementId']).doUpdateSet(({ eb, fn, ref }) => ({
        reads: eb('audit_days.reads', '+', ref('excluded.reads')),
        accepted: eb('audit_days.accepted', '+', ref('excluded.accepted')),
        rejected: eb('audit_days.rejected', '+', ref('excluded.rejected')),
        lastValue: fn.coalesce('excluded.lastValue', 'audit_days.lastValue'),
        highestValue: sql<number>`max(coalesce("excluded"."highestValue", "audit_days"."highestValue"), coalesce("audit_days"."highestValue", "excluded"."highestValue"))`,
      })),
    ),
)

export interface AuditFilter {
  organization: string
  instance: string
  kinds: readonly number[]
  entitlement?: string | undefined
  after?: number | undefined
  before?: number | undefined
  /** Go on below this entry. */
  beyond?: { occurredAt: number; id: number } | undefined
}

const trail = q.selectFrom('feature_audit_trail as trail')

/**
 * Entries of an instance, newest first: for each kind one range of one index, put together. So a page costs the same
 * whatever is filtered and however long the trail is.
 */
export function auditPage(filter: AuditFilter, limit: number, offset: number): Statement<AuditView> {
  const ranges = filter.kinds.map(kind => rangeOf(filter, kind, limit + offset))
  const union = sql.join(
    ranges.map(range => sql`select * from (${range})`),
    sql` union all `,
  )
  return auditRows(
    sql`select "id" from (${union}) order by "occurredAt" desc, "id" desc limit ${limit} offset ${offset}`,
  )
}

/** Whole entries of a query for their ids, newest first. */
export const auditRows = (ids: RawBuilder<unknown>): Statement<AuditView> =>
  raw(sql<AuditView>`
    select "trail"."id", "trail"."instanceId", "trail"."entitlementId", "entitlements"."slug" as "entitlementSlug",
      "trail"."kind", "trail"."payload", "trail"."principal", "trail"."occurredAt"
    from (${ids}) as "page"
    join "feature_audit_trail" as "trail" on "trail"."id" = "page"."id"
    left join "entitlements" on "entitlements"."id" = "trail"."entitlementId"
    order by "trail"."occurredAt" desc, "trail"."id" desc`)

/** How many match, counted to `most`. */
export function auditCount(filter: AuditFilter, most: number): Statement<{ counted: number }> {
  const ranges = filter.kinds.map(kind => sql`select 1 from (${rangeOf({ ...filter, beyond: undefined }, kind, most)})`)
  return raw(sql<{ counted: number }>`
    select count(*) as "counted" from (select 1 from (${sql.join(ranges, sql` union all `)}) limit ${most})`)
}

function rangeOf(filter: AuditFilter, kind: number, limit: number) {
  return narrowed(filter, kind).orderBy('occurredAt', 'desc').orderBy('id', 'desc').limit(limit)
}

function narrowed({ organization, instance, entitlement, after, before, beyond }: AuditFilter, kind: number) {
  let range = trail
    .select(['id', 'occurredAt'])
    .where('instanceId', '=', instance)
    .where('organizationId', '=', organization)
    .where('kind', '=', kind)
  if (entitlement !== undefined) range = range.where('entitlementId', '=', entitlement)
  if (after !== undefined) range = range.where('occurredAt', '>=', after)
  if (before !== undefined) range = range.where('occurredAt', '<=', before)
  if (beyond) range = range.where(sql<SqlBool>`("occurredAt", "id") < (${beyond.occurredAt}, ${beyond.id})`)
  return range
}

/** The name of the background index in search_progress. */
const index = 'feature_audit_trail'

/** How far it has come. */
export const searchMark = query((_: Record<never, never>) =>
  q.selectFrom('search_progress').select('mark').where('name', '=', index),
)

/** Whether entries wait for the index: two look-ups, however many there are. */
export const unindexedEntries = query((_: Record<never, never>) =>
  q
    .selectFrom('search_progress')
    .select(({ selectFrom }) =>
      selectFrom('feature_audit_trail')
        .select(({ fn }) => fn.coalesce(fn.max('id'), sql<number>`0`).as('last'))
        .$castTo<{ last: number }>()
        .as('last'),
    )
    .select('mark')
    .where('name', '=', index),
)

export const moveSearchMark = query((p: { mark: number }) =>
  q.updateTable('search_progress').set({ mark: p.mark }).where('name', '=', index),
)

/** The next entries that the index has not yet, of all organizations. */
export const entriesToIndex = query((p: { mark: number; limit: number }) =>
  trail
    .select(['id', 'instanceId', 'entitlementId', 'kind', 'payload', 'principal'])
    .where('id', '>', p.mark)
    .orderBy('id')
    .limit(p.limit),
)

/** Entries of an instance behind the mark: few, for the index is never far behind. Newest first. */
export function unindexed(filter: AuditFilter, mark: number): Statement<AuditView> {
  const kinds = sql.join(filter.kinds)
  return auditRows(sql`select "id" from "feature_audit_trail"
    where "id" > ${mark} and "organizationId" = ${filter.organization} and "instanceId" = ${filter.instance} and "kind" in (${kinds})
      and (${filter.entitlement ?? null} is null or "entitlementId" = ${filter.entitlement ?? null})
      and "occurredAt" between ${filter.after ?? 0} and ${filter.before ?? Number.MAX_SAFE_INTEGER}`)
}
