import { choiceOfRule, type TargetingRule } from './flag.ts'
import type { Choice } from './flag-choice.ts'
import type { Fields } from './form.ts'
import { itemsIn, textIn } from './form-list.ts'
import { rfc3339 } from './input.ts'
import type { Finding } from './problem.ts'

/** How a variant is picked, as people edit it: texts, which need not be right yet. Members of other types are kept. */
export interface ChoiceDraft {
  type: Choice['type']
  variant: string
  weights: readonly (readonly [variant: string, weight: string])[]
  start: StageDraft
  end: StageDraft
}

export interface StageDraft {
  /** As a date-time field has it, in UTC: 2026-03-15T12:00 */
  date: string
  percentage: string
  variant: string
}

export interface RuleDraft extends ChoiceDraft {
  name: string
  rule: string
}

/** Where the variant of a basic choice stands: the API's rules say `variant`, its default `value`. */
export type BasicMember = 'variant' | 'value'

// ---- from what is stored

export const draftOfRule = (rule: TargetingRule, variants: readonly string[]): RuleDraft => ({
  ...draftOfChoice(choiceOfRule(rule), variants),
  name: rule.name,
  rule: rule.rule,
})

export function draftOfChoice(choice: Choice, variants: readonly string[]): ChoiceDraft {
  const blank = blankChoice(variants)
  if (choice.type === 'basic') return { ...blank, variant: choice.value }
  if (choice.type === 'rolloutDate')
    return { ...blank, type: choice.type, start: draftOfStage(choice.start), end: draftOfStage(choice.end) }
  const weights = new Map(Object.entries(choice.value.rolloutPercentage.distribution))
  return { ...blank, type: choice.type, weights: variants.map(name => [name, String(weights.get(name) ?? 0)]) }
}

const draftOfStage = ({ date, percentage, variant }: { date: string; percentage: number; variant: string }) => ({
  date: date.replace(/(:00)?\.000Z$|Z$/, ''),
  percentage: String(percentage),
  variant,
})

export const blankRule = (variants: readonly string[]): RuleDraft => ({ ...blankChoice(variants), name: '', rule: '' })

/** Equal shares, and a rollout from the second variant to the first: from off to on. */
const blankChoice = (variants: readonly string[]): ChoiceDraft => ({
  type: 'basic',
  variant: variants[0] ?? '',
  weights: variants.map((name, index) => [name, String(shareOf(variants.length, index))]),
  start: { date: '', percentage: '0', variant: variants[1] ?? variants[0] ?? '' },
  end: { date: '', percentage: '100', variant: variants[0] ?? '' },
})

const shareOf = (count: number, index: number): number => Math.floor(100 / count) + (index < 100 % count ? 1 : 0)

// ---- from a form

export const rulesIn = (fields: Fields, variants: readonly string[]): RuleDraft[] =>
  itemsIn(fields, 'targetingRules', place => ({
    ...choiceIn(fields, place, 'variant', variants),
    name: textIn(fields, `${place}.name`) ?? '',
    rule: textIn(fields, `${place}.rule`) ?? '',
  }))

/** A form has the fields of one type; the others are as on a new choice. */
export function choiceIn(fields: Fields, place: string, member: BasicMember, variants: readonly string[]): ChoiceDraft {
  const blank = blankChoice(variants)
  const text = (name: string) => textIn(fields, `${place}.${name}`)
  const stage = (name: 'start' | 'end'): StageDraft => ({
    date: text(`${name}.date`) ?? blank[name].date,
    percentage: text(`${name}.percentage`) ?? blank[name].percentage,
    variant: text(`${name}.variant`) ?? blank[name].variant,
  })
  const type = text('type')
  const names = fields.get(`${place}.weights.key[]`)
  const values = fields.get(`${place}.weights.value[]`) ?? []
  return {
    type: type === 'rolloutPercentage' || type === 'rolloutDate' ? type : 'basic',
    variant: text(member) ?? blank.variant,
    weights: names ? variants.map(name => [name, values[names.indexOf(name)] ?? '0']) : blank.weights,
    start: stage('start'),
    end: stage('end'),
  }
}

// ---- to what the API takes

export const ruleInput = (draft: RuleDraft): Record<string, unknown> => ({
  ...(draft.name.trim() !== '' && { name: draft.name }),
  rule: draft.rule,
  ...choiceInput(draft, 'variant'),
})

export function choiceInput(draft: ChoiceDraft, member: BasicMember): Record<string, unknown> {
  const { type } = draft
  if (type === 'basic') return { type, [member]: draft.variant }
  if (type === 'rolloutDate') return { type, start: stageInput(draft.start), end: stageInput(draft.end) }
  const weights = draft.weights.map(([name, text]) => [name, text.trim() === '' ? 0 : numberOr(text)])
  return { type, value: { rolloutPercentage: { distribution: Object.fromEntries(weights) } } }
}

const stageInput = ({ date, percentage, variant }: StageDraft) => ({
  date: rfc3339(momentOf(date)),
  percentage: Number(percentage),
  variant,
})

const numberOr = (text: string): number | string => (Number.isNaN(Number(text)) ? text : Number(text))
const momentOf = (date: string): number => Date.parse(/Z$/.test(date) ? date : `${date}Z`)

/** What is wrong with a choice before the action can say so in words that fit a form. */
export function choiceDraftFindings({ type, start, end }: ChoiceDraft, place: string): Finding[] {
  if (type !== 'rolloutDate') return []
  return Object.entries({ start, end }).flatMap(([name, { date, percentage }]) => [
    ...(Number.isNaN(momentOf(date)) ? [{ location: `body.${place}.${name}.date`, message: 'is required' }] : []),
    ...(isPercentage(percentage)
      ? []
      : [{ location: `body.${place}.${name}.percentage`, message: 'must be from 0 to 100' }]),
  ])
}

const isPercentage = (text: string): boolean => text.trim() !== '' && Number(text) >= 0 && Number(text) <= 100
