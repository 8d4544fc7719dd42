/** What compiling knows at one place of an expression, and what it gathers on the way. */
import type { Frame } from './frame.ts'
import type { Node } from './syntax.ts'
import { CelError, type Outcome } from './values.ts'

export type Run = (frame: Frame) => Outcome

export interface Compiled {
  readonly run: Run
  /** Steps of one run, beside what grows with values. */
  readonly weight: number
  /** The outcome, where it is the same each time. */
  readonly constant?: Outcome
  /** For what is always a small int: the same as a plain number, which compares faster than a bigint. */
  readonly count?: (frame: Frame) => number | CelError
  /** The attribute of the context that this reads, as it was written: `user.plan`. */
  readonly attribute?: string
  /**
   * The name of a root attribute that is read by itself, and the outcome where it is absent: lets a comparison read it
   * without another call, which is a third of its time.
   */
  readonly root?: { readonly name: string; readonly absent: Outcome }
}

export const constantOf = (value: Outcome): Compiled => ({ run: () => value, weight: 1, constant: value })

/** What an editor and an evaluator want to know of a compiled expression. */
export class Notes {
  readonly variables = new Set<string>()
  /** Literals that an attribute is compared with. */
  readonly compared = new Map<string, Set<string | number | boolean>>()
  readonly problems: { readonly node: Node; readonly message: string }[] = []
  readsNow = false
  readsFacts = false
}

export interface Scope {
  readonly notes: Notes
  /** Slots of the frame, by the variables of comprehensions around this place. */
  readonly locals: ReadonlyMap<string, number>
  /** How many comprehensions this place is inside of. */
  readonly depth: number
  readonly limits: Limits
}

export interface Limits {
  readonly comprehensions: number
  /** Whether a part that fails each time is a problem of the source, which it is not in the standard. */
  readonly failingParts: boolean
  /** Whether an unknown function is one; else calling it is an error while evaluating, as in unchecked CEL. */
  readonly unknownFunctions: boolean
}

export function withLocals(scope: Scope, ...names: readonly string[]): { scope: Scope; slots: readonly number[] } {
  const free = Math.max(-1, ...scope.locals.values()) + 1
  const slots = names.map((_, index) => free + index)
  const locals = new Map([...scope.locals, ...names.map((name, index) => [name, free + index] as const)])
  return { scope: { ...scope, locals }, slots }
}

/** A place that is known to be wrong: noted, and compiled to an error. */
export function problem(scope: Scope, node: Node, message: string): Compiled {
  scope.notes.problems.push({ node, message })
  return constantOf(new CelError(message))
}
