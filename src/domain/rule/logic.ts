/**
 * `&&` and `||` over any number of terms. A term that decides does so whatever failed before it; only where none decides
 * is the first error the outcome. Source: CEL language definition, "Logical Operators".
 */
import type { Compiled, Run } from './scope.ts'
import { CelError, noOverload, type Outcome } from './values.ts'

export function logic(operator: '&&' | '||', terms: readonly Compiled[]): Compiled {
  const runs = terms.map(term => term.run)
  const weight = terms.reduce((sum, term) => sum + term.weight, 1)
  return { run: operator === '&&' ? conjunction(operator, runs) : disjunction(operator, runs), weight }
}

// Two closures rather than one with a flag, and the first terms by name: this is where rules spend their time.
function conjunction(operator: '&&', runs: readonly Run[]): Run {
  const [first, second, third] = runs
  const general: Run = frame => {
    let failure: CelError | undefined
    for (const run of runs) {
      const value = run(frame)
      if (value === false) return false
      if (value !== true) failure ??= failed(operator, value)
    }
    return failure ?? true
  }
  if (!first || !second || runs.length > 3) return general
  if (!third)
    return frame => {
      const a = first(frame)
      if (a === false) return false
      const b = second(frame)
      if (b === false) return false
      return a === true && b === true ? true : failed(operator, a === true ? b : a)
    }
  return frame => {
    const a = first(frame)
    if (a === false) return false
    const b = second(frame)
    if (b === false) return false
    const c = third(frame)
    if (c === false) return false
    if (a === true && b === true && c === true) return true
    return failed(operator, a !== true ? a : b !== true ? b : c)
  }
}

function disjunction(operator: '||', runs: readonly Run[]): Run {
  const [first, second, third] = runs
  if (first && second && !third)
    return frame => {
      const a = first(frame)
      if (a === true) return true
      const b = second(frame)
      if (b === true) return true
      return a === false && b === false ? false : failed(operator, a === false ? b : a)
    }
  return frame => {
    let failure: CelError | undefined
    for (const run of runs) {
      const value = run(frame)
      if (value === true) return true
      if (value !== false) failure ??= failed(operator, value)
    }
    return failure ?? false
  }
}

const failed = (operator: string, value: Outcome): CelError =>
  value instanceof CelError ? value : noOverload(`_${operator}_`, value)
