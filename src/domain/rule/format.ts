/**
 * `format`: `"%s has %d seats".format([name, seats])` with the verbs s d f e x X o b. Source: strings extension of cel-go.
 */
import { charge, chargeSize, type Frame } from './frame.ts'
import { Duration, formatDuration, formatTimestamp, Timestamp } from './time.ts'
import { CelError, CelMap, CelType, CelUint, isPlain, kindOf, type Value } from './values.ts'

/** `%` followed by a precision and a verb, or by a second `%`. */
const directive = /%(?:(%)|(?:\.(\d{0,9}))?([\s\S]?))/gu
const largestPrecision = 1000

export function formatText(frame: Frame, template: string, values: readonly Value[]): string | CelError {
  chargeSize(frame, template.length * 8)
  let used = 0
  let problem: CelError | undefined
  const text = template.replace(directive, (_, percent?: string, precision?: string, verb = '') => {
    if (percent || problem) return '%'
    const value = values[used]
    if (value === undefined) problem = new CelError(`format: index ${used} out of range`)
    used++
    const shown = problem ?? formatOne(frame, verb, value ?? null, Number(precision ?? 6))
    if (shown instanceof CelError) problem = shown
    return String(shown)
  })
  return problem ?? text
}

function formatOne(frame: Frame, verb: string, value: Value, precision: number): string | CelError {
  charge(frame, 20)
  if (precision > largestPrecision) return new CelError(`format: precision over ${largestPrecision}`)
  switch (verb) {
    case 's':
      return textOf(frame, value, 0)
    case 'd':
      return decimal(value)
    case 'f':
      return double(value, number =>
        Math.abs(number) < 1e21 ? number.toFixed(Math.min(precision, 100)) : String(BigInt(number)),
      )
    case 'e':
      return double(value, number => number.toExponential(Math.min(precision, 100)).replace(/e([+-])(\d)$/, 'e$10$2'))
    case 'x':
      return hexadecimal(frame, value)
    case 'X':
      return upper(hexadecimal(frame, value))
    case 'o':
      return integer(value, number => number.toString(8), 'octal')
    case 'b':
      return typeof value === 'boolean' ? (value ? '1' : '0') : integer(value, number => number.toString(2), 'binary')
    default:
      return new CelError(`format: unrecognized formatting clause "${verb}"`)
  }
}

const upper = (text: string | CelError) => (typeof text === 'string' ? text.toUpperCase() : text)

const wrong = (what: string, value: Value) => new CelError(`format: ${what} clause cannot be used on ${kindOf(value)}`)

function decimal(value: Value): string | CelError {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Number.isInteger(value) ? String(value) : signed(value)
  return integer(value, String, 'decimal')
}

function integer(value: Value, show: (number: bigint | number) => string, what: string): string | CelError {
  if (typeof value === 'bigint') return show(value)
  return value instanceof CelUint ? show(value.value) : wrong(what, value)
}

function double(value: Value, show: (number: number) => string): string | CelError {
  const number = typeof value === 'bigint' ? Number(value) : value instanceof CelUint ? Number(value.value) : value
  if (typeof number !== 'number') return wrong('fixed-point', value)
  return Number.isFinite(number) ? show(number) : signed(number)
}

function hexadecimal(frame: Frame, value: Value): string | CelError {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (!(bytes instanceof Uint8Array)) return integer(value, number => number.toString(16), 'hexadecimal')
  charge(frame, bytes.length)
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

const signed = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : String(value)

/** The canonical text of any value, maps in the order of their keys. */
function textOf(frame: Frame, value: Value, depth: number): string | CelError {
  charge(frame, depth > 100 ? Number.POSITIVE_INFINITY : 4)
  if (typeof value === 'string') {
    chargeSize(frame, value.length)
    return value
  }
  if (typeof value === 'number') return signed(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value instanceof CelUint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (value instanceof CelType) return value.name
  if (value instanceof Uint8Array) {
    charge(frame, value.length)
    return new TextDecoder().decode(value)
  }
  if (Array.isArray(value))
    return joined(
      value.map(item => textOf(frame, item, depth + 1)),
      '[',
      ']',
    )
  const entries =
    value instanceof CelMap ? [...value.entries.values()] : isPlain(value) ? Object.entries(value) : undefined
  if (!entries) return wrong('string', value)
  charge(frame, entries.length * 4)
  const parts = entries.map(([key, item]) =>
    joined([textOf(frame, key, depth + 1), ': ', textOf(frame, item, depth + 1)], '', '', ''),
  )
  return joined(parts.sort(), '{', '}')
}

function joined(parts: readonly (string | CelError)[], open: string, close: string, between = ', '): string | CelError {
  const problem = parts.find(part => part instanceof CelError)
  return problem ?? `${open}${parts.join(between)}${close}`
}
