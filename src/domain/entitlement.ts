import { z } from 'zod'
import { Description, jsonValue, Name, Slug } from './input.ts'
import { type Finding, invalid } from './problem.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'
import { thresholdFrom } from './usage.ts'

export const EntitlementType = z.enum(['BOOLEAN', 'NUMBER', 'CONFIG'])
export const MeterType = z.enum(['RAW_EVENT', 'CALCULATED_USAGE'])
export const AggregationMethod = z.enum(['SUM', 'COUNT', 'AVERAGE', 'MAX', 'MIN', 'LATEST'])
export const ResetPeriod = z.enum(['HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR'])
export const ResetAnchor = z.enum(['CALENDAR', 'LICENSE_START'])

export type EntitlementType = z.infer<typeof EntitlementType>
export type MeterType = z.infer<typeof MeterType>
export type AggregationMethod = z.infer<typeof AggregationMethod>
export type ResetPeriod = z.infer<typeof ResetPeriod>
export type ResetAnchor = z.infer<typeof ResetAnchor>

/** How a NUMBER entitlement is measured: null in all of them for the other types. */
export interface MeterFields {
  meterType: MeterType | null
  aggregationMethod: AggregationMethod | null
  unitSingular: string | null
  unitPlural: string | null
  warningThresholdPercent: number | null
  resetPeriod: ResetPeriod | null
  resetAnchor: ResetAnchor | null
}

export interface EntitlementRecord extends Stamp, MeterFields {
  id: string
  organizationId: string
  name: string
  slug: string
  description: string | null
  type: EntitlementType
}

const Unit = z.string().min(1).max(50)

export const EntitlementDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  description: Description.nullish(),
  type: EntitlementType,
  meterType: MeterType.nullish(),
  aggregationMethod: AggregationMethod.nullish(),
  unitSingular: Unit.nullish(),
  unitPlural: Unit.nullish(),
  warningThresholdPercent: z.number().min(0).max(100).multipleOf(0.001).nullish(),
  resetPeriod: ResetPeriod.nullish(),
  resetAnchor: ResetAnchor.nullish(),
})

export const Entitlement = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  type: EntitlementType,
  meterType: MeterType.nullable(),
  aggregationMethod: AggregationMethod.nullable(),
  unitSingular: z.string().nullable(),
  unitPlural: z.string().nullable(),
  warningThresholdPercent: z.number().nullable(),
  resetPeriod: ResetPeriod.nullable(),
  resetAnchor: ResetAnchor.nullable(),
  ...stampMembers,
})

export const entitlementJson = (row: EntitlementRecord): z.infer<typeof Entitlement> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  type: row.type,
  meterType: row.meterType,
  aggregationMethod: row.aggregationMethod,
  unitSingular: row.unitSingular,
  unitPlural: row.unitPlural,
  warningThresholdPercent: row.warningThresholdPercent,
  resetPeriod: row.resetPeriod,
  resetAnchor: row.resetAnchor,
  ...stampJson(row),
})

/** What cannot change once there is a grant or usage, because the numbers kept would change their meaning. */
export const fixedOnceUsed = ['type', 'meterType', 'aggregationMethod', 'resetPeriod', 'resetAnchor'] as const

export const noMeter: MeterFields = {
  meterType: null,
  aggregationMethod: null,
  unitSingular: null,
  unitPlural: null,
  warningThresholdPercent: null,
  resetPeriod: null,
  resetAnchor: null,
}

const meterMembers = Object.keys(noMeter) as (keyof MeterFields)[]

/**
 * The meter of an entitlement once `given` is laid over what is `stored`, with defaults for what is null or missing.
 * Only NUMBER has one: a member given to another type is 422, a stored one goes when the type changes.
 */
export function meterFieldsOf(
  type: EntitlementType,
  given: { [K in keyof MeterFields]?: MeterFields[K] | undefined },
  stored: MeterFields = noMeter,
): MeterFields {
  const wanted = { ...stored, ...given }
  const findings = meterMembers.flatMap(member => misplaced(member, given[member] ?? null, type, wanted))
  if (findings.length > 0) throw invalid(...findings)
  if (type !== 'NUMBER') return noMeter
  return {
    meterType: wanted.meterType ?? 'RAW_EVENT',
    aggregationMethod: wanted.aggregationMethod ?? 'SUM',
    unitSingular: wanted.unitSingular ?? null,
    unitPlural: wanted.unitPlural ?? null,
    warningThresholdPercent: wanted.warningThresholdPercent ?? 80,
    resetPeriod: wanted.resetPeriod ?? null,
    resetAnchor: wanted.resetPeriod ? (wanted.resetAnchor ?? 'CALENDAR') : null,
  }
}

function misplaced(
  member: keyof MeterFields,
  value: unknown,
  type: EntitlementType,
  { resetPeriod }: { resetPeriod?: ResetPeriod | null | undefined },
): Finding[] {
  if (value === null) return []
  const location = `body.${member}`
  if (type !== 'NUMBER') return [{ location, message: `is for NUMBER entitlements; this is ${type}`, value }]
  if (member === 'resetAnchor' && !resetPeriod)
    return [{ location, message: 'means nothing without a resetPeriod', value }]
  return []
}

// ---- values: what a license grants of an entitlement

/** A quota without a limit. */
export const unlimited = -1

const Threshold = z
  .number()
  .refine(
    value => thresholdFrom(value) !== undefined,
    'must be -1 for unlimited, or from 0 to 1,000,000,000,000,000 with at most 9 decimal places',
  )
  .meta({ minimum: -1, maximum: 1e15, description: '-1 is unlimited' })

export const NumberValue = z.strictObject({ type: z.literal('number'), value: Threshold })
export const BooleanValue = z.strictObject({ type: z.literal('boolean'), value: z.boolean() })
export const ObjectValue = z.strictObject({ type: z.literal('object'), value: jsonValue(64) })
export const EntitlementValue = z.discriminatedUnion('type', [NumberValue, BooleanValue, ObjectValue], {
  error: issue => (issue.code === 'invalid_union' ? 'must be number, boolean or object' : undefined),
})
export type EntitlementValue =
  | { type: 'number'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'object'; value: unknown }

/** The tag of the values that each type is granted with. */
export const valueTypeOf = { NUMBER: 'number', BOOLEAN: 'boolean', CONFIG: 'object' } as const
