/**
 * Comprehensions: all, exists, exists_one, filter, map and, with two variables, transformList and transformMap.
 * Each turn is charged the weight of what it runs. Source: CEL language definition, "Macros"; cel-go, "comprehensions".
 */
import { isMap, keysOf } from './equality.ts'
import { charge, type Frame } from './frame.ts'
import { type Compiled, problem, type Run, type Scope, withLocals } from './scope.ts'
import type { Node, NodeOf } from './syntax.ts'
import { CelError, CelMap, entry, mapKey, noOverload, type Outcome, type Value } from './values.ts'

type Compile = (node: Node, scope: Scope) => Compiled

/** What a comprehension does with the value of its body in each turn. */
interface Loop {
  readonly range: Run
  readonly body: Run
  /** Steps of a turn. */
  readonly weight: number
  /** Where the element (or a map's key) goes; with a second slot the position goes here and the element there. */
  readonly slot: number
  readonly second: number | undefined
}

export function compileMacro(call: NodeOf<'call'>, scope: Scope, compile: Compile): Compiled {
  if (scope.depth >= scope.limits.comprehensions)
    return problem(scope, call, `comprehensions nested deeper than ${scope.limits.comprehensions}`)
  const target = compile(call.target ?? call, scope)
  const isDouble = hasTwoVariables(call)
  const names = call.arguments.slice(0, isDouble ? 2 : 1)
  if (!names.every(name => name.kind === 'identifier'))
    return problem(scope, call, `the first argument of ${call.name}() must be the name of a variable`)
  const variables = names.map(name => name.name)
  if (new Set(variables).size < variables.length) return problem(scope, call, 'the variables must have different names')
  const inner = withLocals({ ...scope, depth: scope.depth + 1 }, ...variables)
  const bodies = call.arguments.slice(names.length).map(body => compile(body, inner.scope))
  const [first, second] = bodies
  const [slot, secondSlot] = inner.slots
  if (!first || slot === undefined) return problem(scope, call, `${call.name}() needs a body`)
  const weight = bodies.reduce((sum, body) => sum + body.weight, 2)
  const range = target.run
  const loop: Loop = { range, body: first.run, weight, slot, second: isDouble ? secondSlot : undefined }
  return { run: runOf(call.name, loop, second?.run), weight: target.weight + 2 }
}

const hasTwoVariables = ({ name, arguments: { length } }: NodeOf<'call'>): boolean =>
  name.startsWith('transform') || (length === 3 && name !== 'map')

function runOf(name: string, loop: Loop, transform: Run | undefined): Run {
  switch (name) {
    case 'all':
      return quantifier(loop, false)
    case 'exists':
      return quantifier(loop, true)
    case 'filter':
      return collecting(loop, loop.body, frame => frame.slots[loop.slot] ?? null)
    case 'map':
    case 'transformList':
      return transform ? collecting(loop, loop.body, transform) : collecting(loop, undefined, loop.body)
    case 'transformMap':
      return transform ? mapping(loop, loop.body, transform) : mapping(loop, undefined, loop.body)
    default:
      return existsOne(loop)
  }
}

const notBool = (value: Outcome): CelError =>
  value instanceof CelError ? value : new CelError('the condition of a comprehension must be a bool')

/** A decisive element decides, whatever failed before it: errors count only where no element did. */
function quantifier(loop: Loop, decisive: boolean): Run {
  return frame => {
    const turns = start(frame, loop)
    if (turns instanceof CelError) return turns
    let failure: CelError | undefined
    for (let turn = 0; turn < turns.length; turn++) {
      turns.enter(turn)
      const value = loop.body(frame)
      if (value === decisive) return decisive
      if (value !== !decisive) failure ??= notBool(value)
    }
    return failure ?? !decisive
  }
}

function existsOne(loop: Loop): Run {
  return frame => {
    const turns = start(frame, loop)
    if (turns instanceof CelError) return turns
    let found = 0
    for (let turn = 0; turn < turns.length; turn++) {
      turns.enter(turn)
      const value = loop.body(frame)
      if (value === true) found++
      else if (value !== false) return notBool(value)
    }
    return found === 1
  }
}

function collecting(loop: Loop, condition: Run | undefined, transform: Run): Run {
  return frame => {
    const turns = start(frame, loop)
    if (turns instanceof CelError) return turns
    const collected: Value[] = []
    for (let turn = 0; turn < turns.length; turn++) {
      turns.enter(turn)
      const kept = condition === undefined || condition(frame)
      if (kept === false) continue
      if (kept !== true) return notBool(kept)
      const value = transform(frame)
      if (value instanceof CelError) return value
      collected.push(value)
    }
    return collected
  }
}

function mapping(loop: Loop, condition: Run | undefined, transform: Run): Run {
  return frame => {
    const turns = start(frame, loop)
    if (turns instanceof CelError) return turns
    const collected = new CelMap()
    for (let turn = 0; turn < turns.length; turn++) {
      turns.enter(turn)
      const kept = condition === undefined || condition(frame)
      if (kept === false) continue
      if (kept !== true) return notBool(kept)
      const value = transform(frame)
      if (value instanceof CelError) return value
      const key = frame.slots[loop.slot] ?? null
      const known = mapKey(key)
      if (known !== undefined) collected.entries.set(known, [key, value])
    }
    return collected
  }
}

interface Turns {
  readonly length: number
  /** Charges the turn and sets the variables. */
  enter(turn: number): void
}

function start(frame: Frame, { range, weight, slot, second }: Loop): Turns | CelError {
  const collection = range(frame)
  if (collection instanceof CelError) return collection
  const keys = isMap(collection) ? keysOf(frame, collection) : undefined
  const items: readonly Value[] | undefined = keys ?? (Array.isArray(collection) ? collection : undefined)
  if (!items) return noOverload('comprehension', collection)
  return {
    length: items.length,
    enter: turn => {
      charge(frame, weight)
      const item = items[turn] ?? null
      if (second === undefined) {
        frame.slots[slot] = item
        return
      }
      frame.slots[slot] = keys ? item : BigInt(turn)
      frame.slots[second] = isMap(collection) ? (entry(collection, item) ?? null) : item
    },
  }
}
