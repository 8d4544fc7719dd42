import type { z } from 'zod'
import {
  choiceOfRule,
  type FlagChanges,
  type FlagContent,
  type FlagType,
  type TargetingRule,
  type Variant,
} from './flag.ts'
import { choiceFindings, choiceOf, isPercentage, percentageOf, progressiveOf } from './flag-choice.ts'
import { type Finding, invalid } from './problem.ts'
import { compileRule } from './rule/rule.ts'

type Changes = z.output<typeof FlagChanges>
type Input = { [M in keyof Changes]?: Changes[M] | undefined }
type Unsettled = Omit<FlagContent, 'defaultVariant'> & { defaultVariant?: FlagContent['defaultVariant'] | undefined }

/** All rules of a flag together: compiling a character takes up to a microsecond (measured, long chains of `||`). */
const longestRules = 32_000

/** An input laid over what is stored. Throws 422 with a finding for each member that does not fit the others. */
export function contentOf(input: Input, stored: Unsettled, root = 'body'): FlagContent {
  if (input.targetings && input.targetingRules)
    throw invalid({ location: `${root}.targetings`, message: 'is given twice, also as targetingRules' })
  const rules = input.targetingRules ?? input.targetings
  const { type = stored.type, enabled = stored.enabled, salt = stored.salt } = input
  const content = {
    type,
    enabled,
    variants: input.variants?.map(variantOf) ?? stored.variants,
    defaultVariant: input.defaultVariant ? choiceOf(input.defaultVariant) : stored.defaultVariant,
    targetingRules: rules?.map(ruleOf) ?? stored.targetingRules,
    salt,
  }
  const known = new Set(stored.targetingRules.map(({ rule }) => rule))
  const findings = [...findingsOf(content, root), ...ruleFindings(content.targetingRules, known, root)]
  const { defaultVariant } = content
  if (!defaultVariant || findings.length > 0) throw invalid(...findings.slice(0, 20))
  return { ...content, defaultVariant }
}

/** What a new flag starts from: a boolean one without variants is on or off. */
export const newContent = ({ type, variants }: Pick<Input, 'variants'> & { type: FlagType }): Unsettled => ({
  type,
  enabled: false,
  ...(type === 'boolean' && !variants
    ? { variants: onAndOff, defaultVariant: { type: 'basic', value: 'off' } }
    : { variants: [] }),
  targetingRules: [],
  salt: null,
})

const onAndOff: Variant[] = [
  { name: 'on', value: true, description: null },
  { name: 'off', value: false, description: null },
]

const variantOf = ({ name, value, description = null }: Changes['variants'][number]): Variant => ({
  name,
  value,
  description,
})

function ruleOf(input: Changes['targetingRules'][number], index: number): TargetingRule {
  const named = { name: input.name ?? `Rule ${index + 1}`, rule: input.rule }
  if ('start' in input) return { ...named, ...progressiveOf(input) }
  if (isPercentage(input)) return { ...named, ...percentageOf(input) }
  return { ...named, type: 'basic', variant: input.variant ?? input.value ?? '' }
}

function findingsOf({ type, variants, defaultVariant, targetingRules }: Unsettled, root: string): Finding[] {
  const names = variants.map(({ name }) => name)
  if (names.length === 0) return [{ location: `${root}.variants`, message: 'must have at least one variant' }]
  return [
    ...variants.flatMap((variant, index) =>
      variantFindings(variant, names.indexOf(variant.name) < index, type, `${root}.variants[${index}]`),
    ),
    ...(defaultVariant
      ? choiceFindings(defaultVariant, names, `${root}.defaultVariant`, 'value')
      : [{ location: `${root}.defaultVariant`, message: 'is required' }]),
    ...targetingRules.flatMap((rule, index) =>
      choiceFindings(choiceOfRule(rule), names, `${root}.targetingRules[${index}]`, 'variant'),
    ),
  ]
}

function variantFindings({ name, value }: Variant, isRepeated: boolean, type: FlagType, location: string): Finding[] {
  // JSON.parse reads 1e999 as Infinity, which JSON cannot write.
  const fits = type === 'object' || (typeof value === type && value !== Infinity && value !== -Infinity)
  return [
    ...(isRepeated ? [{ location: `${location}.name`, message: 'is the name of another variant', value: name }] : []),
    ...(fits ? [] : [{ location: `${location}.value`, message: `must be a ${type}, as the flag is` }]),
  ]
}

/** Rules that were stored before are not looked at again: what once was a rule stays one. */
function ruleFindings(rules: readonly TargetingRule[], known: ReadonlySet<string>, root: string): Finding[] {
  const total = rules.reduce((sum, { rule }) => sum + rule.length, 0)
  if (total > longestRules) {
    const message = `must have at most ${longestRules} characters in all rules together, these have ${total}`
    return [{ location: `${root}.targetingRules`, message }]
  }
  return rules.flatMap(({ rule }, index) => {
    const compiled = known.has(rule) ? undefined : compileRule(rule)
    if (!compiled || !('issues' in compiled)) return []
    return compiled.issues.map(issue => ({ location: `${root}.targetingRules[${index}].rule`, ...issue }))
  })
}
