import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Walk } from './pages.ts'
import { q } from './query.ts'

/** What each license gives of a quota, read once per license and not once per instance. */
export const grantsOf = (organization: string, entitlement: string) =>
  q
    .selectFrom('license_entitlements')
    .select(['licenseId', sql<number>`json_extract("value", '$.value')`.as('threshold')])
    .where('organizationId', '=', organization)
    .where('entitlementId', '=', entitlement)

/**
 * The next ids in order of percent, without a look at all the others. Three sources of each license are in order by
 * themselves:
 *
 * - metered: the instances with a meter of a window that is not over, by use and id
 * - constant: the others with an active license, by id, for they are all at one percent
 * - inactive: those whose license is not active, by id
 *
 * "walk" merges them: SQLite takes out the first entry by percent and id, and puts in what follows it in its source. An
 * entry that is no row stands before the rows of one source that have its percent, so that a source is not looked into
 * before its turn. Of metered rows there is one for each use: rows of two uses that are the same percent as doubles come
 * by id, and rows of one use, which may be everyone's, are a range of the index in order of their id.
 *
 * A page costs the same however many there are, but for one: constant and inactive rows are looked for among all the
 * instances of a license, so where it has few the page that comes to them takes 0.5 µs for each of the others.
 * That a recursive query with an order is a queue is SQLite's own; elsewhere this would be a loop over the same sources.
 */
export function walkByPercent(
  organization: string,
  entitlement: string,
  now: number,
  { sort, last, limit }: Walk,
): RawBuilder<{ id: string; percent: number }> {
  const isDescending = sort.startsWith('-')
  const direction = isDescending ? sql`desc` : sql`asc`
  const further = isDescending ? sql`<` : sql`>`
  const notBefore = isDescending ? sql`<=` : sql`>=`
  // Ids are hexadecimal: one text is before, the other behind them all.
  const beforeAnyId = isDescending ? sql.lit('~') : sql.lit('')
  const first = { value: isDescending ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, id: '' }
  const { value: from, id: fromId } = last ?? first

  const percentOf = (use: RawBuilder<unknown>) => sql`${use} * 100.0 / "threshold"`
  /** The id that rows of a percent go on behind: none where the page before did not come to that percent. */
  const idBehind = (percent: RawBuilder<unknown>) => sql`iif(${percent} = ${from}, ${fromId}, ${beforeAnyId})`
  // The use that the percent came from, and a hair more, as multiplying and dividing doubles do not undo each other.
  const fromUse = sql`${from} * "threshold" / 100.0`
  const nearFromUse = isDescending
    ? sql`${fromUse} + abs(${fromUse}) * 1e-15`
    : sql`${fromUse} - abs(${fromUse}) * 1e-15`

  const isActive = sql<SqlBool>`("startLicenseDate" <= ${now} and ("endLicenseDate" is null or "endLicenseDate" > ${now}))`
  const isNotOver = sql<SqlBool>`("periodEnd" is null or "periodEnd" > ${now})`
  const uses = sql`"entitlement_usages" indexed by "entitlement_usages_by_use" where "entitlementId" = ${entitlement}`
  const instances = sql`
    select "id" from "instances" indexed by "instances_of_license"
    where "licenseId" = "walk"."licenseId" and "deletedAt" is null and "id" ${further} "walk"."id"`

  const begun = sql`
    select *, (
      select "usageReal" from ${uses} and "underLicenseId" = "grants"."licenseId"
        and "usageReal" ${notBefore} ${nearFromUse} and ${percentOf(sql`"usageReal"`)} ${notBefore} ${from}
      order by "usageReal" ${direction} limit 1) as "use"
    from "grants" where "threshold" > 0`
  const percentOfUse = percentOf(sql`"use"`)
  const beginnings = sql`
    select 'metered' as "source", "licenseId", "threshold", ${percentOfUse} as "percent", "use",
      ${idBehind(percentOfUse)} as "id", 0 as "isRow"
    from "begun" where "use" is not null
    union all
    select 'constant', "licenseId", "threshold", "percent", null, ${idBehind(sql`"percent"`)}, 0
    from (select *, case "threshold" when -1 then -1.0 when 0 then 100.0 else 0.0 end as "percent" from "grants")
    where "percent" ${notBefore} ${from}
    union all
    select 'inactive', "licenseId", "threshold", -2.0, null, ${idBehind(sql`-2.0`)}, 0
    from "grants" where -2.0 ${notBefore} ${from}`

  const percentOfNext = percentOf(sql`"usageReal"`)
  const nextUse = sql`
    select 'metered', "licenseId", "threshold", ${percentOfNext}, "usageReal", ${idBehind(percentOfNext)}, 0
    from "walk" join "entitlement_usages" as "next"
      on "entitlementId" = ${entitlement} and ("instanceId", "periodStart") = (
        select "instanceId", "periodStart" from ${uses} and "underLicenseId" = "walk"."licenseId"
          and "usageReal" ${further} "walk"."use"
        order by "usageReal" ${direction} limit 1)
    where "source" = 'metered' and not "isRow"`

  // Who has no use is told by two ranges in one order, which "except" merges: to look into one for each row of the other
  // took four times as long.
  const nextRow = sql`
    select "source", "walk"."licenseId", "threshold", "percent", "use", "next"."id", 1
    from "walk" join "instances" as "next" on "next"."id" = case "source"
      when 'metered' then (
        select "instanceId" from ${uses} and "underLicenseId" = "walk"."licenseId"
          and "usageReal" = "walk"."use" and "instanceId" ${further} "walk"."id" and ${isNotOver}
          and exists (
            select 1 from "instances"
            where "id" = "instanceId" and "licenseId" = "walk"."licenseId" and "deletedAt" is null and ${isActive})
        order by "instanceId" ${direction} limit 1)
      when 'constant' then (
        select "id" from (
          ${instances} and ${isActive}
          except
          select "instanceId" from "entitlement_usages" indexed by "entitlement_usages_by_instance"
          where "threshold" > 0 and "entitlementId" = ${entitlement} and "underLicenseId" = "walk"."licenseId"
            and "instanceId" ${further} "walk"."id" and ${isNotOver}
          order by 1 ${direction} limit 1))
      else (${instances} and not ${isActive} order by "id" ${direction} limit 1)
    end`

  return sql`(
    with recursive "grants" as materialized ${grantsOf(organization, entitlement)},
    "begun" as materialized (${begun}),
    "walk" as (
      ${beginnings} union all ${nextUse} union all ${nextRow}
      order by "percent" ${direction}, "id" ${direction})
    select "id", "percent" from "walk" where "isRow" limit ${limit})`
}
