import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decimal, fromNumber, ONE } from './decimal.ts'
import { AggregationMethod } from './entitlement.ts'
import {
  allows,
  type Behavior,
  defaultBehavior,
  emptyMeter,
  fold,
  judge,
  judgeLate,
  type Meter,
  type Quota,
  standing,
  thresholdFrom,
  useOf,
} from './usage.ts'

const d = (value: number): Decimal => {
  const decimal = fromNumber(value)
  if (decimal === undefined) throw new Error(`not a decimal: ${value}`)
  return decimal
}
const append = (value: number) => ({ behavior: 'append', value: d(value) }) as const
const set = (value: number) => ({ behavior: 'set', value: d(value) }) as const
const quota = (
  method: AggregationMethod,
  threshold: number,
  more: { overage?: number; warning?: number } = {},
): Quota => ({
  method,
  threshold: threshold === -1 ? null : d(threshold),
  overagePercent: d(more.overage ?? 0),
  warningPercent: d(more.warning ?? 80),
})
const use = (method: AggregationMethod, ...values: number[]): Meter =>
  values.reduce((meter, value) => fold(meter, append(value), method), emptyMeter)

describe('reports appended to a meter', () => {
  test.each<[AggregationMethod, number[], number]>([
    ['SUM', [5, 2.5, -1], 6.5],
    ['COUNT', [5, 0, -1], 3],
    ['AVERAGE', [1, 2, 6], 3],
    ['MAX', [2, 7, 3], 7],
    ['MIN', [4, 2, 3], 2],
    ['LATEST', [4, 9, 3], 3],
    ['MIN', [5], 5],
    ['MAX', [-3], -3],
    ['AVERAGE', [1, 0, 0], 1 / 3],
  ])('by %s: %j come to %d', (method, values, expected) => {
    const meter = use(method, ...values)
    expect(useOf(meter, method)).toBe(expected)
    expect(meter.eventCount).toBe(values.length)
  })

  test.each(
    AggregationMethod.options,
  )('by %s start over from a value that was set, which counts as one event', method => {
    expect(fold(use(method, 4, 9), set(7), method)).toEqual({ value: d(7), sum: d(7), eventCount: 1 })
  })

  test('of one tenth, ten times over, reach a threshold of one', () => {
    const meter = use('SUM', ...Array.from({ length: 10 }, () => 0.1))
    expect(standing(meter, quota('SUM', 1), true)).toMatchObject({ currentUsage: 1, status: 'REACHED', remaining: 0 })
  })

  test('keep the exact sum of an average, and its mean rounded to the ninth place', () => {
    expect(use('AVERAGE', 1, 0, 0)).toEqual({ value: 333_333_333n, sum: ONE, eventCount: 3 })
    expect(use('AVERAGE', -1, -1, 0).value).toBe(-666_666_667n)
  })
})

describe('a report', () => {
  test.each<[string, Meter, ReturnType<typeof append | typeof set>, Quota, 'accepted' | string]>([
    ['that lands on the limit', use('SUM', 990), append(10), quota('SUM', 1000), 'accepted'],
    ['one billionth beyond it', use('SUM', 990), append(10.000000001), quota('SUM', 1000), 'ThresholdExceeded'],
    ['that lands on the soft limit', use('SUM', 3), append(0.99999), quota('SUM', 3, { overage: 33.333 }), 'accepted'],
    ['beyond it', use('SUM', 3), append(0.999990001), quota('SUM', 3, { overage: 33.333 }), 'ThresholdExceeded'],
    ['to a quota of nothing', emptyMeter, append(1), quota('SUM', 0, { overage: 100 }), 'ThresholdExceeded'],
    ['of nothing to a quota of nothing', emptyMeter, append(0), quota('SUM', 0), 'accepted'],
    ['to an unlimited quota', use('SUM', 1e15), append(1e15), quota('SUM', -1), 'accepted'],
    ['that gives back, though still above', use('SUM', 20), append(-1), quota('SUM', 10), 'accepted'],
    ['that changes nothing above the limit', use('SUM', 20), append(0), quota('SUM', 10), 'ThresholdExceeded'],
    ['that sets less, though still above', use('MAX', 20), set(15), quota('MAX', 10), 'accepted'],
    ['lower than the latest, though above', use('LATEST', 20), append(15), quota('LATEST', 10), 'accepted'],
    ['that lowers an average still above', use('AVERAGE', 20, 20), append(19), quota('AVERAGE', 10), 'accepted'],
    [
      'that raises an average above',
      use('AVERAGE', 9),
      append(11.000000001),
      quota('AVERAGE', 10),
      'ThresholdExceeded',
    ],
    [
      'that takes an average to a third',
      use('AVERAGE', 0, 0),
      append(1),
      quota('AVERAGE', 0.333333333),
      'ThresholdExceeded',
    ],
    ['that takes a sum below zero', use('SUM', 1), append(-2), quota('SUM', 10), 'NegativeTotal'],
    ['that sets a count below zero', use('COUNT', 1), set(-1), quota('COUNT', -1), 'NegativeTotal'],
    ['below zero where no total is kept', emptyMeter, append(-3), quota('LATEST', 0), 'accepted'],
  ])('%s', (_, meter, report, limits, expected) => {
    const judgement = judge(meter, report, limits)
    expect(judgement.accepted ? 'accepted' : judgement.reason).toBe(expected)
    if (judgement.accepted) expect(judgement.after).toEqual(fold(meter, report, limits.method))
  })

  test('that lowers an average by less than shows still gives back', () => {
    const many: Meter = { value: d(20), sum: d(20) * 4_000_000_000n, eventCount: 4_000_000_000 }
    const judgement = judge(many, append(19), quota('AVERAGE', 10))
    expect(judgement).toMatchObject({ accepted: true, after: { value: d(20) } })
  })

  test('that comes late is never refused for the limit, but for a negative total', () => {
    expect(judgeLate(use('SUM', 9), append(90), quota('SUM', 10))).toMatchObject({ accepted: true })
    expect(judgeLate(use('SUM', 9), append(-10), quota('SUM', 10))).toEqual({
      accepted: false,
      reason: 'NegativeTotal',
    })
  })

  test.each<['RAW_EVENT' | 'CALCULATED_USAGE', Behavior]>([
    ['RAW_EVENT', 'append'],
    ['CALCULATED_USAGE', 'set'],
  ])('of a %s meter does %s when it does not say', (meterType, behavior) => {
    expect(defaultBehavior(meterType)).toBe(behavior)
  })
})

