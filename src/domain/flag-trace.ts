import { z } from 'zod'
import {
  bucketIn,
  bucketKeyOf,
  type CompiledFlag,
  type CompiledTargetingRule,
  type EvaluationContext,
  evaluate,
  type Resolved,
} from './flag-set.ts'
import { rfc3339, Moment as Time } from './input.ts'
import { factsJson } from './instance-facts.ts'
import { CelError, compileRule, type Moment } from './rule/rule.ts'

/** How a flag was resolved, for people: what it came to, and why. */
export const FlagVerdict = z.object({
  key: z.string(),
  value: z.unknown(),
  variant: z.string().nullable(),
  reason: z.enum(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DEFAULT', 'DISABLED', 'ERROR']),
  rule: z.string().nullable().meta({ description: 'Name of the rule that was true' }),
  brokenTargetingRules: z.array(z.object({ name: z.string(), error: z.string() })),
  errorCode: z.string().optional(),
  errorDetails: z.string().optional(),
})

/** A flag without a bucket key has neither value nor variant. */
export function verdictOf(resolved: Resolved): z.infer<typeof FlagVerdict> {
  const { key } = resolved
  if (!('json' in resolved)) {
    const { errorCode, errorDetails } = resolved
    const nothing = { value: null, variant: null, rule: null, brokenTargetingRules: [] }
    return { key, ...nothing, reason: 'ERROR', errorCode, errorDetails }
  }
  const { value, variant, reason, rule = null, broken } = resolved
  return { key, value, variant, reason, rule, brokenTargetingRules: [...broken] }
}

export const FlagTrace = FlagVerdict.extend({
  rules: z.array(
    z.object({
      name: z.string(),
      rule: z.string(),
      result: z.boolean().nullable(),
      error: z.string().optional(),
    }),
  ),
  bucketKey: z.string().nullable(),
  bucket: z.int().nullable().meta({ description: 'From 0 to 99,999: a bucket is a thousandth of a percent' }),
  context: z.record(z.string(), z.unknown()),
  facts: z.record(z.string(), z.unknown()).nullable(),
  evaluatedAt: Time,
})

/** The verdict with all that led to it. Rules behind the one that decided are tried as well. */
export function trace(flag: CompiledFlag, context: EvaluationContext, moment: Moment): z.infer<typeof FlagTrace> {
  return {
    ...verdictOf(evaluate(flag, context, moment)),
    rules: flag.rules.map(rule => tried(rule, context, moment)),
    bucketKey: bucketKeyOf(context) ?? null,
    bucket: bucketIn(flag, context) ?? null,
    context,
    facts: moment.facts ? factsJson(moment.facts) : null,
    evaluatedAt: rfc3339(moment.now),
  }
}

function tried({ name, source, condition }: CompiledTargetingRule, context: EvaluationContext, moment: Moment) {
  const outcome = condition.evaluate(context, moment)
  if (outcome instanceof CelError) return { name, rule: source, result: null, error: outcome.message }
  return { name, rule: source, result: outcome }
}

// ---- a rule by itself

const place = z.int().min(1)

export const RuleLint = z.object({
  valid: z.boolean(),
  issues: z.array(z.object({ line: place, column: place, endLine: place, endColumn: place, message: z.string() })),
  variables: z.array(z.string()),
})

export function lintRule(source: string): z.infer<typeof RuleLint> {
  const rule = compileRule(source)
  if ('issues' in rule) return { valid: false, issues: [...rule.issues], variables: [] }
  return { valid: true, issues: [], variables: [...rule.variables] }
}
