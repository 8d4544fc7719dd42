import { z } from 'zod'
import { canonical } from './canonical.ts'
import { type JsonObject, jsonObject, Moment, Reference } from './input.ts'
import { type Behavior, behaviors } from './usage.ts'

/** What an app sends to report usage. Source: metering.md, "Reporting". */
export const UsageReport = z.strictObject({
  /** Left out only for COUNT on append, where it is ignored. */
  value: z
    .union([z.number(), z.strictObject({ type: z.literal('number'), value: z.number() })], 'must be a number')
    .optional(),
  behavior: z.enum(behaviors).optional(),
  transactionId: z.string().min(1).max(128).nullish(),
  /** When it happened; now, where it is left out. */
  timestamp: Moment.nullish(),
  metadata: jsonObject(4).nullish(),
})
export type UsageReport = z.output<typeof UsageReport>

/** The same for an instance, the entitlement being named in the body. */
export const NamedUsageReport = UsageReport.extend({ entitlementSlug: Reference })

/** The same for any instance. */
export const BatchedUsageReport = NamedUsageReport.extend({ instanceSlug: Reference })

export const mostReportsPerBatch = 1000

export const reportedValue = ({ value }: UsageReport): number | undefined =>
  typeof value === 'object' ? value.value : value

/** What makes two reports of one transactionId the same: value, behavior, timestamp if given, metadata. */
export const contentOf = (report: UsageReport, behavior: Behavior): string =>
  canonical({
    value: reportedValue(report) ?? null,
    behavior,
    timestamp: report.timestamp ?? undefined,
    metadata: (report.metadata as JsonObject | null | undefined) ?? {},
  })
