import { z } from 'zod'
import { Description, jsonValue, Name, Slug } from './input.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

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

export const meterMembers = [
  'meterType',
  'aggregationMethod',
  'unitSingular',
  'unitPlural',
  'warningThresholdPercent',
  'resetPeriod',
  'resetAnchor',
] as const satisfies (keyof MeterFields)[]

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

/** Meter fields of an entitlement with their defaults; null for those that its type does not have. */
export const meterOf = (type: EntitlementType, given: { [K in keyof MeterFields]?: MeterFields[K] | undefined }) =>
  type === 'NUMBER'
    ? {
        meterType: given.meterType ?? 'RAW_EVENT',
        aggregationMethod: given.aggregationMethod ?? 'SUM',
        unitSingular: given.unitSingular ?? null,
        unitPlural: given.unitPlural ?? null,
        warningThresholdPercent: given.warningThresholdPercent ?? 80,
        resetPeriod: given.resetPeriod ?? null,
        resetAnchor: given.resetAnchor ?? (given.resetPeriod ? 'CALENDAR' : null),
      }
    : noMeter

// ---- values: what a license grants of an entitlement

/** −1 is unlimited; otherwise at least 0, with at most 9 decimal places. */
export const unlimited = -1

const Threshold = z
  .number()
  .refine(value => value === unlimited || value >= 0, 'must be at least 0, or exactly -1 for unlimited')
  .refine(value => value <= 1e15, 'must be at most 1,000,000,000,000,000')

export const NumberValue = z.strictObject({ type: z.literal('number'), value: Threshold })
export const BooleanValue = z.strictObject({ type: z.literal('boolean'), value: z.boolean() })
export const ObjectValue = z.strictObject({ type: z.literal('object'), value: jsonValue(64) })
export const EntitlementValue = z.discriminatedUnion('type', [NumberValue, BooleanValue, ObjectValue])
export type EntitlementValue =
  | { type: 'number'; value: number }
  | { type: 'boolean'; value: boolean }
  | { type: 'object'; value: unknown }

export const valueTypeOf = { NUMBER: 'number', BOOLEAN: 'boolean', CONFIG: 'object' } as const
