import { compare, type Decimal, floorDivide, fromNumber, nearest, ONE, roundDivide } from './decimal.ts'
import type { AggregationMethod, MeterType } from './entitlement.ts'
import { keptWith } from './kept-with.ts'

/**
 * `append` folds the reported value in by the aggregation method, `set` replaces what was there.
 * Source of this file: metering.md, from "Aggregation" to "Answer".
 */
export const behaviors = ['append', 'set'] as const
export type Behavior = (typeof behaviors)[number]

/**
 * What one window has come to. For AVERAGE the truth is `sum` over `eventCount`, and `value` is that mean rounded to the
 * ninth place, for lists and sorting only; for the other methods `sum` equals `value`.
 */
export interface Meter {
  readonly value: Decimal
  readonly sum: Decimal
  readonly eventCount: number
}

/** COUNT on append ignores the value. */
export interface Report {
  readonly behavior: Behavior
  readonly value: Decimal
}

/** What the entitlement and its grant say. `threshold` is null when unlimited; the percents are decimals, 80 is 80 × ONE. */
export interface Quota {
  readonly method: AggregationMethod
  readonly threshold: Decimal | null
  readonly overagePercent: Decimal
  readonly warningPercent: Decimal
}

export type Judgement =
  | { readonly accepted: true; readonly after: Meter }
  | { readonly accepted: false; readonly reason: 'ThresholdExceeded' | 'NegativeTotal' }

export type UsageStatus = 'INACTIVE' | 'REACHED' | 'WARNING' | 'ACCEPTED'

/** The numbers of the usage answer. `limit`, `maximum` and `remaining` are null when unlimited. */
export interface Standing {
  readonly limit: number | null
  readonly maximum: number | null
  readonly unlimited: boolean
  readonly currentUsage: number
  readonly remaining: number | null
  readonly percentageUsed: number
  readonly status: UsageStatus
  readonly allowed: boolean
}

/** A line that use is compared with, exact to the last place of its percent: in units of 10^-20. */
export type Line = bigint

/** 100 %, as `Quota` keeps percents. */
export const HUNDRED: Decimal = 100n * ONE

/** The number 1 as a Line. */
const LINE_UNIT: Line = HUNDRED * ONE

/** An entitlement never reported. */
export const emptyMeter: Meter = { value: 0n, sum: 0n, eventCount: 0 }

/** What a report does that does not say: single events add to the meter, a total computed elsewhere replaces it. */
export function defaultBehavior(meterType: MeterType): Behavior {
  return meterType === 'RAW_EVENT' ? 'append' : 'set'
}

/** A threshold as the API has it: 0 or more, −1 for unlimited (null here), `undefined` for anything else (422). */
export function thresholdFrom(value: number): Decimal | null | undefined {
  if (value === -1) return null
  return value >= 0 ? fromNumber(value) : undefined
}

/** The meter after a report that is counted. Every report counts one event; `set` starts the count again at one. */
export function fold(meter: Meter, report: Report, method: AggregationMethod): Meter {
  if (report.behavior === 'set') return { value: report.value, sum: report.value, eventCount: 1 }
  const eventCount = meter.eventCount + 1
  if (method === 'AVERAGE') {
    const sum = meter.sum + report.value
    return { value: roundDivide(sum, BigInt(eventCount)), sum, eventCount }
  }
  const value = appended(meter, report.value, method)
  return { value, sum: value, eventCount }
}

/**
 * Accepts a report when the resulting value is at most the maximum, or when it gives back: when the result is lower than
 * what the meter shows now, whatever the method, even if still above the maximum. One that changes nothing does not give
 * back. ThresholdExceeded is the audited 409; NegativeTotal, the 422, is a SUM or COUNT below zero.
 */
export function judge(meter: Meter, report: Report, quota: Quota): Judgement {
  const after = fold(meter, report, quota.method)
  if (isTotal(quota.method) && after.value < 0n) return { accepted: false, reason: 'NegativeTotal' }
  const fits = isWithin(after, quota) || isLower(after, meter, quota.method)
  return fits ? { accepted: true, after } : { accepted: false, reason: 'ThresholdExceeded' }
}

/** A late report is never refused for the limit; a negative total it must not leave either. */
export function judgeLate(meter: Meter, report: Report, quota: Quota): Judgement {
  return judge(meter, report, { ...quota, threshold: null })
}

/**
 * The answer's numbers. A license that is not active grants nothing: its quotas read 0, unlimited ones too.
 * `amount` asks about that many more units and defaults to one.
 */
export function standing(meter: Meter, granted: Quota, active: boolean, amount: Decimal = ONE): Standing {
  const quota = active ? granted : { ...granted, threshold: 0n }
  const { method } = quota
  const allowed = active && allows(meter, quota, amount)
  const currentUsage = useOf(meter, method)
  const lines = linesOf(quota)
  if (!lines) return { ...unlimitedNumbers, currentUsage, status: 'ACCEPTED', allowed }
  return {
    limit: lines.limit,
    maximum: lines.most,
    unlimited: false,
    currentUsage,
    remaining: remainingBelow(lines.maximum, meter, method),
    percentageUsed: percentageUsed(meter, lines.threshold, method),
    status: active ? statusOf(meter, lines, method) : 'INACTIVE',
    allowed,
  }
}

