import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rfc3339 } from './input.ts'

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
