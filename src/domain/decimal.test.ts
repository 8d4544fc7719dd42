import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compare, floorDivide, fromNumber, fromText, nearest, ONE, roundDivide, toNumber, toText } from './decimal.ts'

/** The rule as metering.md words it, by the printed digits alone. */
function byDigits(value: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value))
  if (!match) return undefined
  const [, minus = '', whole = '', fraction = '', exponent = '0'] = match
  const shift = Number(exponent) - fraction.length
  if (shift < -9) return undefined
  const size = BigInt(whole + fraction) * 10n ** BigInt(shift + 9)
  if (size > 10n ** 24n) return undefined
  return minus ? -size : size
}

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -1e16, max: 1e16, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  // Numbers that people write: some digits and a point somewhere.
  fc
    .tuple(fc.maxSafeInteger(), fc.integer({ min: -15, max: 3 }))
    .map(([digits, power]) => Number(`${digits}e${power}`)),
  fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -12, max: 0 })).map(([n, p]) => Number(`${n}e${p}`)),
)
const anyDecimal = fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n })

describe('a JSON number as an exact decimal', () => {
  test.each<[number, bigint | undefined]>([
    [0, 0n],
    [-0, 0n],
    [42, 42n * ONE],
    [0.1, 100_000_000n],
    [-2.5, -2_500_000_000n],
    [1e-7, 100n],
    [1.5e-7, 150n],
    [1e-9, 1n],
    [1e-10, undefined],
    [1.0000000001, undefined],
    [0.1 + 0.2, undefined],
    [1e15, 10n ** 24n],
    [-1e15, -(10n ** 24n)],
    [1e15 + 1, undefined],
    [999_999_999_999_999.9, 999_999_999_999_999_900_000_000n],
    [1e21, undefined],
    [1.7976931348623157e308, undefined],
    [5e-324, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NEGATIVE_INFINITY, undefined],
  ])('%d', (value, expected) => {
    expect(fromNumber(value)).toBe(expected)
  })

  test('is the shortest decimal of the double, whichever way it was read', () => {
    fc.assert(
      fc.property(anyNumber, value => fromNumber(value) === byDigits(value)),
      { numRuns: 20_000 },
    )
  })

  test('comes back as the same number', () => {
    fc.assert(
      fc.property(anyNumber, value => {
        const decimal = fromNumber(value)
        return decimal === undefined || toNumber(decimal) === value
      }),
      { numRuns: 20_000 },
    )
  })
})

describe('a decimal', () => {
  test('that is one tenth, ten times over, is one', () => {
    const tenth = fromNumber(0.1) ?? 0n
    expect(Array.from({ length: 10 }, () => tenth).reduce((sum, part) => sum + part, 0n)).toBe(ONE)
  })

  test('survives its stored text', () => {
    fc.assert(fc.property(anyDecimal, value => fromText(toText(value)) === value))
  })

  test.each(['', ' ', '1.5', '0x10', '1e3', ' 1', '--1'])('is not read from the broken text "%s"', text => {
    expect(() => fromText(text)).toThrow(SyntaxError)
  })

  test('is shown as the double that its digits read as', () => {
    fc.assert(
      fc.property(anyDecimal, value => {
        const digits = (value < 0n ? -value : value).toString().padStart(10, '0')
        return toNumber(value) === (value < 0n ? -1 : 1) * Number(`${digits.slice(0, -9)}.${digits.slice(-9)}`)
      }),
      { numRuns: 5_000 },
    )
  })

  test('sorts by size', () => {
    expect([3n, -1n, 2n, -1n].toSorted(compare)).toEqual([-1n, -1n, 2n, 3n])
  })
})

describe('a quotient', () => {
  const denominator = fc.bigInt({ min: 1n, max: 10n ** 30n })

  test('is shown as a double that no neighbour beats', () => {
    fc.assert(
      fc.property(anyDecimal, denominator, (numerator, below) => {
        const shown = nearest(numerator, below)
        const distance = (double: number) => {
          const [top, bottom] = exactly(double)
          const difference = numerator * bottom - top * below
          return [difference < 0n ? -difference : difference, bottom] as const
        }
        const [gap, scale] = distance(shown)
        return [neighbour(shown, 1n), neighbour(shown, -1n)].every(other => {
          const [otherGap, otherScale] = distance(other)
          return gap * otherScale <= otherGap * scale
        })
      }),
      { numRuns: 5_000 },
    )
  })

  test('half way between two doubles goes to the even one, and a hair beyond it to the next', () => {
    expect(nearest(2n ** 53n + 1n, 1n)).toBe(2 ** 53)
    expect(nearest((2n ** 53n + 1n) * 3n, 3n)).toBe(2 ** 53)
    expect(nearest((2n ** 53n + 1n) * 10n ** 40n + 1n, 10n ** 40n)).toBe(2 ** 53 + 2)
    expect(nearest(-(2n ** 53n + 1n) * 10n ** 40n - 1n, 10n ** 40n)).toBe(-(2 ** 53) - 2)
    expect(nearest(1n, 3n)).toBe(1 / 3)
  })

  test('is rounded down, or to the nearest whole with halves away from zero', () => {
    expect([7n, -7n, 6n, -6n, 0n].map(n => floorDivide(n, 3n))).toEqual([2n, -3n, 2n, -2n, 0n])
    expect([5n, -5n, 4n, -4n, 3n, -3n, 0n].map(n => roundDivide(n, 2n))).toEqual([3n, -3n, 2n, -2n, 2n, -2n, 0n])
  })
})

/** A double as the fraction that it is. */
function exactly(double: number): [bigint, bigint] {
  let [top, bottom] = [double, 1n]
  while (!Number.isInteger(top)) [top, bottom] = [top * 2, bottom * 2n]
  return [BigInt(top), bottom]
}

/** The double `step` places away, by the order of its bits; zero has no neighbours worth a test. */
function neighbour(double: number, step: bigint): number {
  if (double === 0) return double
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, double)
  view.setBigInt64(0, view.getBigInt64(0) + step)
  return view.getFloat64(0)
}
