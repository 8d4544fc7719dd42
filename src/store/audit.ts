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
 * Entries of an instance, newest first: for each kind one range of one index, which SQLite puts together in order as far as
 * somebody reads. So a page costs the same whatever is filtered and however long the trail is.
 */
export const auditPage = (filter: AuditFilter, limit: number, offset: number): Statement<AuditView> =>
  auditRows(newestIds(filter, limit, offset))

export function newestIds(filter: AuditFilter, limit: number, offset = 0): RawBuilder<{ id: number }> {
  const [first = 0, ...others] = filter.kinds
  const range = (kind: number) =>
    within(entriesOf(filter, kind).where('organizationId', '=', filter.organization), filter)
  const union = others.reduce((all, kind) => all.unionAll(range(kind)), range(first))
  // What it is ordered by has to be selected, or SQLite reads and sorts all.
  return sql`select "id", "occurredAt" from ${union.as('entries')} order by "occurredAt" desc, "id" desc limit ${limit} offset ${offset}`
}

/** Entries of the organization by their ids, newest first. */
export const auditEntries = (organization: string, ids: readonly number[]): Statement<AuditView> =>
  auditRows(sql`select "value" as "id" from json_each(${JSON.stringify(ids)})
    where (select "organizationId" from "feature_audit_trail" where "id" = "value") = ${organization}`)

/** Whole entries of a query for their ids, newest first. */
export const auditRows = (ids: RawBuilder<unknown>): Statement<AuditView> =>
  raw(sql<AuditView>`
    select "trail"."id", "trail"."instanceId", "trail"."entitlementId", "entitlements"."slug" as "entitlementSlug",
      "trail"."kind", "trail"."payload", "trail"."principal", "trail"."occurredAt"
    from (${ids}) as "page"
    join "feature_audit_trail" as "trail" on "trail"."id" = "page"."id"
    left join "entitlements" on "entitlements"."id" = "trail"."entitlementId"
    order by "trail"."occurredAt" desc, "trail"."id" desc`)

/**
 * How many match, counted to `most`. An instance has one organization, so that is looked at once and not in each entry:
 * what is counted stands in the index alone, a tenth of the cost.
 */
export function auditCount(filter: AuditFilter, most: number): Statement<{ counted: number }> {
  const { organization, instance } = filter
  const all = { ...filter, beyond: undefined }
  const ranges = filter.kinds.map(kind => sql`select 1 from (${within(entriesOf(all, kind), all).limit(most)})`)
  return raw(sql<{ counted: number }>`
    select count(*) as "counted" from (select 1 from (${sql.join(ranges, sql` union all `)})
      where exists (select 1 from "instances" where "id" = ${instance} and "organizationId" = ${organization})
      limit ${most})`)
}

const entriesOf = ({ instance }: AuditFilter, kind: number) =>
  trail.select(['id', 'occurredAt']).where('instanceId', '=', instance).where('kind', '=', kind)

function within(entries: ReturnType<typeof entriesOf>, { entitlement, after, before, beyond }: AuditFilter) {
  let range = entries
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

const between = (p: { after: number; last: number }) => trail.where('id', '>', p.after).where('id', '<=', p.last)

export const entriesBetween = query((p: Parameters<typeof between>[0]) => between(p).select('id'))

export const countBetween = query((p: Parameters<typeof between>[0]) =>
  between(p).select(({ fn }) => fn.countAll<number>().as('count')),
)
