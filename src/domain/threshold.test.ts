import { describe, expect, test } from 'vitest'
import { type Decimal, fromNumber } from './decimal.ts'
import type { AggregationMethod } from './entitlement.ts'
import { crossings, noLatches, rearmed } from './threshold.ts'
import { emptyMeter, fold, judge, type Meter, type Quota } from './usage.ts'

const d = (value: number): Decimal => fromNumber(value) ?? 0n
const quota = (
  threshold: number,
  more: { method?: AggregationMethod; overage?: number; warning?: number } = {},
): Quota => ({
  method: more.method ?? 'SUM',
  threshold: threshold === -1 ? null : d(threshold),
  overagePercent: d(more.overage ?? 0),
  warningPercent: d(more.warning ?? 80),
})
const meterAt = (value: number): Meter => fold(emptyMeter, { behavior: 'set', value: d(value) }, 'SUM')

const WARNING = 'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED'
const REACHED = 'INSTANCE_ENTITLEMENT_USAGE_REACHED'
const CAP = 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED'

/** What each of some appended reports sends, one after another in a window of their own. */
function sent(limits: Quota, ...values: number[]): string[][] {
  let [meter, latches] = [emptyMeter, noLatches]
  return values.map(value => {
    const judgement = judge(meter, { behavior: 'append', value: d(value) }, limits)
    const crossing = crossings(latches, meter, judgement, limits)
    latches = crossing.latches
    if (judgement.accepted) meter = judgement.after
    return [...crossing.events]
  })
}

describe('threshold events', () => {
  test('are sent once each as use rises over the lines', () => {
    expect(sent(quota(100, { overage: 10 }), 79, 1, 19, 1, 1, 1)).toEqual([[], [WARNING], [], [REACHED], [CAP], []])
  })

  test('are all sent by one jump over all lines, in the order of the lines', () => {
    expect(sent(quota(100, { overage: 10 }), 105)).toEqual([[WARNING, REACHED, CAP]])
  })

  test('are sent again after an accepted report took the value back below the line', () => {
    expect(sent(quota(100), 100, -1, 1, -21, 1)).toEqual([[WARNING, REACHED], [], [REACHED], [], [WARNING]])
  })

  test('tell of a refusal once, however low the value and whatever is accepted between', () => {
    expect(sent(quota(100), 50, 60, 60, 1, 60, 48, 1)).toEqual([[], [REACHED], [], [], [], [WARNING], []])
  })

  test('are not sent for a negative total', () => {
    expect(sent(quota(0), -1)).toEqual([[]])
  })

  test('are never sent for an unlimited quota', () => {
    expect(sent(quota(-1), 1e15, 1e15)).toEqual([[], []])
  })

  test('warn at 0 never, and at a quota of nothing reach the line with the first report', () => {
    expect(sent(quota(100, { warning: 0 }), 99, 1)).toEqual([[], [REACHED]])
    expect(sent(quota(0), 0, 0)).toEqual([[WARNING, REACHED], []])
  })

  test('of an average compare the sum, not a rounded mean', () => {
    const average = quota(0.333333333, { method: 'AVERAGE', overage: 100, warning: 0 })
    expect(sent(average, 0, 0, 1)).toEqual([[], [], [REACHED, CAP]])
    expect(sent(quota(0.333333334, { method: 'AVERAGE', warning: 0 }), 0, 0, 1)).toEqual([[], [], []])
  })
})

describe('a changed threshold', () => {
  const all = 7

  test.each<[string, Quota, Quota, number, number]>([
    ['raised above the value clears what the value is now below', quota(100), quota(125), 105, 1],
    ['raised far clears all', quota(100), quota(1000), 105, 0],
    ['raised to the value itself clears the cap, which is not over the line there', quota(100), quota(105), 105, 3],
    ['raised, but not above the value, clears nothing', quota(100), quota(104), 105, 7],
    ['lifted clears all', quota(100), quota(-1), 105, 0],
    ['lowered clears nothing, though a refusal had sent at a value below', quota(100), quota(90), 50, 7],
    ['kept, with another overage, clears nothing', quota(100), quota(100, { overage: 50 }), 50, 7],
    ['limited again clears nothing', quota(-1), quota(100), 50, 7],
    ['with the warning off keeps that latch', quota(100), quota(1000, { warning: 0 }), 105, 1],
    ['with the warning on again clears it when the value is below', quota(100, { warning: 0 }), quota(100), 50, 6],
  ])('%s', (_, from, to, value, left) => {
    expect(rearmed(all, meterAt(value), from, to)).toBe(left)
  })
})
