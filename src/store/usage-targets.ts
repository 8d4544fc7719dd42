import { type SqlBool, sql } from 'kysely'
import { isId } from '../domain/slug.ts'
import type { Source } from './pages.ts'
import { q, query, type RowOf, type Statement } from './query.ts'
import type { EntitlementUsageRecord } from './tables.ts'

type Place = { organization: string; instance: string; entitlement: string }

/**
 * What a report is about, in one read: a living instance, its license, the entitlement (null where there is none of that
 * name) and the grant (null where the license has none).
 */
const targetBy = (instanceBy: 'id' | 'slug', entitlementBy: 'id' | 'slug') =>
  query((p: Place) =>
    q
      .selectFrom('instances')
      .innerJoin('licenses', 'licenses.id', 'instances.licenseId')
      .leftJoin('entitlements', join =>
        join
          .on('entitlements.organizationId', '=', p.organization)
          .on(`entitlements.${entitlementBy}`, '=', p.entitlement),
      )
      .leftJoin('license_entitlements', join =>
        join
          .onRef('license_entitlements.licenseId', '=', 'instances.licenseId')
          .onRef('license_entitlements.entitlementId', '=', 'entitlements.id'),
      )
      .select(grantedColumns)
      .where('instances.organizationId', '=', p.organization)
      .where(`instances.${instanceBy}`, '=', p.instance)
      .where('instances.deletedAt', 'is', null),
  )

const grantedColumns = [
  'instances.organizationId',
  'instances.id as instanceId',
  'instances.slug as instanceSlug',
  'instances.startLicenseDate',
  'instances.endLicenseDate',
  'licenses.id as licenseId',
  'licenses.slug as licenseSlug',
  'entitlements.id as entitlementId',
  'entitlements.slug as entitlementSlug',
  'entitlements.name as entitlementName',
  'entitlements.type as entitlementType',
  'entitlements.meterType',
  'entitlements.aggregationMethod',
  'entitlements.warningThresholdPercent',
  'entitlements.resetPeriod',
  'entitlements.resetAnchor',
  'license_entitlements.value',
  'license_entitlements.limitCapExceededOveragePercent',
] as const

const targets = {
  slugs: targetBy('slug', 'slug'),
  slugAndId: targetBy('slug', 'id'),
  idAndSlug: targetBy('id', 'slug'),
  ids: targetBy('id', 'id'),
}
export type TargetRow = RowOf<typeof targets.slugs>

export function usageTarget(organization: string, instance: string, entitlement: string): Statement<TargetRow> {
  const byId = isId(instance)
  const chosen = byId
    ? isId(entitlement)
      ? targets.ids
      : targets.idAndSlug
    : isId(entitlement)
      ? targets.slugAndId
      : targets.slugs
  const values = {
    organization,
    instance: byId ? instance.toLowerCase() : instance,
    entitlement: isId(entitlement) ? entitlement.toLowerCase() : entitlement,
  }
  return { sql: chosen.sql, parameters: chosen.bind(values) }
}

/** Everything that the license of a living instance grants, by slug. */
export const grantsOfInstance = query((p: { organization: string; instance: string }) =>
  q
    .selectFrom('instances')
    .innerJoin('licenses', 'licenses.id', 'instances.licenseId')
    .innerJoin('license_entitlements', 'license_entitlements.licenseId', 'instances.licenseId')
    .innerJoin('entitlements', 'entitlements.id', 'license_entitlements.entitlementId')
    .select(grantedColumns)
    .where('instances.organizationId', '=', p.organization)
    .where('instances.id', '=', p.instance)
    .where('instances.deletedAt', 'is', null)
    .orderBy('entitlements.slug'),
)

/** What another license would grant a living instance, as the one it has does. */
export const grantsUnderLicense = query((p: { organization: string; instance: string; license: string }) =>
  q
    .selectFrom('instances')
    .innerJoin('licenses', join => join.on('licenses.id', '=', p.license))
    .innerJoin('license_entitlements', 'license_entitlements.licenseId', 'licenses.id')
    .innerJoin('entitlements', 'entitlements.id', 'license_entitlements.entitlementId')
    .select(grantedColumns)
    .where('instances.organizationId', '=', p.organization)
    .whereRef('licenses.organizationId', '=', 'instances.organizationId')
    .where('instances.id', '=', p.instance)
    .where('instances.deletedAt', 'is', null),
)

