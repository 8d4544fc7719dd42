/** The math extension. Source: math extension of cel-go, version 2. */
import { int64, uint64 } from './arithmetic.ts'
import { order } from './equality.ts'
import { charge, type Frame } from './frame.ts'
import type { CelFunction, FunctionTable } from './functions.ts'
import { CelError, CelUint, kindOf, noOverload, type Outcome, type Value } from './values.ts'

const isNumber = (value: Value): boolean => ['int', 'uint', 'double'].includes(kindOf(value))

/** The most extreme of the arguments, or of the only one if it is a list; the first among equals. */
const extreme = (name: string, sign: 1 | -1): CelFunction => ({
  many: (frame, ...values) => {
    const first = values[0] ?? null
    const candidates = values.length === 1 && Array.isArray(first) ? first : values
    if (candidates.length === 0) return new CelError(`${name}() needs at least one number`)
    let best = candidates[0] ?? null
    for (const candidate of candidates) {
      charge(frame, 1)
      if (!isNumber(candidate)) return noOverload(name, candidate)
      const comparison = order(frame, candidate, best)
      if (typeof comparison === 'number' && comparison * sign > 0) best = candidate
    }
    return best
  },
})

const ofDouble = (name: string, apply: (value: number) => Outcome): CelFunction => ({
  one: (_, value) => (typeof value === 'number' ? apply(value) : noOverload(name, value)),
})

/** Half away from zero, where Math.round goes up. */
const rounded = (value: number): number => {
  const whole = Math.trunc(value)
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole
}

function abs(_: Frame, value: Value): Outcome {
  if (typeof value === 'number') return Math.abs(value)
  if (typeof value === 'bigint') return int64(value < 0n ? -value : value)
  return value instanceof CelUint ? value : noOverload('math.abs', value)
}

function sign(_: Frame, value: Value): Outcome {
  if (typeof value === 'number') return Math.sign(value)
  if (typeof value === 'bigint') return value > 0n ? 1n : value < 0n ? -1n : 0n
  return value instanceof CelUint ? new CelUint(value.value > 0n ? 1n : 0n) : noOverload('math.sign', value)
}

function sqrt(_: Frame, value: Value): Outcome {
  return isNumber(value)
    ? Math.sqrt(Number(value instanceof CelUint ? value.value : value))
    : noOverload('math.sqrt', value)
}

const bits = (name: string, apply: (a: bigint, b: bigint) => bigint): CelFunction => ({
  two: (_, a, b) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return int64(apply(a, b))
    return a instanceof CelUint && b instanceof CelUint ? uint64(apply(a.value, b.value)) : noOverload(name, a, b)
  },
})

/** Shifts treat an int as its 64 bits, so a right shift fills with zeros; 64 and more leave nothing. */
const shift = (name: string, apply: (value: bigint, by: bigint) => bigint): CelFunction => ({
  two: (_, value, by) => {
    if (typeof by !== 'bigint') return noOverload(name, value, by)
    if (by < 0n) return new CelError(`${name}() negative offset`)
    const shifted = (bitsOf: bigint): bigint => (by > 63n ? 0n : apply(BigInt.asUintN(64, bitsOf), by))
    if (typeof value === 'bigint') return BigInt.asIntN(64, shifted(value))
    return value instanceof CelUint
      ? new CelUint(BigInt.asUintN(64, shifted(value.value)))
      : noOverload(name, value, by)
  },
})

function bitNot(_: Frame, value: Value): Outcome {
  if (typeof value === 'bigint') return ~value
  return value instanceof CelUint ? new CelUint(BigInt.asUintN(64, ~value.value)) : noOverload('math.bitNot', value)
}

export const mathFunctions: FunctionTable = {
  'math.greatest': extreme('math.greatest', 1),
  'math.least': extreme('math.least', -1),
  'math.ceil': ofDouble('math.ceil', Math.ceil),
  'math.floor': ofDouble('math.floor', Math.floor),
  'math.round': ofDouble('math.round', rounded),
  'math.trunc': ofDouble('math.trunc', Math.trunc),
  'math.isNaN': ofDouble('math.isNaN', Number.isNaN),
  'math.isInf': ofDouble('math.isInf', value => Math.abs(value) === Infinity),
  'math.isFinite': ofDouble('math.isFinite', Number.isFinite),
  'math.abs': { one: abs },
  'math.sign': { one: sign },
  'math.sqrt': { one: sqrt },
  'math.bitAnd': bits('math.bitAnd', (a, b) => a & b),
  'math.bitOr': bits('math.bitOr', (a, b) => a | b),
  'math.bitXor': bits('math.bitXor', (a, b) => a ^ b),
  'math.bitNot': { one: bitNot },
  'math.bitShiftLeft': shift('math.bitShiftLeft', (value, by) => value << by),
  'math.bitShiftRight': shift('math.bitShiftRight', (value, by) => value >> by),
}
