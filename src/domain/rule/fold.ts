/** Constant folding: what does not depend on the context is computed when compiled. */
import { BudgetSpent, Frame, stepBudget } from './frame.ts'
import { type Compiled, constantOf, problem, type Run, type Scope } from './scope.ts'
import type { Node } from './syntax.ts'
import { CelError, type Outcome } from './values.ts'

/** Replaces what has only constant parts by its outcome. */
export function folded(node: Node, scope: Scope, parts: readonly Compiled[], compiled: Compiled): Compiled {
  if (!parts.every(part => part.constant !== undefined)) return compiled
  const outcome = outcomeOf(compiled.run)
  const isNew = outcome instanceof CelError && parts.every(part => !(part.constant instanceof CelError))
  if (isNew && scope.limits.failingParts) return problem(scope, node, outcome.message)
  return constantOf(outcome)
}

function outcomeOf(run: Run): Outcome {
  const frame = new Frame()
  frame.stepsLeft = stepBudget
  try {
    return run(frame)
  } catch (error) {
    if (error instanceof BudgetSpent) return new CelError(error.message)
    throw error
  }
}
