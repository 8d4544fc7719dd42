import type { FlagContent, FlagType, TargetingRule, Variant } from './flag.ts'
import { choiceOfRule } from './flag.ts'
import type { Choice } from './flag-choice.ts'
import type { Fields } from './form.ts'
import { itemsIn, textIn } from './form-list.ts'
import { type Finding, invalid } from './problem.ts'

/** A variant as people edit it: texts, which need not be right yet. */
export interface VariantDraft {
  /** Stays with it while it is moved and renamed: the name it is stored by, or `+1` of a new one. */
  key: string
  name: string
  value: string
  description: string
}

export const draftOfVariant = ({ name, value, description }: Variant): VariantDraft => ({
  key: name,
  name,
  value: typeof value === 'object' ? JSON.stringify(value, undefined, 2) : String(value),
  description: description ?? '',
})

/** `others` are those it is added to. */
export const blankVariant = (type: FlagType, others: readonly VariantDraft[] = [], name = ''): VariantDraft => ({
  key: `+${1 + Math.max(0, ...others.map(({ key }) => (/^\+\d+$/.test(key) ? Number(key) : 0)))}`,
  name,
  value: type === 'object' ? '{}' : type === 'boolean' ? 'true' : '',
  description: '',
})

/** What a new flag of a type is begun with. */
export function firstVariants(type: FlagType): VariantDraft[] {
  const [one, other] = type === 'boolean' ? ['on', 'off'] : ['', '']
  const first = blankVariant(type, [], one)
  const second = blankVariant(type, [first], other)
  return [first, type === 'boolean' ? { ...second, value: 'false' } : second]
}

export const variantsIn = (fields: Fields): VariantDraft[] =>
  itemsIn(fields, 'variants', place => {
    const text = (member: string) => textIn(fields, `${place}.${member}`) ?? ''
    return { key: text('key'), name: text('name'), value: text('value'), description: text('description') }
  })

/** As the API takes them. What cannot be read as the flag's type is left to it to refuse, but for what is no JSON. */
export function variantInputs(drafts: readonly VariantDraft[], type: FlagType) {
  const findings: Finding[] = []
  const inputs = drafts.map(({ name, value, description }, index) => {
    const read = valueIn(value, type)
    if ('finding' in read) findings.push({ location: `body.variants[${index}].value`, message: read.finding })
    return { name, value: 'finding' in read ? null : read.value, description: description.trim() ? description : null }
  })
  if (findings.length > 0) throw invalid(...findings)
  return inputs
}

function valueIn(text: string, type: FlagType): { value: unknown } | { finding: string } {
  if (type === 'string') return { value: text }
  if (type === 'boolean') return { value: text === 'true' ? true : text === 'false' ? false : text }
  if (text.trim() === '') return { finding: 'is required' }
  if (type === 'number') return { value: Number.isNaN(Number(text)) ? text : Number(text) }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { finding: `is not JSON: ${error instanceof Error ? error.message : 'unreadable'}` }
  }
}

/** The rest of a flag under the new names of its variants. */
export function withRenamed(flag: Pick<FlagContent, 'defaultVariant' | 'targetingRules'>, drafts: VariantDraft[]) {
  const names = new Map(drafts.map(({ key, name }) => [key, name]))
  const renamed = (name: string) => names.get(name) ?? name
  return {
    defaultVariant: renamedChoice(flag.defaultVariant, renamed),
    targetingRules: flag.targetingRules.map((rule): TargetingRule => {
      const choice = renamedChoice(choiceOfRule(rule), renamed)
      const named = { name: rule.name, rule: rule.rule }
      return choice.type === 'basic' ? { ...named, type: choice.type, variant: choice.value } : { ...named, ...choice }
    }),
  }
}

function renamedChoice(choice: Choice, renamed: (name: string) => string): Choice {
  if (choice.type === 'basic') return { type: choice.type, value: renamed(choice.value) }
  if (choice.type === 'rolloutDate') {
    const { type, start, end } = choice
    const [first, last] = [start, end].map(stage => ({ ...stage, variant: renamed(stage.variant) }))
    return { type, start: first ?? start, end: last ?? end }
  }
  const weights = Object.entries(choice.value.rolloutPercentage.distribution)
  const distribution = Object.fromEntries(weights.map(([name, weight]) => [renamed(name), weight]))
  return { type: choice.type, value: { rolloutPercentage: { distribution } } }
}

/** Where a variant is served: `the default`, or the names of rules. */
export const servedBy = ({ defaultVariant, targetingRules }: FlagContent, variant: string): string[] => [
  ...targetingRules.filter(rule => variantsOf(choiceOfRule(rule)).includes(variant)).map(({ name }) => name),
  ...(variantsOf(defaultVariant).includes(variant) ? ['the default'] : []),
]

function variantsOf(choice: Choice): string[] {
  if (choice.type === 'basic') return [choice.value]
  if (choice.type === 'rolloutDate') return [choice.start.variant, choice.end.variant]
  const weights = Object.entries(choice.value.rolloutPercentage.distribution)
  return weights.filter(([, weight]) => weight > 0).map(([name]) => name)
}
