import type { JsonObject } from '../domain/input.ts'
import type { UsageReportView } from '../domain/usage-report.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

/** The journal: one row per accepted report. */

export interface NewUsageReport {
  organization: string
  instance: string
  entitlement: string
  license: string
  reportedAt: number
  now: number
  periodStart: number
  behavior: string
  amount: string
  before: number
  after: number
  eventCount: number
  limit: number | null
  late: boolean
  transactionId: string | null
  metadata: JsonObject | null
  principal: string
}

export const insertUsageReport = query((p: NewUsageReport) =>
  q
    .insertInto('usage_reports')
    .columns([
      'organizationId',
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
    ])
    .values({
      organizationId: p.organization,
      instanceId: p.instance,
      entitlementId: p.entitlement,
      licenseId: p.license,
      reportedAt: p.reportedAt,
      acceptedAt: p.now,
      periodStart: p.periodStart,
      behavior: p.behavior,
      amount: p.amount,
      before: p.before,
      after: p.after,
      eventCount: p.eventCount,
      limit: p.limit,
      late: p.late,
      transactionId: p.transactionId,
      metadata: p.metadata,
      principal: p.principal,
      // The id is the database's to give.
    } as never),
)

const views = q
  .selectFrom('usage_reports')
  .innerJoin('instances', 'instances.id', 'usage_reports.instanceId')
  .innerJoin('entitlements', 'entitlements.id', 'usage_reports.entitlementId')
  .select([
    'usage_reports.id',
    'usage_reports.instanceId',
    'instances.slug as instanceSlug',
    'usage_reports.entitlementId',
    'entitlements.slug as entitlementSlug',
    'usage_reports.licenseId',
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
    'usage_reports.metadata',
    'principal',
  ])

/** A mark that moves with every report of the organization. */
export const lastUsageReport = query((p: { organization: string }) =>
  q
    .selectFrom('usage_reports')
    .select('id')
    .where('organizationId', '=', p.organization)
    .orderBy('id', 'desc')
    .limit(1),
)

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
