import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, rfc3339 } from './input.ts'
import { UsageReport } from './report.ts'

const longest = 8_640_000_000_000_000

test('moments are told as toISOString tells them, whatever was told before', () => {
  const moments = fc.oneof(
    fc.date({ noInvalidDate: true }),
    fc.constantFrom(new Date(-1), new Date(longest), new Date(-longest)),
  )
  const nearby = fc.integer({ min: -200_000_000, max: 200_000_000 })
  fc.assert(
    fc.property(moments, fc.array(nearby), (moment, distances) => {
      for (const distance of [0, ...distances]) {
        const at = Math.max(-longest, Math.min(moment.getTime() + distance, longest))
        expect(rfc3339(at)).toBe(new Date(at).toISOString())
      }
    }),
  )
})

test('what is no moment is refused, also right after the last that is one', () => {
  expect(rfc3339(longest)).toBe(new Date(longest).toISOString())
  for (const at of [Number.NaN, longest + 1, Number.POSITIVE_INFINITY]) expect(() => rfc3339(at)).toThrow(RangeError)
})

test.each([
  [{ value: 'x' }, 'body.value: must be a number'],
  [{ value: { type: 'number', value: 'x' } }, 'body.value: must be a number'],
  [{ value: null }, 'body.value: cannot be null'],
  [{ transactionId: 5 }, 'body.transactionId: must be a string'],
  [{ behavior: 3 }, 'body.behavior: must be one of append, set'],
  [{ metadata: [] }, 'body.metadata: must be a JSON object'],
  [{ values: 1 }, 'body.values: is not a known member'],
  [[], 'body: must be an object'],
])('what does not fit is told by what it must be: %j', (input, told) => {
  expect(() => parse(UsageReport, input)).toThrow(told)
})
