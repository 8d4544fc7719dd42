/**
 * Rules of feature flags: CEL, compiled once to closures, evaluated within a step budget. See flags.md, "CEL".
 *
 * Differs from the standard on purpose: numbers of a context are doubles that mix with ints (arithmetic.ts), dotted names
 * read nested and flat contexts (attributes.ts), and `has(user.plan)` is false where there is no `user` at all.
 */
import { compile } from './compile.ts'
import { BudgetSpent, Frame, stepBudget } from './frame.ts'
import { type Issue, issueOf } from './issues.ts'
import { parse } from './parse.ts'
import { type Limits, Notes } from './scope.ts'
import { CelError, type JsonMap, kindOf, type Outcome } from './values.ts'

export { CelError, type Issue, stepBudget }

export const longestRule = 4_000

/** What a rule is evaluated with beside the context. */
export interface Moment {
  /** Milliseconds since 1970: what the rule calls `now`. */
  readonly now: number
  /** What the rule calls `__kaiten`; absent means empty. */
  readonly facts?: object | undefined
}

export interface CompiledExpression {
  /**
   * Never throws: what has no value is a CelError, one that spends the step budget included. The context must be what
   * JSON.parse gives for an object: looking at its prototype each time would take a third of a typical rule's time.
   */
  evaluate(context: object, moment: Moment): Outcome
  /** The same with the number of steps it took, at most `stepBudget`. */
  measure(context: object, moment: Moment): { readonly outcome: Outcome; readonly steps: number }
  /** Static type in CEL's notation: `bool`, `dyn`, `list<int>`. */
  readonly type: string
  /** The outcome, where it is the same whatever the context says. */
  readonly constant: Outcome | undefined
  /** Attributes of the context that it reads, as written: `user.plan`. Sorted. */
  readonly variables: readonly string[]
  /** Literals that attributes are compared with, for an editor's suggestions. */
  readonly compared: Readonly<Record<string, readonly (string | number | boolean)[]>>
  readonly readsNow: boolean
  readonly readsFacts: boolean
}

export interface CompiledRule extends CompiledExpression {
  readonly source: string
  /** True, false, or why there is neither. */
  evaluate(context: object, moment: Moment): boolean | CelError
}

export interface Refusal {
  readonly issues: readonly Issue[]
}

/** A rule, or what is wrong with it: at least one issue. */
export function compileRule(source: string): CompiledRule | Refusal {
  if (source.length > longestRule) {
    const message = `a rule has at most ${longestRule} characters, this has ${source.length}`
    return { issues: [issueOf(source, { start: longestRule, end: source.length, message })] }
  }
  const compiled = compileExpression(source, { limits: ruleLimits })
  if ('issues' in compiled) return compiled
  const { constant } = compiled
  const type = constant === undefined || constant instanceof CelError ? compiled.type : kindOf(constant)
  if (type !== 'bool' && type !== 'dyn') {
    const message = `a rule must be true or false, this is ${type}`
    return { issues: [issueOf(source, { start: 0, end: source.length, message })] }
  }
  return { ...compiled, source, evaluate: (context, moment) => verdict(compiled.evaluate(context, moment)) }
}

const verdict = (outcome: Outcome): boolean | CelError =>
  outcome === true || outcome === false || outcome instanceof CelError ? outcome : notBoolean(outcome)

const notBoolean = (outcome: Outcome): CelError =>
  new CelError(`a rule must be true or false, this was ${kindOf(outcome)}`)

export interface ExpressionOptions {
  /** Whether types are checked before; true unless set. */
  readonly check?: boolean
  readonly limits?: Limits
}

const ruleLimits: Limits = { comprehensions: 2, failingParts: true, unknownFunctions: true }
const standard: Limits = { comprehensions: 64, failingParts: false, unknownFunctions: true }

/** An expression of any type, as in the standard: without the limits that only rules have. */
export function compileExpression(source: string, options: ExpressionOptions = {}): CompiledExpression | Refusal {
  const parsed = parse(source)
  if ('message' in parsed) return { issues: [issueOf(source, parsed)] }
  const notes = new Notes()
  const limits = options.limits ?? { ...standard, unknownFunctions: options.check !== false }
  const { run, weight, constant } = compile(parsed.tree, { notes, locals: new Map(), depth: 0, limits })
  if (notes.problems.length > 0)
    return { issues: notes.problems.map(({ node, message }) => issueOf(source, { ...node, message })) }
  const type = options.check === false ? 'dyn' : parsed.check()
  if (typeof type !== 'string') return { issues: [issueOf(source, type)] }

  const frame = new Frame()
  const steps = stepBudget - weight
  const evaluate = (context: object, moment: Moment): Outcome => {
    // JSON is a subset of our values, which no check here could prove; what is neither is refused where it is used.
    frame.begin(context as JsonMap, moment.now, moment.facts as JsonMap | undefined, steps)
    let outcome: Outcome
    try {
      outcome = run(frame)
    } catch (error) {
      frame.end()
      if (error instanceof BudgetSpent) return spent
      throw error
    }
    frame.end()
    return outcome
  }
  return {
    evaluate,
    measure: (context, moment) => ({
      outcome: evaluate(context, moment),
      steps: Math.min(stepBudget, stepBudget - frame.stepsLeft),
    }),
    type,
    constant,
    variables: [...notes.variables].sort(),
    compared: Object.fromEntries([...notes.compared].map(([name, values]) => [name, [...values]])),
    readsNow: notes.readsNow,
    readsFacts: notes.readsFacts,
  }
}

const spent = new CelError(`the expression takes more than ${stepBudget.toLocaleString('en')} steps`)
