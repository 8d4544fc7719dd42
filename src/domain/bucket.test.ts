import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketOf, bucketOfHash, buckets, sharesOf, variantAt } from './bucket.ts'

describe('buckets', () => {
  test('the lowest hash is the first of 100,000 buckets, the highest the last', () => {
    expect([0, 0x80000000, 0xffffffff].map(bucketOfHash)).toEqual([0, 50_000, 99_999])
  })

  test('salt and key do not run into each other', () => {
    expect(bucketOf('ab', 'c')).not.toBe(bucketOf('a', 'bc'))
  })

  test('a hundred thousand users spread evenly over a hundred shares (chi-square)', () => {
    const counts = new Array<number>(100).fill(0)
    for (let user = 0; user < 100_000; user++) {
      const share = Math.floor((bucketOf('promo-banner', `user-${user}`) * 100) / buckets)
      counts[share] = (counts[share] ?? 0) + 1
    }
    // 99 degrees of freedom: a fair draw exceeds 149 once in a thousand.
    expect(chiSquare(counts.map(count => [count, 1_000]))).toBeLessThan(149)
  })

  test('where a user stands in one flag says nothing about another (chi-square)', () => {
    const table = new Array<number>(100).fill(0)
    for (let user = 0; user < 100_000; user++) {
      const one = Math.floor(bucketOf('promo-banner', `user-${user}`) / 10_000)
      const other = Math.floor(bucketOf('new-checkout', `user-${user}`) / 10_000)
      table[one * 10 + other] = (table[one * 10 + other] ?? 0) + 1
    }
    const sum = (pick: (index: number) => boolean) =>
      table.reduce((all, count, index) => all + (pick(index) ? count : 0), 0)
    const expected = table.map((_, index) => {
      const row = sum(other => Math.floor(other / 10) === Math.floor(index / 10))
      return (row * sum(other => other % 10 === index % 10)) / 100_000
    })
    // 81 degrees of freedom: independent flags exceed 127 once in a thousand.
    expect(chiSquare(table.map((count, index) => [count, expected[index] ?? 0]))).toBeLessThan(127)
  })
})

describe('shares', () => {
  test.each([
    [0, { on: 30, off: 70 }, 'on'],
    [29_999, { on: 30, off: 70 }, 'on'],
    [30_000, { on: 30, off: 70 }, 'off'],
    [99_999, { on: 30, off: 70 }, 'off'],
    [99_999, { on: 1, off: 0 }, 'on'],
    [0, { on: 0, off: 2 }, 'off'],
    [33_333, { on: 1, off: 2 }, 'on'],
    [33_334, { on: 1, off: 2 }, 'off'],
    [0, { on: 0.001, off: 99.999 }, 'on'],
    [1, { on: 0.001, off: 99.999 }, 'off'],
    [5, { off: 3 }, 'off'],
    [0, { on: 0, off: 0 }, undefined],
    [0, {}, undefined],
  ])('bucket %i of %o is %s', (bucket, distribution, variant) => {
    expect(variantAt(sharesOf(distribution, ['on', 'off']), bucket)).toBe(variant)
  })

  test('variants come in the order they are declared, not in that of the distribution', () => {
    expect(variantAt(sharesOf({ b: 50, a: 50 }, ['a', 'b']), 0)).toBe('a')
    expect(variantAt(sharesOf({ toString: 50 }, ['constructor', 'toString']), 0)).toBe('toString')
  })

  const weight = fc.integer({ min: 0, max: 100_000 }).map(thousandths => thousandths / 1000)

  test('every bucket has a variant unless all weights are zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: buckets - 1 }),
        fc.array(weight, { minLength: 1, maxLength: 5 }),
        (bucket, weights) => {
          const variants = weights.map((_, index) => `v${index}`)
          const distribution = Object.fromEntries(weights.map((share, index) => [`v${index}`, share]))
          expect(variantAt(sharesOf(distribution, variants), bucket) !== undefined).toBe(
            weights.some(share => share > 0),
          )
        },
      ),
    )
  })

  test('raising the first share never takes a user out of it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), weight, weight, (salt, key, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        const bucket = bucketOf(salt, key)
        const at = (share: number) => variantAt(sharesOf({ on: share, off: 100 - share }, ['on', 'off']), bucket)
        if (at(low) === 'on') expect(at(high)).toBe('on')
      }),
      { numRuns: 2_000 },
    )
  })

  test('raising one weight while the others stay never takes a user out of the first share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: buckets - 1 }), weight, weight, weight, (bucket, first, more, rest) => {
        const at = (share: number) => variantAt(sharesOf({ on: share, off: rest }, ['on', 'off']), bucket)
        if (at(first) === 'on') expect(at(first + more)).toBe('on')
      }),
      { numRuns: 2_000 },
    )
  })
})

const chiSquare = (pairs: readonly (readonly [number, number])[]): number =>
  pairs.reduce((sum, [observed, expected]) => sum + (observed - expected) ** 2 / expected, 0)
