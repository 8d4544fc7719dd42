/**
 * Compiles a syntax tree to closures: one per operator, specialised by what is known of its operands. What does not
 * depend on the context is computed here, once. Source: CEL language definition, "Evaluation".
 */
import { type Arithmetic, calculate, doubles, negated } from './arithmetic.ts'
import { compileAttribute, compileHas } from './attributes.ts'
import { compileCall } from './calls.ts'
import { catalogue } from './catalogue.ts'
import { comparing, membership } from './comparisons.ts'
import { isMap } from './equality.ts'
import { folded } from './fold.ts'
import type { Frame } from './frame.ts'
import { logic } from './logic.ts'
import { compileMacro } from './macros.ts'
import { type Compiled, constantOf, problem, type Run, type Scope, withLocals } from './scope.ts'
import { type BinaryOperator, type Node, type NodeOf, qualifiedName } from './syntax.ts'
import { CelError, CelMap, entry, isSafe, mapKey, noOverload, type Outcome, type Value } from './values.ts'

export function compile(node: Node, scope: Scope): Compiled {
  switch (node.kind) {
    case 'literal':
      return constantOf(node.value)
    case 'identifier':
    case 'select':
      return compileAttribute(node, scope, compile)
    case 'index':
      return strict(node, scope, [node.operand, node.index], index)
    case 'call':
      return call(node, scope)
    case 'list':
      return list(node, scope)
    case 'map':
      return map(node, scope)
    case 'unary':
      return strict(node, scope, [node.operand], node.operator === '!' ? not : (_, value) => negated(value))
    case 'binary':
      return binary(node, scope)
    case 'logic':
      return logic(
        node.operator,
        node.terms.map(term => compile(term, scope)),
      )
    case 'conditional':
      return conditional(node, scope)
  }
}

type Apply = (frame: Frame, a: Value, b: Value) => Outcome

/** An operation on the values of its operands, which must have some; folded where they are constant. */
function strict(node: Node, scope: Scope, operands: readonly Node[], apply: Apply): Compiled {
  const parts = operands.map(operand => compile(operand, scope))
  const [first = constantOf(null), second] = parts
  const run: Run = frame => {
    const a = first.run(frame)
    if (a instanceof CelError) return a
    const b = second === undefined ? null : second.run(frame)
    return b instanceof CelError ? b : apply(frame, a, b)
  }
  return folded(node, scope, parts, { run, weight: parts.reduce((sum, part) => sum + part.weight, 2) })
}

const not = (_: Frame, value: Value): Outcome => (typeof value === 'boolean' ? !value : noOverload('!_', value))

function index(_: Frame, collection: Value, at: Value): Outcome {
  if (isMap(collection)) {
    const value = entry(collection, at)
    return value === undefined ? noSuchKey : value
  }
  if (!Array.isArray(collection)) return noOverload('_[_]', collection, at)
  const position = mapKey(at)
  if (typeof position !== 'number') return noOverload('_[_]', collection, at)
  return position >= 0 && position < collection.length ? (collection[position] ?? null) : outOfRange
}

const noSuchKey = new CelError('no such key')
const outOfRange = new CelError('index out of range')

function binary(node: NodeOf<'binary'>, scope: Scope): Compiled {
  const { operator } = node
  const left = compile(node.left, scope)
  const right = compile(node.right, scope)
  noteComparison(scope, left, right)
  const weight = left.weight + right.weight + 2 + literalSize(left) + literalSize(right)
  const run = runOf(operator, left, right)
  return folded(node, scope, [left, right], { run, weight })
}

function runOf(operator: BinaryOperator, left: Compiled, right: Compiled): Run {
  switch (operator) {
    case 'in':
      return membership(left, right)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(operator, left, right)
    default:
      return comparing(operator, left, right)
  }
}

/** Comparing with a literal charges nothing while it runs; a long one weighs more instead. */
const literalSize = ({ constant }: Compiled): number =>
  typeof constant === 'string' ? constant.length >> 4 : Array.isArray(constant) ? constant.length : 0

