import { z } from 'zod'
import {
  BasicChoice,
  type Choice,
  ChoiceInput,
  choiceKinds,
  type Percentage,
  PercentageChoice,
  PercentageInput,
  type Progressive,
  ProgressiveChoice,
  ProgressiveInput,
  VariantName,
} from './flag-choice.ts'
import { Description, jsonValue, Moment, Name, rfc3339 } from './input.ts'
import { isReserved } from './slug.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export const FlagType = z.enum(['boolean', 'string', 'number', 'object'])
export type FlagType = z.infer<typeof FlagType>

/** What a flag is evaluated by. */
export interface FlagContent {
  type: FlagType
  enabled: boolean
  variants: Variant[]
  defaultVariant: Choice
  targetingRules: TargetingRule[]
  /** What percentages are cut by beside the key: null is the slug. Flags of one salt cut alike. */
  salt: string | null
}

export interface FlagRecord extends Stamp, FlagContent {
  id: string
  organizationId: string
  name: string
  slug: string
  description: string | null
}

export interface Variant {
  name: string
  value: unknown
  description: string | null
}

export type TargetingRule = { name: string; rule: string } & (
  | { type: 'basic'; variant: string }
  | Percentage
  | Progressive
)

export const choiceOfRule = (rule: TargetingRule): Choice =>
  rule.type === 'basic' ? { type: 'basic', value: rule.variant } : rule

/** As migrating teams have them; the dots that URLs resolve are none. */
const FlagSlug = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be 1 to 200 of letters, digits, dot, underscore and hyphen')
  .refine(slug => !isReserved(slug) && !/^\.\.?$/.test(slug), 'is a reserved word or looks like an id')

// ---- input

const VariantInput = z.strictObject({ name: VariantName, value: jsonValue(64), description: Description.nullish() })

const ruleMembers = { name: z.string().trim().min(1).max(200).optional(), rule: z.string() }

// The one whose type may be missing comes last: an input is read as the first that it fits.
const RuleInput = z.union(
  [
    PercentageInput.safeExtend(ruleMembers),
    ProgressiveInput.extend(ruleMembers),
    z
      .strictObject({
        type: z.literal('basic').optional(),
        ...ruleMembers,
        variant: VariantName.optional(),
        value: VariantName.optional(),
      })
      .refine(({ variant, value }) => (variant === undefined) !== (value === undefined), {
        path: ['variant'],
        message: 'is required, once',
      }),
  ],
  { error: choiceKinds },
)

const Rules = z.array(RuleInput).max(100, 'must be at most 100 rules')

/** `targetings` is another word for `targetingRules`. */
export const FlagChanges = z.strictObject({
  name: Name,
  description: Description.nullish(),
  type: FlagType,
  enabled: z.boolean(),
  variants: z.array(VariantInput).max(100, 'must be at most 100 variants'),
  defaultVariant: ChoiceInput,
  targetingRules: Rules,
  targetings: Rules.optional(),
  salt: z.string().min(1).max(200).nullish(),
})

export const FlagDraft = FlagChanges.partial()
  .required({ name: true, type: true })
  .extend({ slug: FlagSlug.optional() })

// ---- answers

const Rule = z.object({ type: z.literal('basic'), name: z.string(), rule: z.string(), variant: VariantName })

export const FeatureFlag = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  type: FlagType,
  enabled: z.boolean(),
  variants: z.array(z.object({ name: VariantName, value: jsonValue(64), description: z.string().nullable() })),
  defaultVariant: z.union([BasicChoice, PercentageChoice, ProgressiveChoice]),
  targetingRules: z.array(
    z.union([
      Rule,
      PercentageChoice.extend({ name: z.string(), rule: z.string() }),
      ProgressiveChoice.extend({ name: z.string(), rule: z.string() }),
    ]),
  ),
  salt: z.string().nullable(),
  ...stampMembers,
})

export const flagJson = (row: FlagRecord): z.infer<typeof FeatureFlag> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  type: row.type,
  enabled: row.enabled,
  variants: row.variants,
  defaultVariant: row.defaultVariant,
  targetingRules: row.targetingRules,
  salt: row.salt,
  ...stampJson(row),
})

/** A revision of a flag: who made it, when, what it changed, and the whole flag as it was then. */
export const FlagRevision = z.object({
  revision: z.int().min(1),
  occurredAt: Moment,
  principal: z.string(),
  changedFields: z.array(z.string()),
  flag: FeatureFlag,
})

export interface FlagRevisionRecord {
  organizationId: string
  flagId: string
  revision: number
  occurredAt: number
  principal: string
  changedFields: string[]
  flag: z.infer<typeof FeatureFlag>
}

export const flagRevisionJson = (row: FlagRevisionRecord): z.infer<typeof FlagRevision> => ({
  revision: row.revision,
  occurredAt: rfc3339(row.occurredAt),
  principal: row.principal,
  changedFields: row.changedFields,
  flag: row.flag,
})
