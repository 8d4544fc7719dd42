/**
 * Comparisons, each in the cheapest form that its operands allow: a rule is mostly attributes held against literals.
 * Source: CEL language definition, "Equality", "Ordering" and "List Membership".
 */
import { contains, equals, order } from './equality.ts'
import type { Compiled, Run } from './scope.ts'
import type { Comparison } from './syntax.ts'
import { CelError, isSafe, type Outcome, type Value } from './values.ts'

const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

export function comparing(operator: Comparison, left: Compiled, right: Compiled): Run {
  if (left.constant !== undefined && right.constant === undefined) return comparing(mirrored[operator], right, left)
  const literal = plainLiteral(right.constant)
  if (operator === '==' || operator === '!=') {
    const run = literal === undefined ? equality(left.run, right.run) : equalityWith(left, literal)
    return operator === '==' ? run : negating(run)
  }
  return typeof literal === 'number'
    ? orderWithNumber(operator, left, literal)
    : ordering(operator, left.run, right.run)
}

/** A literal that `===` and `<` understand: numbers of every type as doubles, if nothing is lost. */
function plainLiteral(constant: Outcome | undefined): string | number | boolean | null | undefined {
  if (typeof constant === 'bigint') return isSafe(constant) ? Number(constant) : undefined
  return typeof constant === 'object' && constant !== null ? undefined : constant
}

function equalityWith(left: Compiled, literal: string | number | boolean | null): Run {
  if (typeof literal === 'number') return equalityWithNumber(left, literal)
  const { run, root } = left
  if (root) {
    const { name, absent } = root
    return frame => {
      const value = frame.context[name]
      return value === literal ? true : value !== undefined ? false : absentOr(absent, literal)
    }
  }
  return frame => {
    const value = run(frame)
    return value === literal ? true : value instanceof CelError ? value : false
  }
}

/** An absent attribute is an error, unless it is named like a type, which equals no literal. */
const absentOr = (absent: Outcome, literal: Outcome): Outcome =>
  absent instanceof CelError ? absent : absent === literal

function equalityWithNumber(left: Compiled, literal: number): Run {
  const run = left.count ?? left.run
  return frame => {
    const value = run(frame)
    if (typeof value === 'number') return value === literal
    return value instanceof CelError ? value : equals(frame, value, literal)
  }
}

const equality =
  (left: Run, right: Run): Run =>
  frame => {
    const a = left(frame)
    if (a instanceof CelError) return a
    const b = right(frame)
    return b instanceof CelError ? b : equals(frame, a, b)
  }

const negating =
  (run: Run): Run =>
  frame => {
    const value = run(frame)
    return value === true ? false : value === false ? true : value
  }

/** One closure per operator: shared ones would compare through a branch that no inline cache can foresee. */
function orderWithNumber(operator: Comparison, left: Compiled, literal: number): Run {
  const run = left.count ?? left.run
  const root = left.root?.name
  const slow = ordering(operator, run, () => literal)
  switch (operator) {
    case '<':
      return root
        ? frame => {
            const value = frame.context[root]
            return typeof value === 'number' ? value < literal : slow(frame)
          }
        : frame => {
            const value = run(frame)
            return typeof value === 'number' ? value < literal : slow(frame)
          }
    case '<=':
      return root
        ? frame => {
            const value = frame.context[root]
            return typeof value === 'number' ? value <= literal : slow(frame)
          }
        : frame => {
            const value = run(frame)
            return typeof value === 'number' ? value <= literal : slow(frame)
          }
    case '>':
      return root
        ? frame => {
            const value = frame.context[root]
            return typeof value === 'number' ? value > literal : slow(frame)
          }
        : frame => {
            const value = run(frame)
            return typeof value === 'number' ? value > literal : slow(frame)
          }
    default:
      return root
        ? frame => {
            const value = frame.context[root]
            return typeof value === 'number' ? value >= literal : slow(frame)
          }
        : frame => {
            const value = run(frame)
            return typeof value === 'number' ? value >= literal : slow(frame)
          }
  }
}

function ordering(operator: Comparison, left: Run, right: Run): Run {
  const holds = held(operator)
  return frame => {
    const a = left(frame)
    if (a instanceof CelError) return a
    const b = right(frame)
    if (b instanceof CelError) return b
    const sign = order(frame, a, b)
    return sign instanceof CelError ? sign : holds(sign)
  }
}

function held(operator: Comparison): (sign: number) => boolean {
  switch (operator) {
    case '<':
      return sign => sign < 0
    case '<=':
      return sign => sign <= 0
    case '>':
      return sign => sign > 0
    default:
      return sign => sign >= 0
  }
}

/** `x in list` and `x in map`. */
export function membership(left: Compiled, right: Compiled): Run {
  const list = right.constant
  if (Array.isArray(list) && left.constant === undefined) return membershipOf(left, list)
  return frame => {
    const item = left.run(frame)
    if (item instanceof CelError) return item
    const collection = right.run(frame)
    return collection instanceof CelError ? collection : contains(frame, collection, item)
  }
}

/** Up to so many texts are compared one by one; more are looked up. */
const shortList = 4

function membershipOf(left: Compiled, list: readonly Value[]): Run {
  const texts = list.filter(item => typeof item === 'string')
  if (list.length === texts.length) return textsMembership(left, texts)
  const numbers = new Set(list.map(plainLiteral).filter(item => typeof item === 'number' && !Number.isNaN(item)))
  const exact = list.length === numbers.size
  return frame => {
    const value = left.run(frame)
    if (exact && typeof value === 'number') return numbers.has(value)
    return value instanceof CelError ? value : contains(frame, list, value)
  }
}

function textsMembership({ run, root }: Compiled, texts: readonly string[]): Run {
  const includes = textMembership(texts)
  const [first, second] = texts
  if (root && texts.length === 2) {
    const { name, absent } = root
    return frame => {
      const value = frame.context[name]
      return value === first || value === second ? true : value !== undefined ? false : absentOr(absent, null)
    }
  }
  return frame => {
    const value = run(frame)
    if (typeof value === 'string') return includes(value)
    return value instanceof CelError ? value : false
  }
}

function textMembership(texts: readonly string[]): (text: string) => boolean {
  if (texts.length <= shortList) return text => texts.includes(text)
  const set = new Set(texts)
  return text => set.has(text)
}