/**
 * Whether `amount` more units would be accepted: whether use + amount stays within the maximum. So that `allowed` never
 * contradicts `remaining`, it means the same for every method: for SUM and COUNT a report (or so many) of that amount,
 * for the others a result that much higher than the present one. A negative amount gives back.
 */
export function allows(meter: Meter, quota: Quota, amount: Decimal): boolean {
  const [total, count] = use(meter, quota.method)
  const more = total + times(amount, count)
  if (isTotal(quota.method) && more < 0n) return false
  const lines = linesOf(quota)
  return !lines || amount < 0n || more * HUNDRED <= times(lines.maximum, count)
}

/** The present use as the double nearest to it; of an AVERAGE, nearest to the exact mean. */
export function useOf(meter: Meter, method: AggregationMethod): number {
  const [total, count] = use(meter, method)
  return nearest(total, times(ONE, count))
}

/** A share of the threshold: at 100 % the threshold, at the warning percent where warnings begin. */
export function lineAt(threshold: Decimal, percent: Decimal): Line {
  return threshold * percent
}

/** What follows from a quota alone. */
export interface Lines {
  readonly threshold: Decimal
  /** Undefined while warnings are switched off. */
  readonly warning: Line | undefined
  readonly reached: Line
  readonly maximum: Line
  /** The threshold and the maximum as the answer has them. */
  readonly limit: number
  readonly most: number
}

/** Undefined where the quota is unlimited. A report is compared with each of them, several times. */
export const linesOf = keptWith(({ threshold, overagePercent, warningPercent }: Quota): Lines | undefined => {
  if (threshold === null) return undefined
  const maximum = lineAt(threshold, HUNDRED + overagePercent)
  return {
    threshold,
    warning: warningPercent > 0n ? lineAt(threshold, warningPercent) : undefined,
    reached: lineAt(threshold, HUNDRED),
    maximum,
    limit: nearest(threshold, ONE),
    most: nearest(maximum, LINE_UNIT),
  }
})

/** Where use stands to a line: negative below, zero on it, positive above. Of an AVERAGE: the sum to line × count. */
export function compareUse(meter: Meter, line: Line, method: AggregationMethod): -1 | 0 | 1 {
  const [total, count] = use(meter, method)
  return compare(total * HUNDRED, times(line, count))
}

const unlimitedNumbers = { limit: null, maximum: null, unlimited: true, remaining: null, percentageUsed: 0 } as const

/** Use as a fraction, total / count: the kept sum over the events of an AVERAGE, and for all else the value over one. */
function use(meter: Meter, method: AggregationMethod): readonly [total: Decimal, count: bigint] {
  return method === 'AVERAGE' && meter.eventCount > 0 ? [meter.sum, BigInt(meter.eventCount)] : [meter.value, 1n]
}

/** Most counts are one, and a product of large numbers takes as long for it as for any other. */
function times(value: bigint, count: bigint): bigint {
  return count === 1n ? value : value * count
}

function appended(
  { value, eventCount }: Meter,
  reported: Decimal,
  method: Exclude<AggregationMethod, 'AVERAGE'>,
): Decimal {
  if (method === 'SUM') return value + reported
  if (method === 'COUNT') return value + ONE
  // The first report counts as the first: a MIN of 5 is 5, not min(0, 5).
  if (method === 'LATEST' || eventCount === 0) return reported
  const higher = reported > value
  return higher === (method === 'MAX') ? reported : value
}

function isTotal(method: AggregationMethod): boolean {
  return method === 'SUM' || method === 'COUNT'
}

function isLower(after: Meter, before: Meter, method: AggregationMethod): boolean {
  const [[total, count], [totalBefore, countBefore]] = [use(after, method), use(before, method)]
  return times(total, countBefore) < times(totalBefore, count)
}

function isWithin(meter: Meter, quota: Quota): boolean {
  const lines = linesOf(quota)
  return !lines || compareUse(meter, lines.maximum, quota.method) <= 0
}

function remainingBelow(maximum: Line, meter: Meter, method: AggregationMethod): number {
  const [total, count] = use(meter, method)
  const rest = times(maximum, count) - total * HUNDRED
  if (rest <= 0n) return 0
  // Without an overage the percent cancels out, and small numbers take a tenth of the time.
  return rest % HUNDRED === 0n ? nearest(rest / HUNDRED, times(ONE, count)) : nearest(rest, times(LINE_UNIT, count))
}

/** Rounded down to one decimal, below zero too. */
function percentageUsed(meter: Meter, threshold: Decimal, method: AggregationMethod): number {
  if (threshold === 0n) return 100
  const [total, count] = use(meter, method)
  return Number(floorDivide(total * 1000n, times(threshold, count))) / 10
}

function statusOf(meter: Meter, { reached, warning }: Lines, method: AggregationMethod): UsageStatus {
  if (compareUse(meter, reached, method) >= 0) return 'REACHED'
  return warning !== undefined && compareUse(meter, warning, method) >= 0 ? 'WARNING' : 'ACCEPTED'
}
