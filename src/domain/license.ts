import { z } from 'zod'
import { type EntitlementRecord, EntitlementType, EntitlementValue, unlimited, valueTypeOf } from './entitlement.ts'
import { Description, Name, Reference, Slug } from './input.ts'
import { invalid } from './problem.ts'
import { withEnding } from './slug.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export const LicenseType = z.enum(['COMMUNITY', 'TRIAL', 'DEVELOPMENT', 'PAID'])
export type LicenseType = z.infer<typeof LicenseType>

export interface LicenseRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  slug: string
  description: string | null
  type: LicenseType
  familySlug: string
  version: number
  versionName: string | null
  isActive: boolean
  isDefault: boolean
}

/** A version number as people and scripts write it: 3 or "3". */
export const Version = z
  .union([z.int(), z.string().regex(/^\d{1,9}$/, 'must be a whole number')])
  .transform(Number)
  .refine(version => version >= 1 && version <= 999_999_999, 'must be at least 1')

export const LicenseDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  description: Description.nullish(),
  type: LicenseType,
  familySlug: Slug.optional(),
  version: Version.optional(),
  versionName: z.string().max(100).nullish(),
  isActive: z.boolean().default(true),
  isDefault: z.boolean().default(false),
  /** The license whose grants a new version starts with; null starts empty, left out takes the latest version's. */
  copyGrantsFrom: Reference.nullish(),
})

export const LicenseChanges = LicenseDraft.omit({
  slug: true,
  familySlug: true,
  version: true,
  copyGrantsFrom: true,
}).extend({
  // Defaults are for what is new: a member that a PUT leaves out keeps its value.
  isActive: z.boolean(),
  isDefault: z.boolean(),
})

export const License = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  type: LicenseType,
  familySlug: z.string(),
  version: z.string(),
  versionName: z.string().nullable(),
  isActive: z.boolean(),
  isDefault: z.boolean(),
  ...stampMembers,
})

export const licenseJson = (row: LicenseRecord): z.infer<typeof License> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  type: row.type,
  familySlug: row.familySlug,
  version: String(row.version),
  versionName: row.versionName,
  isActive: row.isActive,
  isDefault: row.isDefault,
  ...stampJson(row),
})

/** The slug of a further version; the first one has the family's own. */
export const versionSlug = (familySlug: string, version: number): string => withEnding(familySlug, `-v${version}`)

// ---- license entitlements (grants)

export interface LicenseEntitlementRecord extends Stamp {
  id: string
  organizationId: string
  licenseId: string
  entitlementId: string
  value: EntitlementValue
  limitCapExceededOveragePercent: number
}

/** A grant with the names of its two ends, as lists and answers show it. */
export interface GrantRecord extends LicenseEntitlementRecord {
  licenseSlug: string
  entitlementSlug: string
  entitlementName: string
  entitlementType: EntitlementType
}

/** A grant with what people are told of its entitlement beside the name. */
export type GrantView = GrantRecord &
  Pick<EntitlementRecord, 'unitSingular' | 'unitPlural' | 'resetPeriod' | 'aggregationMethod'>

const Overage = z.number().min(0).max(10_000).multipleOf(0.001)

export const LicenseEntitlementDraft = z.strictObject({
  entitlementSlug: Reference.optional(),
  entitlementId: Reference.optional(),
  value: EntitlementValue,
  limitCapExceededOveragePercent: Overage.default(0),
})

export const LicenseEntitlementChanges = z.strictObject({
  value: EntitlementValue,
  limitCapExceededOveragePercent: Overage,
})

/** Throws 422 where the value is not of the entitlement's type, or where there is no limit that an overage could lift. */
export function mustFit(
  type: EntitlementType,
  { value, limitCapExceededOveragePercent }: Pick<LicenseEntitlementRecord, 'value' | 'limitCapExceededOveragePercent'>,
): void {
  const tag = valueTypeOf[type]
  if (value.type !== tag)
    throw invalid({
      location: 'body.value.type',
      message: `must be ${tag} for a ${type} entitlement`,
      value: value.type,
    })
  const isLimited = value.type === 'number' && value.value !== unlimited
  if (!isLimited && limitCapExceededOveragePercent > 0)
    throw invalid({
      location: 'body.limitCapExceededOveragePercent',
      message: type === 'NUMBER' ? 'must be 0 for an unlimited quota' : 'is for NUMBER entitlements',
      value: limitCapExceededOveragePercent,
    })
}

export const LicenseEntitlement = z.object({
  id: z.uuid(),
  licenseId: z.uuid(),
  licenseSlug: z.string(),
  entitlementId: z.uuid(),
  entitlementSlug: z.string(),
  entitlementName: z.string(),
  entitlementType: EntitlementType,
  value: EntitlementValue,
  limitCapExceededOveragePercent: z.number(),
  ...stampMembers,
})

export const licenseEntitlementJson = (row: GrantRecord): z.infer<typeof LicenseEntitlement> => ({
  id: row.id,
  licenseId: row.licenseId,
  licenseSlug: row.licenseSlug,
  entitlementId: row.entitlementId,
  entitlementSlug: row.entitlementSlug,
  entitlementName: row.entitlementName,
  entitlementType: row.entitlementType,
  value: row.value,
  limitCapExceededOveragePercent: row.limitCapExceededOveragePercent,
  ...stampJson(row),
})

/** A license that grants an entitlement, with what it grants of it. */
export type GrantingLicenseRecord = LicenseRecord &
  Pick<LicenseEntitlementRecord, 'value' | 'limitCapExceededOveragePercent'>

export const GrantingLicense = License.extend({ value: EntitlementValue, limitCapExceededOveragePercent: z.number() })

export const grantingLicenseJson = (row: GrantingLicenseRecord): z.infer<typeof GrantingLicense> => ({
  ...licenseJson(row),
  value: row.value,
  limitCapExceededOveragePercent: row.limitCapExceededOveragePercent,
})
