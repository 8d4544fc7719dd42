/**
 * Reading attributes: `plan`, `user.plan`, `x.address.city`. Contexts are nested or flat: `user.plan` reads
 * {"user":{"plan":…}} and {"user.plan":…}, the longest name that exists going first, as CEL resolves qualified names.
 * Only own properties of plain objects are read (of the context itself it is taken for granted that it is one).
 */

import { catalogue } from './catalogue.ts'
import type { Frame } from './frame.ts'
import type { Compiled, Run, Scope } from './scope.ts'
import type { Node, NodeOf } from './syntax.ts'
import { timestampOfMilliseconds } from './time.ts'
import {
  CelError,
  CelMap,
  CelType,
  entry,
  isInherited,
  isPlain,
  type JsonMap,
  noOverload,
  type Outcome,
  type Value,
} from './values.ts'

/** Beyond this many parts a name is only looked up part by part. */
const longestDotted = 8

/** For each part of a path, the names that may stand at that place, longest first: `a.b.c`, `a.b`, `a`. */
type Path = readonly (readonly string[])[]

const pathOf = (fields: readonly string[]): Path =>
  fields.map((_, from) => {
    const most = Math.min(fields.length, from + longestDotted)
    return Array.from({ length: most - from }, (_, less) => fields.slice(from, most - less).join('.'))
  })

export function compileAttribute(
  node: NodeOf<'identifier'> | NodeOf<'select'>,
  scope: Scope,
  compile: (node: Node, scope: Scope) => Compiled,
): Compiled {
  const { base, fields } = unfold(node)
  if (base.kind !== 'identifier') {
    const operand = compile(base, scope)
    return { run: selecting(operand.run, fields), weight: operand.weight + fields.length }
  }
  const slot = base.absolute ? undefined : scope.locals.get(base.name)
  if (slot !== undefined) {
    const local: Run = frame => frame.slots[slot] ?? null
    return { run: fields.length === 0 ? local : selecting(local, fields), weight: 1 + fields.length }
  }
  const root = rootOf(base.name, scope)
  if (root !== 'context') return { run: selecting(root, fields), weight: 2 + fields.length }
  const attribute = [base.name, ...fields].join('.')
  scope.notes.variables.add(attribute)
  const otherwise = typeNamed(attribute) ?? absent(attribute)
  const read = { run: reading([base.name, ...fields], otherwise), weight: 1 + fields.length, attribute }
  const isPlainRead = fields.length === 0 && !isInherited(base.name)
  return isPlainRead ? { ...read, root: { name: base.name, absent: otherwise } } : read
}

/** `has(e.f)`: whether the last field is there. Where the root attribute is absent, so is all that it would hold. */
export function compileHas(
  node: NodeOf<'select'>,
  scope: Scope,
  compile: (node: Node, scope: Scope) => Compiled,
): Compiled {
  const { base, fields } = unfold(node)
  const isRoot =
    base.kind === 'identifier' &&
    (base.absolute || !scope.locals.has(base.name)) &&
    rootOf(base.name, scope) === 'context'
  const names = isRoot ? [base.name, ...fields] : fields
  if (isRoot) scope.notes.variables.add(names.join('.'))
  const operand: Compiled = isRoot ? { run: frame => frame.context, weight: 1 } : compile(base, scope)
  const path = pathOf(names)
  return {
    weight: operand.weight + names.length,
    run: frame => {
      const value = operand.run(frame)
      if (value instanceof CelError) return value
      const { reached, result } = descend(value, path)
      if (reached === path.length) return true
      if (result instanceof CelError) return result
      return reached === path.length - 1 || (isRoot && reached === 0)
        ? false
        : absent(names.slice(0, reached + 1).join('.'))
    },
  }
}

function unfold(node: NodeOf<'identifier'> | NodeOf<'select'>): { base: Node; fields: string[] } {
  const fields: string[] = []
  let base: Node = node
  while (base.kind === 'select') {
    fields.unshift(base.field)
    base = base.operand
  }
  return { base, fields }
}

function rootOf(name: string, scope: Scope): Run | 'context' {
  if (name === 'now') {
    scope.notes.readsNow = true
    return frame => timestampOfMilliseconds(frame.now)
  }
  if (name === '__kaiten') {
    scope.notes.readsFacts = true
    return frame => frame.facts
  }
  return 'context'
}

const orElse = (found: Outcome | undefined, otherwise: Outcome): Outcome => (found === undefined ? otherwise : found)

const absent = (name: string): CelError => new CelError(`no such attribute: ${name}`)

function selecting(operand: Run, fields: readonly string[]): Run {
  if (fields.length === 0) return operand
  const path = pathOf(fields)
  const missing = new CelError(`no such key: ${fields.join('.')}`)
  return frame => {
    const value = operand(frame)
    return value instanceof CelError ? value : orElse(descend(value, path).result, missing)
  }
}

function reading(names: readonly string[], otherwise: Outcome): Run {
  const [name = '', field = ''] = names
  const attribute = names.join('.')
  if (names.some(isInherited) || names.length > 2) {
    const path = pathOf(names)
    return frame => orElse(descend(frame.context, path).result, otherwise)
  }
  // No object but its owner has a property of this name, so these plain reads see own properties alone; they take
  // half of what Object.hasOwn takes.
  if (names.length === 1) return frame => orElse(frame.context[name], otherwise)
  return frame => orElse(readField(frame, attribute, name, field), otherwise)
}

function readField({ context }: Frame, attribute: string, name: string, field: string): Outcome | undefined {
  const flat = context[attribute]
  if (flat !== undefined) return flat
  const nested = context[name]
  if (isJson(nested) || isPlain(nested)) return nested[field]
  if (nested instanceof CelMap) return nested.get(field)
  return nested === undefined ? undefined : noOverload('select', nested)
}

/** Sure of what JSON.parse made, and in less time than a look at the prototype; own keys of this name only cost the detour. */
const isJson = (value: Value | undefined): value is JsonMap =>
  typeof value === 'object' && value !== null && value.constructor === Object

const typeNamed = (name: string): CelType | undefined =>
  catalogue.typeNames.has(name) || name === 'google.protobuf.Timestamp' || name === 'google.protobuf.Duration'
    ? new CelType(name)
    : undefined

interface Reached {
  /** The number of parts that were found. */
  readonly reached: number
  /** Undefined where the next part is absent. */
  readonly result: Outcome | undefined
}

function descend(start: Value, path: Path): Reached {
  let value = start
  let reached = 0
  while (reached < path.length) {
    if (!(value instanceof CelMap) && !isPlain(value)) return { reached, result: noOverload('select', value) }
    const found = longest(value, path[reached] ?? [])
    if (found === undefined) return { reached, result: undefined }
    value = found.value
    reached += found.parts
  }
  return { reached, result: value }
}

function longest(map: JsonMap | CelMap, names: readonly string[]): { value: Value; parts: number } | undefined {
  for (const [less, name] of names.entries()) {
    const value = entry(map, name)
    // The list begins at the longest name, so the last one has a single part.
    if (value !== undefined) return { value, parts: names.length - less }
  }
  return undefined
}
