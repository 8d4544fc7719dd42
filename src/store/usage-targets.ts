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

export const grantedColumns = [
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
    .selectFrom('entitlement_usages as meter')
    .innerJoin('instances', 'instances.id', 'meter.instanceId')
    .innerJoin('customers', 'customers.id', 'instances.customerId')
    .select(['instances.id', 'instances.slug', 'instances.name', 'instances.customerId'])
    .select(['customers.slug as customerSlug', 'customers.name as customerName', 'meter.usageReal as use'])
    .select(sql<number>`count(*) over ()`.as('counted'))
    .where('instances.organizationId', '=', p.organization)
    .where('meter.entitlementId', '=', p.entitlement)
    .where('meter.underLicenseId', '=', p.license)
    .where('meter.usageReal', '>', p.above)
    .where(({ or, eb }) => or([eb('meter.periodEnd', 'is', null), eb('meter.periodEnd', '>', p.now)]))
    .where('instances.startLicenseDate', '<=', p.now)
    .where(({ or, eb }) => or([eb('instances.endLicenseDate', 'is', null), eb('instances.endLicenseDate', '>', p.now)]))
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
export const latestMeter = sql<SqlBool>`"meter"."instanceId" = "instances"."id"
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
