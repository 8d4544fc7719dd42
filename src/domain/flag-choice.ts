import { z } from 'zod'
import { isRecord, Moment, rfc3339 } from './input.ts'
import type { Finding } from './problem.ts'

/** How a flag or a rule picks a variant: one by name, by percentages, or by one that grows with time. */
export type Choice = Basic | Percentage | Progressive

interface Basic {
  type: 'basic'
  value: string
}

export interface Percentage {
  type: 'rolloutPercentage'
  value: { rolloutPercentage: { distribution: Record<string, number> } }
}

/** The share of the end's variant grows from the start's percentage to the end's. */
export interface Progressive {
  type: 'rolloutDate'
  start: Stage
  end: Stage
}

interface Stage {
  /** RFC 3339. */
  date: string
  percentage: number
  variant: string
}

export const VariantName = z.string().min(1, 'must not be empty').max(200, 'must be at most 200 characters')

/** Weights are looked at member by member in `choiceFindings`: a variant may have any name, `__proto__` too. */
const Distribution = z
  .custom<Record<string, number>>(isRecord, 'must be an object with a weight for each variant')
  .meta({ type: 'object', additionalProperties: { type: 'number', minimum: 0 } })

const Percent = z
  .number()
  .min(0, 'must be from 0 to 100')
  .max(100, 'must be from 0 to 100')
  .refine(hasThreeDecimals, 'must have at most three decimals')

function hasThreeDecimals(value: number): boolean {
  return Number(value.toFixed(3)) === value
}

// ---- as it is answered, and taken

export const BasicChoice = z.object({ type: z.literal('basic'), value: VariantName })
export const PercentageChoice = z.object({
  type: z.literal('rolloutPercentage'),
  value: z.object({ rolloutPercentage: z.object({ distribution: Distribution }) }),
})
const StageJson = z.object({ date: Moment, percentage: Percent, variant: VariantName })
export const ProgressiveChoice = z.object({ type: z.literal('rolloutDate'), start: StageJson, end: StageJson })

/** The further spellings that are taken. Percentages left out grow from nobody to everybody. */
export const PercentageInput = z
  .strictObject({
    type: z.literal(['rolloutPercentage', 'rollout_percentage']),
    value: z.strictObject({ rolloutPercentage: z.strictObject({ distribution: Distribution }) }).optional(),
    distribution: Distribution.optional(),
  })
  .refine(({ value, distribution }) => !value || !distribution, {
    path: ['distribution'],
    message: 'is given twice, also as value.rolloutPercentage.distribution',
  })
const stageInput = (percentage: number) =>
  z.strictObject({ date: Moment, percentage: Percent.default(percentage), variant: VariantName })
export const ProgressiveInput = z.strictObject({
  type: z.literal(['rolloutDate', 'rollout_date']),
  start: stageInput(0),
  end: stageInput(100),
})

export const ChoiceInput = z.discriminatedUnion(
  'type',
  [z.strictObject({ type: z.literal('basic'), value: VariantName }), PercentageInput, ProgressiveInput],
  { error: issue => (issue.code === 'invalid_union' ? choiceKinds : undefined) },
)
export const choiceKinds = 'must have the type basic, rolloutPercentage or rolloutDate'

type PercentageType = z.output<typeof PercentageInput>['type']

export const isPercentage = <T extends { type?: string | undefined }>(
  input: T,
): input is Extract<T, { type: PercentageType }> =>
  input.type === 'rolloutPercentage' || input.type === 'rollout_percentage'

/** One spelling of each. */
export function percentageOf({ value, distribution }: z.output<typeof PercentageInput>): Percentage {
  const weights = distribution ?? value?.rolloutPercentage.distribution ?? {}
  return { type: 'rolloutPercentage', value: { rolloutPercentage: { distribution: weights } } }
}

export const progressiveOf = ({ start, end }: z.output<typeof ProgressiveInput>): Progressive => ({
  type: 'rolloutDate',
  start: { ...start, date: rfc3339(Date.parse(start.date)) },
  end: { ...end, date: rfc3339(Date.parse(end.date)) },
})

export function choiceOf(input: z.output<typeof ChoiceInput>): Choice {
  if (input.type === 'basic') return input
  return 'start' in input ? progressiveOf(input) : percentageOf(input)
}

// ---- what may be wrong with it

/** What does not fit the variants of the flag. `location` is the choice's own, `variantAt` its member that names one. */
export function choiceFindings(
  choice: Choice,
  variants: readonly string[],
  location: string,
  member: string,
): Finding[] {
  if (choice.type === 'basic') return missing(choice.value, variants, `${location}.${member}`)
  if (choice.type === 'rolloutPercentage') {
    const place = `${location}.value.rolloutPercentage.distribution`
    return distributionFindings(choice.value.rolloutPercentage.distribution, variants, place)
  }
  const { start, end } = choice
  const endsBefore = Date.parse(end.date) <= Date.parse(start.date)
  return [
    ...missing(start.variant, variants, `${location}.start.variant`),
    ...missing(end.variant, variants, `${location}.end.variant`),
    ...(endsBefore ? [{ location: `${location}.end.date`, message: 'must be after start.date', value: end.date }] : []),
  ]
}

function missing(name: string, variants: readonly string[], location: string): Finding[] {
  if (variants.includes(name)) return []
  return [{ location, message: `names the variant ${JSON.stringify(name)}, which the flag does not have`, value: name }]
}

function distributionFindings(
  distribution: Readonly<Record<string, unknown>>,
  variants: readonly string[],
  location: string,
): Finding[] {
  const findings = Object.entries(distribution).flatMap(([name, weight]) => [
    ...missing(name, variants, `${location}.${name}`),
    ...(isWeight(weight)
      ? []
      : [{ location: `${location}.${name}`, message: 'must be a number from 0 with at most three decimals' }]),
  ])
  const isNothing = Object.values(distribution).every(weight => weight === 0)
  return isNothing && findings.length === 0 ? [{ location, message: 'must have a weight above zero' }] : findings
}

/** Up to a billion, so that a sum in thousandths is exact. */
const isWeight = (weight: unknown): boolean =>
  typeof weight === 'number' && weight >= 0 && weight <= 1e9 && hasThreeDecimals(weight)
