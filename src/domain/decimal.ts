/**
 * An exact decimal: a whole number of billionths (1 is 1_000_000_000n). Addition is `+`, order is `<`, equality is `===`;
 * only products and quotients need care. Source: metering.md, "Aggregation".
 */
export type Decimal = bigint

/** What a number that `fromNumber` refuses is told. */
export const notDecimal = 'must have at most 9 decimal places and be at most 10^15 in size'

/** The number 1 as a Decimal, and at once how many units one whole has. */
export const ONE: Decimal = 1_000_000_000n

const LARGEST = 1e15
const FRACTION_DIGITS = 9

/** Below this size every double with nine decimal places or fewer has at most 15 digits, which no other double shares. */
const FIFTEEN_DIGITS = 1e6

/**
 * The shortest decimal that reads back as this double: 0.1 is exactly one tenth.
 * `undefined` for what metering.md refuses with 422: more than 9 decimal places, a size above 10^15, NaN, the infinities.
 */
export function fromNumber(value: number): Decimal | undefined {
  if (Number.isSafeInteger(value)) return Math.abs(value) <= LARGEST ? BigInt(value) * ONE : undefined
  if (!(Math.abs(value) < LARGEST)) return undefined
  return Math.abs(value) < FIFTEEN_DIGITS ? fromSmallFraction(value) : fromDigits(String(value))
}

/** The double nearest to the decimal, as JSON shows it. */
export function toNumber(value: Decimal): number {
  return nearest(value, ONE)
}

/** As a table keeps it: the count of billionths, in digits. */
export function toText(value: Decimal): string {
  return value.toString()
}

/** Reads what `toText` wrote; anything but digits with an optional minus is a broken table and throws a SyntaxError. */
export function fromText(text: string): Decimal {
  if (!/^-?\d+$/.test(text)) throw new SyntaxError(`not a stored decimal: ${text}`)
  return BigInt(text)
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; fits `Array.sort`. */
export function compare(a: bigint, b: bigint): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The double nearest to numerator / denominator (ties to even). The denominator is positive. */
export function nearest(numerator: bigint, denominator: bigint): number {
  const [top, bottom] = [Number(numerator), Number(denominator)]
  // Division of two doubles is rounded once, so it is right whenever both are exact.
  if (Number.isSafeInteger(top) && Number.isSafeInteger(bottom)) return top / bottom
  if (numerator % denominator === 0n) return Number(numerator / denominator)
  return nearestOfLarge(numerator, denominator)
}

/** numerator / denominator rounded towards minus infinity. The denominator is positive. */
export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient
}

/** numerator / denominator rounded to the nearest whole, halves away from zero. The denominator is positive. */
export function roundDivide(numerator: bigint, denominator: bigint): bigint {
  const half = numerator < 0n ? -denominator : denominator
  return (2n * numerator + half) / (2n * denominator)
}

/** Without text: 0.03 µs against 0.4 µs. Whatever needs a tenth place does not come back as itself. */
function fromSmallFraction(value: number): Decimal | undefined {
  const units = Math.round(value * 1e9)
  return units / 1e9 === value ? BigInt(units) : undefined
}

/** Doubles from 10^6 to 10^15 are never printed with an exponent. */
function fromDigits(text: string): Decimal | undefined {
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length <= FRACTION_DIGITS ? BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0')) : undefined
}

/**
 * Enough bits of the quotient for any double and its rounding bit; a last bit that is always set stands for the rest,
 * so that what lies beyond a half is not taken for the half.
 */
function nearestOfLarge(numerator: bigint, denominator: bigint): number {
  const shift = Math.max(0, 64 + bits(denominator) - bits(numerator))
  const quotient = (numerator << BigInt(shift)) / denominator
  const inexact = quotient * denominator !== numerator << BigInt(shift)
  // The quotient is cut towards zero, so the lost rest points away from zero: set the last bit of its size.
  const sticky = !inexact ? quotient : quotient < 0n ? -(-quotient | 1n) : quotient | 1n
  return Number(sticky) / 2 ** shift
}

function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4
}
