/**
 * The functions an expression may call, by the name they are called with: `size` (function), `.size` (method),
 * `math.greatest` (function with a namespace). Arguments arrive evaluated and free of errors.
 */
import type { Frame } from './frame.ts'
import type { Outcome, Value } from './values.ts'

export interface CelFunction {
  /** What to do with so many arguments, a method's target being the first. */
  readonly one?: (frame: Frame, a: Value) => Outcome
  readonly two?: (frame: Frame, a: Value, b: Value) => Outcome
  readonly three?: (frame: Frame, a: Value, b: Value, c: Value) => Outcome
  /** Any number of arguments. */
  readonly many?: (frame: Frame, ...values: readonly Value[]) => Outcome
  /** Steps of one call beside what it charges itself. */
  readonly cost?: number
  /** Overloads that the type checker does not know by itself, in its notation: `string.reverse(): string`. */
  readonly overloads?: readonly string[]
}

export type FunctionTable = Readonly<Record<string, CelFunction>>
