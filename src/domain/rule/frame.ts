/**
 * What one evaluation works with, and the step budget that ends it. A step is at most some 50 ns of work: an
 * expression is charged its own size once and again with every turn of a comprehension, and work that grows with a
 * value (comparing texts, joining lists, matching) is charged by that value's size. Counting in bulk keeps the hot
 * path at one subtraction.
 */
import type { JsonMap, Value } from './values.ts'

/** Measured (hostile.test.ts): the slowest kinds of work take 2 to 5 ms to spend it, most of them under one. */
export const stepBudget = 50_000

const nothing: JsonMap = Object.freeze({})

export class Frame {
  context: JsonMap = nothing
  facts: JsonMap = nothing
  /** Milliseconds since 1970. */
  now = 0
  stepsLeft = 0
  /** Variables of comprehensions, numbered when compiled. */
  readonly slots: Value[] = []

  begin(context: JsonMap, now: number, facts: JsonMap | undefined, steps: number): void {
    this.context = context
    this.facts = facts ?? nothing
    this.now = now
    this.stepsLeft = steps
  }

  /** Lets go of the caller's data: frames live as long as their rule. */
  end(): void {
    this.context = nothing
    this.facts = nothing
    if (this.slots.length > 0) this.slots.length = 0
  }
}

/** Thrown and not returned, since neither `||` nor `all` may absorb it. Never leaves this folder. */
export class BudgetSpent extends Error {}

const spent = new BudgetSpent('the expression takes too many steps')

export function charge(frame: Frame, steps: number): void {
  frame.stepsLeft -= steps
  if (frame.stepsLeft < 0) throw spent
}

/** Charges work at some nanoseconds per character or element. */
export const chargeSize = (frame: Frame, size: number): void => charge(frame, size >> 4)
