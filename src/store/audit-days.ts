import { sql } from 'kysely'
import { q, query, raw, type Statement } from './query.ts'

/**
 * What charts and cards of an instance are made of: the rollup audit_days, one row per day and entitlement, so that ten
 * million entries cost what ten do. Its key begins with instance and day: each query here is one range of it, and as it
 * may span years of many entitlements it is run in the read thread.
 */

/** Of one instance, of one of its entitlements where that is named, over days counted from 1970. */
export interface DaysFilter {
  organization: string
  instance: string
  entitlement: string | undefined
  from: number
  to: number
}

export interface DayCounts {
  day: number
  reads: number
  accepted: number
  rejected: number
}

/**
 * In steps of so many days from the first, oldest first; each has the day that it begins on. Steps without entries have no
 * row.
 */
export const countsByDay = (filter: DaysFilter, size = 1): Statement<DayCounts> =>
  raw(sql<DayCounts>`
    select ${startOfStep(filter, size)} as "day", sum("reads") as "reads", sum("accepted") as "accepted",
      sum("rejected") as "rejected"
    from "audit_days" where ${within(filter)} group by 1 order by 1`)

/** Of all days together, with the first of them; one row. */
export const countsInAll = (filter: DaysFilter): Statement<DayCounts & { day: number | null }> =>
  raw(sql<DayCounts & { day: number | null }>`
    select min("day") as "day", coalesce(sum("reads"), 0) as "reads", coalesce(sum("accepted"), 0) as "accepted",
      coalesce(sum("rejected"), 0) as "rejected"
    from "audit_days" where ${within(filter)}`)

export interface EntitlementOfDays {
  id: string
  slug: string
  name: string
  type: string
  unitPlural: string | null
  /** Accepted reports within the days. */
  accepted: number
}

/** The entitlements that have entries within the days, those that reported most first. */
export const entitlementsOfDays = (filter: DaysFilter): Statement<EntitlementOfDays> =>
  raw(sql<EntitlementOfDays>`
    select "entitlements"."id", "entitlements"."slug", "entitlements"."name", "entitlements"."type",
      "entitlements"."unitPlural", "days"."accepted"
    from (select "entitlementId", sum("accepted") as "accepted" from "audit_days" where ${within(filter)}
      group by "entitlementId") as "days"
    join "entitlements" on "entitlements"."id" = "days"."entitlementId"
    order by "days"."accepted" desc, "entitlements"."name"`)

export interface DayValue {
  entitlementId: string
  day: number
  lastValue: number
  highestValue: number
}

/** The use of some entitlements at the end of each step that had reports, and its highest; in steps as countsByDay. */
export const valuesByDay = (filter: DaysFilter, entitlements: readonly string[], size = 1): Statement<DayValue> =>
  raw(sql<DayValue>`
    select "entitlementId", "day", "highestValue", (
      select "lastValue" from "audit_days" as "last" where "last"."instanceId" = ${filter.instance}
        and "last"."day" = "steps"."lastDay" and "last"."entitlementId" = "steps"."entitlementId") as "lastValue"
    from (
      select "entitlementId", ${startOfStep(filter, size)} as "day", max("day") as "lastDay",
        max("highestValue") as "highestValue"
      from "audit_days" where ${within(filter)} and "lastValue" is not null
        and "entitlementId" in (select "value" from json_each(${JSON.stringify(entitlements)}))
      group by 1, 2
    ) as "steps"
    order by "day"`)

/** Single days are left as they are: they come in the order of the key, and nothing has to be sorted. */
const startOfStep = ({ from }: DaysFilter, size: number) =>
  size === 1 ? sql`"day"` : sql`"day" - ("day" - ${from}) % ${size}`

const within = ({ organization, instance, entitlement, from, to }: DaysFilter) =>
  sql`"instanceId" = ${instance} and "organizationId" = ${organization} and "day" between ${from} and ${to}
    ${entitlement === undefined ? sql`` : sql`and "entitlementId" = ${entitlement}`}`

/** One entry of an instance, with the slug of its entitlement. */
export const auditEntryAt = query((p: { organization: string; instance: string; id: number }) =>
  q
    .selectFrom('feature_audit_trail as trail')
    .leftJoin('entitlements', 'entitlements.id', 'trail.entitlementId')
    .selectAll('trail')
    .select('entitlements.slug as entitlementSlug')
    .where('trail.id', '=', p.id)
    .where('trail.organizationId', '=', p.organization)
    .where('trail.instanceId', '=', p.instance),
)
