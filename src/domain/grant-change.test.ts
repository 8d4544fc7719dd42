import { expect, test } from 'vitest'
import { fromNumber } from './decimal.ts'
import { lowers, overUse } from './grant-change.ts'
import type { Meter, Quota } from './usage.ts'

const decimal = (value: number) => fromNumber(value) ?? 0n
const quota = (threshold: number | null, overage = 0, method: Quota['method'] = 'SUM'): Quota => ({
  method,
  threshold: threshold === null ? null : decimal(threshold),
  overagePercent: decimal(overage),
  warningPercent: 0n,
})
const meter = (value: number, sum = value, eventCount = 1): Meter => ({
  value: decimal(value),
  sum: decimal(sum),
  eventCount,
})

test.each([
  [quota(100), quota(99), true],
  [quota(100), quota(100), false],
  [quota(100), quota(101), false],
  [quota(null), quota(1e15), true],
  [quota(0), quota(null), false],
  [quota(100, 10), quota(110), false],
  [quota(100, 10), quota(109.999), true],
])('from %o to %o leaves less: %s', (before, after, expected) => {
  expect(lowers({ before, after })).toBe(expected)
})

test.each([
  ['exactly on the limit', meter(0.3), quota(1), quota(0.3), undefined],
  ['a billionth over', meter(0.300000001), quota(1), quota(0.3), { use: 0.300000001, wasOver: false }],
  ['within the overage', meter(109), quota(200), quota(100, 10), undefined],
  ['over before as well', meter(300), quota(200), quota(100), { use: 300, wasOver: true }],
  ['of an average, by its exact mean', meter(1, 10, 10), quota(2, 0, 'AVERAGE'), quota(1, 0, 'AVERAGE'), undefined],
  ['without a limit', meter(1e15), quota(0), quota(null), undefined],
])('use %s', (_, used, before, after, expected) => {
  expect(overUse(used, { before, after })).toEqual(expected)
})
