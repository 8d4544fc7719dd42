import { z } from 'zod'
import { type Decimal, fromNumber, ONE } from './decimal.ts'
import type {
  AggregationMethod,
  EntitlementType,
  EntitlementValue,
  MeterType,
  ResetAnchor,
  ResetPeriod,
} from './entitlement.ts'
import { type JsonObject, Metadata, Moment, rfc3339, rfc3339OrNull } from './input.ts'
import { isLicenseActive } from './instance.ts'
import { keptWith } from './kept-with.ts'
import { lifetime, type Window } from './period.ts'
import { type Behavior, behaviors, defaultBehavior, type Meter, type Quota, standing, thresholdFrom } from './usage.ts'

/** An entitlement as the license of an instance grants it: what a report or a read is about. */
export interface Granted {
  organizationId: string
  instanceId: string
  instanceSlug: string | null
  startLicenseDate: number
  endLicenseDate: number | null
  licenseId: string
  licenseSlug: string
  entitlementId: string
  entitlementSlug: string
  entitlementName: string
  entitlementType: EntitlementType
  meterType: MeterType | null
  aggregationMethod: AggregationMethod | null
  warningThresholdPercent: number | null
  resetPeriod: ResetPeriod | null
  resetAnchor: ResetAnchor | null
  value: EntitlementValue
  limitCapExceededOveragePercent: number
}

/** What a report or a read adds to the standing of the meter. */
export interface Occasion {
  window: Window
  now: number
  behavior?: Behavior
  metadata?: JsonObject
  /** Epoch milliseconds of what is answered: the report's time, or the read's. */
  timestamp?: number
  /** How many more units `allowed` is about. */
  amount?: Decimal
}

export const UsageAnswer = z.object({
  entitlement: z.string(),
  entitlementId: z.uuid(),
  entitlementSlug: z.string(),
  instanceSlug: z.string().nullable(),
  licenseId: z.uuid(),
  licenseSlug: z.string(),
  value: z.object({ type: z.literal('number'), value: z.number(), event_count: z.int() }),
  limit: z.number().nullable(),
  maximum: z.number().nullable(),
  threshold: z.object({ type: z.literal('number'), value: z.number() }),
  unlimited: z.boolean(),
  current_usage: z.number(),
  remaining: z.number().nullable(),
  percentage_used: z.number(),
  status: z.enum(['ACCEPTED', 'WARNING', 'REACHED', 'INACTIVE']),
  allowed: z.boolean(),
  behavior: z.enum(behaviors),
  metadata: Metadata,
  timestamp: Moment,
  currentPeriodStart: Moment.nullable(),
  currentPeriodEnd: Moment.nullable(),
})

/** A closed window, as lists of periods show it. */
export const UsagePeriod = z.object({
  start: Moment,
  end: Moment,
  value: z.number(),
  eventCount: z.int(),
  updatedAt: Moment,
})

/** The quota of a NUMBER grant, as the rules of usage.ts take it. Many reports are of one grant. */
export const quotaOf = keptWith((granted: Granted): Quota => {
  const { value, aggregationMethod, limitCapExceededOveragePercent, warningThresholdPercent } = granted
  return {
    method: aggregationMethod ?? 'SUM',
    threshold: (value.type === 'number' ? thresholdFrom(value.value) : 0n) ?? null,
    overagePercent: fromNumber(limitCapExceededOveragePercent) ?? 0n,
    warningPercent: fromNumber(warningThresholdPercent ?? 0) ?? 0n,
  }
})

/** The one answer to reports and reads of a quota, and the data of its threshold events. Source: metering.md, "Answer". */
export function usageAnswer(granted: Granted, meter: Meter, occasion: Occasion): z.infer<typeof UsageAnswer> {
  const { window, now, behavior, metadata = {}, timestamp = now, amount = ONE } = occasion
  const numbers = standing(meter, quotaOf(granted), isLicenseActive(granted, now), amount)
  const isLifetime = window.start === lifetime.start && window.end === null
  return {
    entitlement: granted.entitlementSlug,
    entitlementId: granted.entitlementId,
    entitlementSlug: granted.entitlementSlug,
    instanceSlug: granted.instanceSlug,
    licenseId: granted.licenseId,
    licenseSlug: granted.licenseSlug,
    value: { type: 'number', value: numbers.currentUsage, event_count: meter.eventCount },
    limit: numbers.limit,
    maximum: numbers.maximum,
    threshold: { type: 'number', value: numbers.limit ?? -1 },
    unlimited: numbers.unlimited,
    current_usage: numbers.currentUsage,
    remaining: numbers.remaining,
    percentage_used: numbers.percentageUsed,
    status: numbers.status,
    allowed: numbers.allowed,
    behavior: behavior ?? defaultBehavior(granted.meterType ?? 'RAW_EVENT'),
    metadata,
    timestamp: rfc3339(timestamp),
    currentPeriodStart: isLifetime ? null : rfc3339(window.start),
    currentPeriodEnd: rfc3339OrNull(window.end),
  }
}

/** An entitlement as an app sees it at its start. A license that is not active grants nothing: false, 0, null. */
export const EffectiveEntitlement = z.object({
  slug: z.string(),
  name: z.string(),
  type: z.enum(['BOOLEAN', 'NUMBER', 'CONFIG']),
  enabled: z.boolean(),
  ...UsageAnswer.partial().shape,
  value: z.union([
    z.object({ type: z.literal('boolean'), value: z.boolean() }),
    UsageAnswer.shape.value,
    z.object({ type: z.literal('object'), value: z.unknown() }),
  ]),
})

export function effectiveEntitlement(
  granted: Granted,
  meter: Meter,
  occasion: Occasion,
): z.infer<typeof EffectiveEntitlement> {
  const { entitlementSlug: slug, entitlementName: name, entitlementType: type, value } = granted
  const active = isLicenseActive(granted, occasion.now)
  if (value.type === 'number') {
    const answer = usageAnswer(granted, meter, occasion)
    return { slug, name, type, enabled: active && answer.limit !== 0, ...answer }
  }
  if (value.type === 'boolean') {
    const enabled = active && value.value
    return { slug, name, type, enabled, value: { type: 'boolean', value: enabled } }
  }
  return { slug, name, type, enabled: active, value: { type: 'object', value: active ? value.value : null } }
}
