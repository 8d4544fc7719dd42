/**
 * CEL values as JavaScript values. JSON is a subset: what a request's context holds needs no conversion.
 *
 * | CEL | here | | CEL | here |
 * |---|---|---|---|---|
 * | null_type, bool, string | the same | | list | array |
 * | double (and every JSON number) | number | | map | plain object (JSON) or CelMap |
 * | int | bigint | | timestamp, duration | Timestamp, Duration |
 * | uint | CelUint | | bytes | Uint8Array |
 *
 * Errors are values too: an absent attribute is an everyday thing, and a throw costs a hundred times a return.
 * Source: CEL language definition, "Values" and "Gradual Type Checking".
 */
import { Duration, Timestamp } from './time.ts'

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | CelUint
  | Uint8Array
  | readonly Value[]
  | JsonMap
  | CelMap
  | Timestamp
  | Duration
  | CelType

export interface JsonMap {
  readonly [key: string]: Value
}

export type Outcome = Value | CelError

/** Why an expression has no value, as a sentence without place. */
export class CelError {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

export class CelUint {
  readonly value: bigint
  constructor(value: bigint) {
    this.value = value
  }
}

/** What `type(x)` gives; equal by name. */
export class CelType {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

type MapKey = string | number | bigint | boolean

/** Maps written in an expression: keys may be bool, int, uint or string, and 1, 1u and 1.0 are one key. */
export class CelMap {
  readonly entries = new Map<MapKey, readonly [key: Value, value: Value]>()

  get(key: Value): Value | undefined {
    const known = mapKey(key)
    return known === undefined ? undefined : this.entries.get(known)?.[1]
  }
}

/** The form in which keys are compared, or undefined for what can never be one (a fraction, a list, null). */
export function mapKey(key: Value): MapKey | undefined {
  if (typeof key === 'string' || typeof key === 'boolean') return key
  if (typeof key === 'number') return Number.isSafeInteger(key) ? key : Number.isInteger(key) ? BigInt(key) : undefined
  const integer = key instanceof CelUint ? key.value : key
  if (typeof integer !== 'bigint') return undefined
  return isSafe(integer) ? Number(integer) : integer
}

export const isSafe = (integer: bigint): boolean => integer <= 9007199254740991n && integer >= -9007199254740991n

export type Kind =
  | 'null_type'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'list'
  | 'map'
  | 'google.protobuf.Timestamp'
  | 'google.protobuf.Duration'
  | 'type'
  | 'unsupported'

/** The name of a value's type; `unsupported` for what a program put into a context although JSON cannot hold it. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'object':
      return kindOfObject(value)
    default:
      return 'unsupported'
  }
}

function kindOfObject(value: object | null): Kind {
  if (value === null) return 'null_type'
  if (Array.isArray(value)) return 'list'
  if (isPlain(value) || value instanceof CelMap) return 'map'
  if (value instanceof CelUint) return 'uint'
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp'
  if (value instanceof Duration) return 'google.protobuf.Duration'
  if (value instanceof Uint8Array) return 'bytes'
  return value instanceof CelType ? 'type' : 'unsupported'
}

/** Objects as JSON.parse makes them. Instances of classes are never maps, so none of their fields can be read. */
export function isPlain(value: unknown): value is JsonMap {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Whether every plain object answers to this name without owning it: `constructor`, `toString`, `__proto__`… */
export const isInherited = (key: string): boolean => key in Object.prototype

/** A plain map's own value. `__proto__` is absent even where JSON.parse made it an own key. */
export function ownValue(map: JsonMap, key: string): Value | undefined {
  return Object.hasOwn(map, key) && key !== '__proto__' ? map[key] : undefined
}

/** The value under a key of either kind of map; undefined when absent. */
export function entry(map: JsonMap | CelMap, key: Value): Value | undefined {
  if (map instanceof CelMap) return map.get(key)
  return typeof key === 'string' ? ownValue(map, key) : undefined
}

export const noOverload = (name: string, ...values: readonly unknown[]): CelError =>
  new CelError(`no such overload: ${name}(${values.map(kindOf).join(', ')})`)
