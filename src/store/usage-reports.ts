import { sql } from 'kysely'
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

/**
 * Of the whole organization, or of the one instance that a bound token sees: ranges of its meters, put in order in the read
 * thread. The organization's index has its reports between all others, and would be read to its end for a quiet instance.
 */
export const reportsOfOrganization = (organization: string, instance: string | undefined): Source<UsageReportView> => {
  const all = views.where('usage_reports.organizationId', '=', organization)
  const its = views
    .where(sql`+"usage_reports"."organizationId"`, '=', organization)
    .where('usage_reports.instanceId', '=', instance ?? '')
    .where('usage_reports.entitlementId', 'in', ({ selectFrom }) =>
      selectFrom('entitlement_usages as meter')
        .select('meter.entitlementId')
        .where('meter.instanceId', '=', instance ?? ''),
    )
  return {
    list: 'usage-reports',
    table: 'usage_reports',
    rows: (instance ? its : all) as unknown as Source<UsageReportView>['rows'],
    columns: byId,
    filters: { instance },
    feed: true,
    scans: instance !== undefined,
  }
}