test.each<[number, Decimal | null | undefined]>([
  [-1, null],
  [0, 0n],
  [2.5, 2_500_000_000n],
  [-0.5, undefined],
  [-2, undefined],
  [1e-10, undefined],
  [Number.NaN, undefined],
])('a threshold of %d', (value, expected) => {
  expect(thresholdFrom(value)).toBe(expected)
})

describe('the usage answer', () => {
  test('for a quota in use', () => {
    expect(standing(use('SUM', 67_433), quota('SUM', 100_000), true)).toEqual({
      limit: 100_000,
      maximum: 100_000,
      unlimited: false,
      currentUsage: 67_433,
      remaining: 32_567,
      percentageUsed: 67.4,
      status: 'ACCEPTED',
      allowed: true,
    })
  })

  test('for an unlimited quota has no numbers to reach', () => {
    const none = { limit: null, maximum: null, remaining: null, percentageUsed: 0 }
    const expected = { ...none, unlimited: true, currentUsage: 5, status: 'ACCEPTED', allowed: true }
    expect(standing(use('SUM', 5), quota('SUM', -1), true)).toEqual(expected)
  })

  test.each([5, -1])('for a license that is not active grants 0 of %d', threshold => {
    const zero = { limit: 0, maximum: 0, remaining: 0, percentageUsed: 100, unlimited: false }
    const expected = { ...zero, currentUsage: 2, status: 'INACTIVE', allowed: false }
    expect(standing(use('SUM', 2), quota('SUM', threshold), false)).toEqual(expected)
  })

  test.each<[number, Quota, { percentageUsed: number; status: string; remaining: number; allowed: boolean }]>([
    [79.99, quota('SUM', 100), { percentageUsed: 79.9, status: 'ACCEPTED', remaining: 20.01, allowed: true }],
    [80, quota('SUM', 100), { percentageUsed: 80, status: 'WARNING', remaining: 20, allowed: true }],
    [99.99, quota('SUM', 100), { percentageUsed: 99.9, status: 'WARNING', remaining: 0.01, allowed: false }],
    [
      99.99,
      quota('SUM', 100, { warning: 0 }),
      { percentageUsed: 99.9, status: 'ACCEPTED', remaining: 0.01, allowed: false },
    ],
    [100, quota('SUM', 100, { overage: 10 }), { percentageUsed: 100, status: 'REACHED', remaining: 10, allowed: true }],
    [150, quota('SUM', 100), { percentageUsed: 150, status: 'REACHED', remaining: 0, allowed: false }],
    [0, quota('SUM', 0), { percentageUsed: 100, status: 'REACHED', remaining: 0, allowed: false }],
    [-0.05, quota('LATEST', 100), { percentageUsed: -0.1, status: 'ACCEPTED', remaining: 100.05, allowed: true }],
    [2, quota('AVERAGE', 3), { percentageUsed: 66.6, status: 'ACCEPTED', remaining: 1, allowed: true }],
  ])('at a use of %d', (value, limits, expected) => {
    expect(standing(fold(emptyMeter, append(value), limits.method), limits, true)).toMatchObject(expected)
  })

  const meters = fc.tuple(
    fc.constantFrom(...AggregationMethod.options),
    fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 8 }),
  )
  const thresholds = fc.constantFrom(-1, 0, 1, 7, 25, 99.5)
  const amounts = fc.integer({ min: -50, max: 150 }).map(n => n / 4)

  test('allows more exactly when such a report would be accepted', () => {
    fc.assert(
      fc.property(meters, thresholds, amounts, ([method, values], threshold, amount) => {
        const [meter, limits] = [use(method, ...values), quota(method, threshold, { overage: 12.5 })]
        const more = allows(meter, limits, d(amount))
        if (method === 'SUM') return more === judge(meter, append(amount), limits).accepted
        if (method === 'AVERAGE') return true
        const other = judge(meter, { behavior: 'set', value: meter.value + d(amount) }, limits).accepted
        const one = method !== 'COUNT' || allows(meter, limits, ONE) === judge(meter, append(0), limits).accepted
        return more === other && one
      }),
    )
  })

  test('allows a positive amount exactly up to what remains', () => {
    fc.assert(
      fc.property(meters, thresholds, amounts, ([method, values], threshold, amount) => {
        const { remaining, allowed } = standing(use(method, ...values), quota(method, threshold), true, d(amount))
        // The shown double of a mean may be rounded past an amount that is as fine.
        return amount <= 0 || method === 'AVERAGE' || allowed === (remaining === null || amount <= remaining)
      }),
    )
  })
})