/**
 * Present use of a quota by the instances of one license, from a use upwards, with the count of all of them: the highest
 * first, for a change of the grant to show. Whoever is over is told with the precision of a double.
 */
export const usesAbove = query((p: UsesAbove) =>
  q
    .selectFrom('instances')
    .innerJoin('customers', 'customers.id', 'instances.customerId')
    .innerJoin('entitlement_usages as meter', join =>
      join.onRef('meter.instanceId', '=', 'instances.id').on('meter.entitlementId', '=', p.entitlement),
    )
    .select(['instances.id', 'instances.slug', 'instances.name', 'instances.customerId'])
    .select(['customers.slug as customerSlug', 'customers.name as customerName', 'meter.usageReal as use'])
    .select(sql<number>`count(*) over ()`.as('counted'))
    .where('instances.organizationId', '=', p.organization)
    .where('instances.licenseId', '=', p.license)
    .where('instances.deletedAt', 'is', null)
    .where('instances.startLicenseDate', '<=', p.now)
    .where(({ or, eb }) => or([eb('instances.endLicenseDate', 'is', null), eb('instances.endLicenseDate', '>', p.now)]))
    .where(({ or, eb }) => or([eb('meter.periodEnd', 'is', null), eb('meter.periodEnd', '>', p.now)]))
    .where('meter.usageReal', '>', p.above)
    .orderBy('meter.usageReal', 'desc')
    .orderBy('instances.id')
    .limit(p.limit),
)

interface UsesAbove {
  organization: string
  license: string
  entitlement: string
  now: number
  above: number
  limit: number
}
export type UseAboveRow = RowOf<typeof usesAbove>

/** Which of its meters tells the use of an entitlement by an instance: that of the latest window. */
const latestMeter = sql<SqlBool>`"meter"."instanceId" = "instances"."id"
  and "meter"."entitlementId" = "entitlements"."id" and "meter"."periodStart" = (
    select max("periodStart") from "entitlement_usages" as "other"
    where "other"."instanceId" = "instances"."id" and "other"."entitlementId" = "entitlements"."id")`

export type UsageOfInstanceRow = EntitlementUsageRecord & TargetRow & { id: string }

/** Use of an entitlement by every living instance whose license grants it, with the latest window of each. */
export const usageOfEntitlement = (organization: string, entitlement: string): Source<UsageOfInstanceRow> => ({
  list: 'usage-of-entitlement',
  table: 'instances',
  rows: q
    .selectFrom('license_entitlements')
    .innerJoin('entitlements', 'entitlements.id', 'license_entitlements.entitlementId')
    .innerJoin('licenses', 'licenses.id', 'license_entitlements.licenseId')
    .innerJoin('instances', 'instances.licenseId', 'licenses.id')
    .leftJoin('entitlement_usages as meter', join => join.on(latestMeter))
    .selectAll('meter')
    .select(grantedColumns)
    .select(['instances.id', 'instances.name', 'instances.createdAt', 'instances.updatedAt'])
    .where('license_entitlements.organizationId', '=', organization)
    .where('license_entitlements.entitlementId', '=', entitlement)
    .where('instances.deletedAt', 'is', null) as unknown as Source<UsageOfInstanceRow>['rows'],
  filters: { entitlement },
  scans: true,
})

export type UsageByPercentRow = UsageOfInstanceRow & { name: string; customerName: string; customerSlug: string }

/**
 * The same in order of percent at a moment, which is the order by creation here: first what is used most of, then the
 * unlimited, then what a license that is not active gives none of. Doubles are near enough to sort by.
 */
export function usageByPercent(organization: string, entitlement: string, now: number): Source<UsageByPercentRow> {
  // Read once per license, and not three times per instance.
  const granted = sql<number>`json_extract("value", '$.value')`
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
      () =>
        q
          .selectFrom('license_entitlements')
          .select(['licenseId', granted.as('threshold')])
          .where('organizationId', '=', organization)
          .where('entitlementId', '=', entitlement),
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
      .innerJoin('instances', 'instances.id', 'uses.id')
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
    details,
    columns: { createdAt: 'percent' },
    searched: ['name', 'instanceSlug', 'customerName', 'licenseSlug'],
    filters: { entitlement },
    scans: true,
  }
}
