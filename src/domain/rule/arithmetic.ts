/**
 * Arithmetic. As in CEL, int and uint are 64 bits wide and overflow is an error. Unlike CEL, a double mixes with int and
 * uint and has a remainder, because a number in JSON is a double and rules say `orderCount + 1` and `n % 2`: the
 * result is a double, so `5 / 2` is 2 between literals and 2.5 where the 5 comes from a context.
 * Source: CEL language definition, "Numeric Values" and "Overflow".
 */
import { chargeSize, type Frame } from './frame.ts'
import { Duration, durationOf, Timestamp, timestampOf } from './time.ts'
import { CelError, CelUint, noOverload, type Outcome, type Value } from './values.ts'

export type Arithmetic = '+' | '-' | '*' | '/' | '%'

export function calculate(frame: Frame, operator: Arithmetic, a: Value, b: Value): Outcome {
  if (typeof a === 'number' || typeof b === 'number') return mixed(operator, a, b)
  if (typeof a === 'bigint' && typeof b === 'bigint') return int64(integers(operator, a, b))
  if (a instanceof CelUint && b instanceof CelUint) return uint64(integers(operator, a.value, b.value))
  if (operator === '+') return joined(frame, a, b)
  return operator === '-' ? difference(a, b) : noOverload(`_${operator}_`, a, b)
}

function mixed(operator: Arithmetic, a: Value, b: Value): Outcome {
  const x = asDouble(a)
  const y = asDouble(b)
  return x === undefined || y === undefined ? noOverload(`_${operator}_`, a, b) : doubles(operator, x, y)
}

const asDouble = (value: Value): number | undefined =>
  typeof value === 'number' || typeof value === 'bigint'
    ? Number(value)
    : value instanceof CelUint
      ? Number(value.value)
      : undefined

export function doubles(operator: Arithmetic, x: number, y: number): number | CelError {
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return x / y
    case '%':
      return y === 0 ? modulusByZero : x % y
  }
}

const divisionByZero = new CelError('division by zero')
const modulusByZero = new CelError('modulus by zero')
const overflow = new CelError('integer overflow')
const timeOverflow = new CelError('timestamp or duration out of range')

function integers(operator: Arithmetic, x: bigint, y: bigint): bigint | CelError {
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return y === 0n ? divisionByZero : x / y
    case '%':
      return y === 0n ? modulusByZero : x % y
  }
}

export function int64(value: bigint | CelError): bigint | CelError {
  return value instanceof CelError || BigInt.asIntN(64, value) === value ? value : overflow
}

export function uint64(value: bigint | CelError): CelUint | CelError {
  if (value instanceof CelError) return value
  return BigInt.asUintN(64, value) === value ? new CelUint(value) : overflow
}

export function negated(value: Value): Outcome {
  if (typeof value === 'number') return -value
  return typeof value === 'bigint' ? int64(-value) : noOverload('-_', value)
}

function joined(frame: Frame, a: Value, b: Value): Outcome {
  if (typeof a === 'string' && typeof b === 'string') {
    chargeSize(frame, a.length + b.length)
    return a + b
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    chargeSize(frame, (a.length + b.length) * 4)
    return a.concat(b)
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    chargeSize(frame, a.length + b.length)
    const bytes = new Uint8Array(a.length + b.length)
    bytes.set(a)
    bytes.set(b, a.length)
    return bytes
  }
  if (a instanceof Duration && b instanceof Timestamp) return joined(frame, b, a)
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampOf(a.seconds + b.seconds, a.nanos + b.nanos) ?? timeOverflow
  if (a instanceof Duration && b instanceof Duration)
    return durationOf(a.seconds + b.seconds, a.nanos + b.nanos) ?? timeOverflow
  return noOverload('_+_', a, b)
}

function difference(a: Value, b: Value): Outcome {
  if (a instanceof Timestamp && b instanceof Duration)
    return timestampOf(a.seconds - b.seconds, a.nanos - b.nanos) ?? timeOverflow
  const sameKind = a instanceof Timestamp ? b instanceof Timestamp : a instanceof Duration && b instanceof Duration
  if (
    sameKind &&
    (a instanceof Timestamp || a instanceof Duration) &&
    (b instanceof Timestamp || b instanceof Duration)
  )
    return durationOf(a.seconds - b.seconds, a.nanos - b.nanos) ?? timeOverflow
  return noOverload('_-_', a, b)
}
