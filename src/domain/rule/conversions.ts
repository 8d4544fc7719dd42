/** size, type and conversions. Source: CEL language definition, "List of Standard Definitions". */
import { int64, uint64 } from './arithmetic.ts'
import { isMap, sizeOfMap } from './equality.ts'
import { chargeSize, type Frame } from './frame.ts'
import type { FunctionTable } from './functions.ts'
import { lengthOf } from './text.ts'
import {
  Duration,
  formatDuration,
  formatTimestamp,
  parseDuration,
  parseTimestamp,
  Timestamp,
  timestampOf,
} from './time.ts'
import { CelError, CelType, CelUint, kindOf, noOverload, type Outcome, type Value } from './values.ts'

const cannot = (value: Value, to: string): CelError => {
  const shown = typeof value === 'string' ? ` '${value.slice(0, 40)}'` : ''
  return new CelError(`${kindOf(value)}${shown} cannot be converted to ${to}`)
}

/** Number of code points, bytes, elements or entries, as a plain number. */
export function sizeOf(frame: Frame, value: Value): number | CelError {
  if (typeof value === 'string') return lengthOf(frame, value)
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length
  return isMap(value) ? sizeOfMap(frame, value) : noOverload('size', value)
}

const size = (frame: Frame, value: Value): Outcome => {
  const count = sizeOf(frame, value)
  return count instanceof CelError ? count : BigInt(count)
}

export const typeOf = (value: Value): Outcome => {
  const kind = kindOf(value)
  return kind === 'unsupported' ? noOverload('type', value) : new CelType(kind)
}

function toInt(_: Frame, value: Value): Outcome {
  if (typeof value === 'bigint') return value
  if (value instanceof CelUint) return int64(value.value)
  if (value instanceof Timestamp) return BigInt(value.seconds)
  // The smallest int is a double, and still an error: the range is open for doubles at both ends.
  if (typeof value === 'number') return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : cannot(value, 'int')
  if (typeof value === 'string' && /^[+-]?\d{1,40}$/.test(value)) {
    const parsed = int64(BigInt(value.replace('+', '')))
    if (typeof parsed === 'bigint') return parsed
  }
  return cannot(value, 'int')
}

function toUint(_: Frame, value: Value): Outcome {
  if (value instanceof CelUint) return value
  if (typeof value === 'bigint') return uint64(value)
  if (typeof value === 'number')
    return value > -1 && value < 2 ** 64 ? uint64(BigInt(Math.trunc(value))) : cannot(value, 'uint')
  if (typeof value === 'string' && /^\+?\d{1,40}$/.test(value)) return uint64(BigInt(value.replace('+', '')))
  return cannot(value, 'uint')
}

const decimal = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,9})?$/
const special: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: Number.NaN }

function toDouble(_: Frame, value: Value): Outcome {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof CelUint) return Number(value.value)
  if (typeof value !== 'string' || value.length > 1000) return cannot(value, 'double')
  if (decimal.test(value)) return Number(value)
  const named = /^([+-]?)(inf|infinity|nan)$/i.exec(value)
  const magnitude = special[(named?.[2] ?? '').toLowerCase()]
  return magnitude === undefined ? cannot(value, 'double') : named?.[1] === '-' ? -magnitude : magnitude
}

const truths: Readonly<Record<string, boolean>> = Object.assign(Object.create(null), {
  ...{ '1': true, t: true, T: true, true: true, TRUE: true, True: true },
  ...{ '0': false, f: false, F: false, false: false, FALSE: false, False: false },
})

const toBool = (_: Frame, value: Value): Outcome =>
  typeof value === 'boolean'
    ? value
    : ((typeof value === 'string' ? truths[value] : undefined) ?? cannot(value, 'bool'))

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

function toText(frame: Frame, value: Value): Outcome {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return doubleText(value)
  if (value instanceof CelUint) return String(value.value)
  if (value instanceof Timestamp) return formatTimestamp(value)
  if (value instanceof Duration) return formatDuration(value)
  if (!(value instanceof Uint8Array)) return cannot(value, 'string')
  chargeSize(frame, value.length)
  try {
    return decoder.decode(value)
  } catch {
    return new CelError('the bytes are not UTF-8')
  }
}

const doubleText = (value: number): string =>
  Number.isFinite(value) ? String(Object.is(value, -0) ? '-0' : value) : value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN'

function toBytes(frame: Frame, value: Value): Outcome {
  if (value instanceof Uint8Array) return value
  if (typeof value !== 'string') return cannot(value, 'bytes')
  chargeSize(frame, value.length * 2)
  return encoder.encode(value)
}

function toTimestamp(_: Frame, value: Value): Outcome {
  if (value instanceof Timestamp) return value
  if (typeof value === 'string') return parseTimestamp(value) ?? cannot(value, 'timestamp')
  // A JSON number stands for whole seconds like an int.
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)))
    return timestampOf(Number(value)) ?? cannot(value, 'timestamp')
  return cannot(value, 'timestamp')
}

function toDuration(_: Frame, value: Value): Outcome {
  if (value instanceof Duration) return value
  return typeof value === 'string' ? (parseDuration(value) ?? cannot(value, 'duration')) : cannot(value, 'duration')
}

export const conversionFunctions: FunctionTable = {
  size: { one: size },
  '.size': { one: size },
  type: { one: (_, value) => typeOf(value) },
  dyn: { one: (_, value) => value },
  int: { one: toInt, cost: 4, overloads: ['int(google.protobuf.Timestamp): int', 'int(uint): int'] },
  uint: { one: toUint, cost: 4 },
  double: { one: toDouble, cost: 8 },
  bool: { one: toBool },
  string: {
    one: toText,
    cost: 16,
    overloads: ['string(google.protobuf.Timestamp): string', 'string(google.protobuf.Duration): string'],
  },
  bytes: { one: toBytes, cost: 8 },
  timestamp: {
    one: toTimestamp,
    cost: 20,
    overloads: ['timestamp(google.protobuf.Timestamp): google.protobuf.Timestamp'],
  },
  duration: {
    one: toDuration,
    cost: 40,
    overloads: ['duration(google.protobuf.Duration): google.protobuf.Duration'],
  },
}
