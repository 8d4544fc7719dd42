import { sql } from 'kysely'
import type { Source } from './pages.ts'
import { grantsOf, walkByPercent } from './percent-walk.ts'
import { q } from './query.ts'
import { grantedColumns, latestMeter, type UsageOfInstanceRow } from './usage-targets.ts'

export type UsageByPercentRow = UsageOfInstanceRow & { name: string; customerName: string; customerSlug: string }

/**
 * Use of an entitlement by every living instance whose license grants it, in order of percent at a moment, which is the
 * order by creation here: first what is used most of, then the unlimited, then what a license that is not active gives
 * none of. Doubles are near enough to sort by. What is searched, or sorted by name, has the percent of all computed.
 */
export function usageByPercent(organization: string, entitlement: string, now: number): Source<UsageByPercentRow> {
  // Of the latest window, whose end may have passed: the first that the key leads to, which a join would look for twice.
  const use = sql<number>`coalesce((
    select case when "periodEnd" <= ${now} then 0 else "usageReal" end from "entitlement_usages"
    where "instanceId" = "instances"."id" and "entitlementId" = ${entitlement}
    order by "periodStart" desc limit 1), 0)`
  const ended = sql`"instances"."startLicenseDate" > ${now} or "instances"."endLicenseDate" <= ${now}`
  const percent = sql<number>`case when ${ended} then -2.0 when "threshold" = -1 then -1.0
    when "threshold" = 0 then 100.0 else ${use} * 100.0 / "threshold" end`
  // Names are looked up where they are searched.
  const uses = q
    .with(
      name => name('grants').materialized(),
      () => grantsOf(organization, entitlement),
    )
    .selectFrom('grants')
    .innerJoin('instances', 'instances.licenseId', 'grants.licenseId')
    .select(['instances.id', 'instances.name', 'instances.slug as instanceSlug', percent.as('percent')])
    .select(({ selectFrom }) => [
      selectFrom('customers').select('name').whereRef('id', '=', 'instances.customerId').as('customerName'),
      selectFrom('licenses').select('slug').whereRef('id', '=', 'instances.licenseId').as('licenseSlug'),
    ])
    .where('instances.deletedAt', 'is', null)
  const details: NonNullable<Source<UsageByPercentRow>['details']> = page =>
    q
      .selectFrom(sql<{ id: string; name: string; percent: number }>`${page}`.as('uses'))
      // A cross join begins on its left: with the rows of the page, and not with all the instances of each license.
      .crossJoin('instances')
      .whereRef('instances.id', '=', 'uses.id')
      .innerJoin('customers', 'customers.id', 'instances.customerId')
      .innerJoin('licenses', 'licenses.id', 'instances.licenseId')
      .innerJoin('entitlements', join => join.on('entitlements.id', '=', entitlement))
      .innerJoin('license_entitlements', join =>
        join
          .onRef('license_entitlements.licenseId', '=', 'instances.licenseId')
          .onRef('license_entitlements.entitlementId', '=', 'entitlements.id'),
      )
      .leftJoin('entitlement_usages as meter', join => join.on(latestMeter))
      .select(grantedColumns)
      .select([
        'meter.periodStart',
        'meter.periodEnd',
        'meter.usage',
        'meter.usageReal',
        'meter.sum',
        'meter.eventCount',
      ])
      .select(['instances.id', 'instances.name', 'customers.name as customerName', 'customers.slug as customerSlug'])
      .select('uses.percent') as unknown as Source<UsageByPercentRow>['rows']
  return {
    list: 'usage-by-percent',
    table: 'uses',
    rows: q
      .selectFrom(uses.as('uses'))
      .select(['uses.id', 'uses.name', 'uses.percent']) as unknown as Source<UsageByPercentRow>['rows'],
    walked: walk =>
      walk.sort.endsWith('createdAt')
        ? q
            .selectFrom(walkByPercent(organization, entitlement, now, walk).as('uses'))
            .select(['uses.id', 'uses.percent'])
        : undefined,
    details,
    columns: { createdAt: 'percent' },
    searched: ['name', 'instanceSlug', 'customerName', 'licenseSlug'],
    filters: { entitlement },
    scans: true,
  }
}
