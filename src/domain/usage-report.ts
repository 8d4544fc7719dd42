import { z } from 'zod'
import { fromText, toNumber } from './decimal.ts'
import { type JsonObject, Metadata, Moment, rfc3339 } from './input.ts'
import { type Behavior, behaviors } from './usage.ts'

/** An accepted report as the journal shows it. */
export const UsageReportEntry = z.object({
  id: z.int(),
  instanceId: z.uuid(),
  instanceSlug: z.string().nullable(),
  entitlementId: z.uuid(),
  entitlementSlug: z.string(),
  licenseId: z.uuid(),
  timestamp: Moment,
  acceptedAt: Moment,
  periodStart: Moment.nullable(),
  behavior: z.enum(behaviors),
  value: z.number(),
  before: z.number(),
  after: z.number(),
  eventCount: z.int(),
  limit: z.number().nullable(),
  late: z.boolean(),
  transactionId: z.string().nullable(),
  metadata: Metadata.nullable(),
  principal: z.string(),
})

/** The journal's row. Moments in epoch milliseconds. */
export interface UsageReportRecord {
  id: number
  organizationId: string
  instanceId: string
  entitlementId: string
  licenseId: string
  reportedAt: number
  acceptedAt: number
  periodStart: number
  behavior: Behavior
  /** What was reported, exactly, as a scaled integer; the use before and after it and the limit as answers show them. */
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

export interface UsageReportView extends Omit<UsageReportRecord, 'organizationId'> {
  instanceSlug: string | null
  entitlementSlug: string
}

export const usageReportJson = (row: UsageReportView): z.infer<typeof UsageReportEntry> => ({
  id: row.id,
  instanceId: row.instanceId,
  instanceSlug: row.instanceSlug,
  entitlementId: row.entitlementId,
  entitlementSlug: row.entitlementSlug,
  licenseId: row.licenseId,
  timestamp: rfc3339(row.reportedAt),
  acceptedAt: rfc3339(row.acceptedAt),
  // A lifetime window has no start to speak of.
  periodStart: row.periodStart === 0 ? null : rfc3339(row.periodStart),
  behavior: row.behavior,
  value: toNumber(fromText(row.amount)),
  before: row.before,
  after: row.after,
  eventCount: row.eventCount,
  limit: row.limit,
  late: row.late,
  transactionId: row.transactionId,
  metadata: row.metadata,
  principal: row.principal,
})
