import type { UsageReportView } from '../domain/usage-report.ts'
import type { Source } from './pages.ts'
import { insertion, q } from './query.ts'

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

export const reportsOfMeter = (
  organization: string,
  instance: string,
  entitlement: string,
): Source<UsageReportView> => ({
  list: 'usage-reports-of-meter',
  table: 'usage_reports',
  rows: views
    .where('usage_reports.organizationId', '=', organization)
    .where('usage_reports.instanceId', '=', instance)
    .where('usage_reports.entitlementId', '=', entitlement) as Source<UsageReportView>['rows'],
  columns: byId,
  filters: { instance, entitlement },
})

/** Of the whole organization, or of the one instance that a bound token sees. */
export const reportsOfOrganization = (organization: string, instance: string | undefined): Source<UsageReportView> => {
  const rows = views.where('usage_reports.organizationId', '=', organization) as Source<UsageReportView>['rows']
  return {
    list: 'usage-reports',
    table: 'usage_reports',
    rows: instance ? rows.where('usage_reports.instanceId' as never, '=', instance as never) : rows,
    columns: byId,
    filters: { instance },
    feed: true,
  }
}
