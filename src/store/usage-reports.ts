import type { UsageReportView } from '../domain/usage-report.ts'
import type { Source } from './pages.ts'
import { insertion, q, query } from './query.ts'

/** The journal: one row per accepted report. */

const given = [
  'instanceId',
  'entitlementId',
  'licenseId',
  'reportedAt',
  'acceptedAt',
  'periodStart',
  'behavior',
  'amount',
  'before',
  'after',
  'eventCount',
  'limit',
  'late',
  'transactionId',
  'metadata',
  'principal',
] as const

export const insertUsageReport = insertion('usage_reports', ['organizationId', ...given])

const views = q
  .selectFrom('usage_reports')
  .innerJoin('instances', 'instances.id', 'usage_reports.instanceId')
  .innerJoin('entitlements', 'entitlements.id', 'usage_reports.entitlementId')
  .select(given.map(column => `usage_reports.${column}` as const))
  .select(['usage_reports.id', 'instances.slug as instanceSlug', 'entitlements.slug as entitlementSlug'])

const byId = { name: 'id', createdAt: 'id', updatedAt: 'id' }

const ofMeter = (organization: string, instance: string, entitlement: string) =>
  views
    .where('usage_reports.organizationId', '=', organization)
    .where('usage_reports.instanceId', '=', instance)
    .where('usage_reports.entitlementId', '=', entitlement)

export const reportsOfMeter = (
  organization: string,
  instance: string,
  entitlement: string,
): Source<UsageReportView> => ({
  list: 'usage-reports-of-meter',
  table: 'usage_reports',
  rows: ofMeter(organization, instance, entitlement) as Source<UsageReportView>['rows'],
  columns: byId,
  filters: { instance, entitlement },
})

export const reportsOfOrganization = (organization: string): Source<UsageReportView> => ({
  list: 'usage-reports',
  table: 'usage_reports',
  rows: views.where('usage_reports.organizationId', '=', organization) as Source<UsageReportView>['rows'],
  columns: byId,
  filters: {},
  feed: true,
})

/** The entitlements that an instance has reported. */
export const meteredEntitlements = query((p: { instance: string }) =>
  q.selectFrom('entitlement_usages').select('entitlementId').distinct().where('instanceId', '=', p.instance),
)

/**
 * Of the one instance that a bound token sees: a range of the index for each of its meters, which SQLite puts together in
 * order as far as somebody reads. The organization's index would be read to its end for an instance that reports little.
 */
export function reportsOfInstance(
  organization: string,
  instance: string,
  [first = '', ...others]: readonly string[],
): Source<UsageReportView> {
  const its = others.reduce(
    (union, entitlement) => union.unionAll(ofMeter(organization, instance, entitlement)),
    ofMeter(organization, instance, first),
  )
  return {
    ...reportsOfOrganization(organization),
    rows: q.selectFrom(its.as('usage_reports')).selectAll() as unknown as Source<UsageReportView>['rows'],
    filters: { instance },
  }
}