function noteComparison({ notes }: Scope, left: Compiled, right: Compiled): void {
  const attribute = left.attribute ?? right.attribute
  const other = left.attribute === undefined ? left : right
  if (attribute === undefined || other.constant === undefined) return
  const known = notes.compared.get(attribute) ?? new Set()
  for (const value of Array.isArray(other.constant) ? other.constant : [other.constant]) {
    if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') known.add(value)
    if (typeof value === 'bigint' && isSafe(value)) known.add(Number(value))
  }
  notes.compared.set(attribute, known)
}

/** With a literal on the right a JSON number on the left needs no look at types. */
function arithmetic(operator: Arithmetic, left: Compiled, right: Compiled): Run {
  const literal = right.constant
  const isNumber = typeof literal === 'number' || typeof literal === 'bigint'
  const plain = isNumber ? Number(literal) : 0
  return frame => {
    const a = left.run(frame)
    if (isNumber && typeof a === 'number') return doubles(operator, a, plain)
    if (a instanceof CelError) return a
    const b = right.run(frame)
    return b instanceof CelError ? b : calculate(frame, operator, a, b)
  }
}

function call(node: NodeOf<'call'>, scope: Scope): Compiled {
  if (node.target === undefined && node.name === 'has') {
    const [field] = node.arguments
    return field?.kind === 'select' && node.arguments.length === 1
      ? compileHas(field, scope, compile)
      : problem(scope, node, 'has() takes a field: has(user.plan)')
  }
  if (qualifiedName(node) === 'cel.bind' && node.arguments.length === 3) return bind(node, scope)
  return catalogue.isMacro(node) ? compileMacro(node, scope, compile) : compileCall(node, scope, compile)
}

/** `cel.bind(name, value, expression)`. Source: bindings extension of cel-go. */
function bind(node: NodeOf<'call'>, scope: Scope): Compiled {
  const [name, bound, body] = node.arguments
  if (name?.kind !== 'identifier' || !bound || !body)
    return problem(scope, node, 'the first argument of cel.bind() must be the name of a variable')
  const value = compile(bound, scope)
  const inner = withLocals(scope, name.name)
  const [slot = 0] = inner.slots
  const result = compile(body, inner.scope)
  return {
    weight: value.weight + result.weight + 1,
    run: frame => {
      const outcome = value.run(frame)
      if (outcome instanceof CelError) return outcome
      frame.slots[slot] = outcome
      return result.run(frame)
    },
  }
}

function list(node: NodeOf<'list'>, scope: Scope): Compiled {
  const elements = node.elements.map(element => compile(element, scope))
  const run: Run = frame => {
    const values: Value[] = []
    for (const element of elements) {
      const value = element.run(frame)
      if (value instanceof CelError) return value
      values.push(value)
    }
    return values
  }
  return folded(node, scope, elements, { run, weight: elements.reduce((sum, element) => sum + element.weight, 2) })
}

function map(node: NodeOf<'map'>, scope: Scope): Compiled {
  const entries = node.entries.map(([key, value]) => [compile(key, scope), compile(value, scope)] as const)
  const run: Run = frame => {
    const made = new CelMap()
    for (const [keyPart, valuePart] of entries) {
      const key = keyPart.run(frame)
      if (key instanceof CelError) return key
      const value = valuePart.run(frame)
      if (value instanceof CelError) return value
      const known = typeof key === 'number' ? undefined : mapKey(key)
      if (known === undefined) return noOverload('map key', key)
      if (made.entries.has(known)) return new CelError('a key occurs twice')
      made.entries.set(known, [key, value])
    }
    return made
  }
  return folded(node, scope, entries.flat(), {
    run,
    weight: entries.flat().reduce((sum, part) => sum + part.weight, 4),
  })
}

function conditional(node: NodeOf<'conditional'>, scope: Scope): Compiled {
  const [condition, yes, no] = [node.condition, node.yes, node.no].map(part => compile(part, scope))
  if (!condition || !yes || !no) return constantOf(null)
  const run: Run = frame => {
    const value = condition.run(frame)
    if (value === true) return yes.run(frame)
    if (value === false) return no.run(frame)
    return value instanceof CelError ? value : noOverload('_?_:_', value)
  }
  return { run, weight: condition.weight + yes.weight + no.weight + 1 }
}
