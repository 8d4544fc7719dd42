import { z } from 'zod'
import {
  Description,
  type JsonObject,
  lastMoment,
  Metadata,
  Moment,
  Name,
  Reference,
  rfc3339,
  rfc3339OrNull,
  Slug,
} from './input.ts'
import { invalid } from './problem.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export interface InstanceRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  /** Null once deleted: the slug is free again and the instance is reached by id only. */
  slug: string | null
  /** The slug that a deleted instance had, to give it back on restoration. */
  formerSlug: string | null
  description: string
  customerId: string
  licenseId: string
  deploymentZoneId: string | null
  startLicenseDate: number
  endLicenseDate: number | null
  metadata: JsonObject
  deletedAt: number | null
  /** The end date for which INSTANCE_LICENSE_EXPIRED was sent; only a different one re-arms it. */
  expiryToldFor: number | null
}

/** An instance with the slugs of what it belongs to. */
export interface InstanceView extends InstanceRecord {
  /** Null when the customer of a deleted instance was deleted too; the same holds for its license. */
  customerSlug: string | null
  licenseSlug: string | null
  deploymentZoneSlug: string | null
}

/** An instance as people list it: with the names of what it belongs to, null where those are gone. */
export interface NamedInstance extends InstanceView {
  customerName: string | null
  licenseName: string | null
}

/** Members that name another object, by id or by slug. At most one of a pair may be given, or both must agree. */
const references = {
  customerId: Reference.optional(),
  customerSlug: Reference.optional(),
  licenseId: Reference.optional(),
  licenseSlug: Reference.optional(),
  deploymentZoneId: Reference.nullish(),
  deploymentZoneSlug: Reference.nullish(),
}

export const InstanceDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  description: Description.nullish(),
  ...references,
  startLicenseDate: Moment.nullish(),
  /** Left out: one year after the start. Null: never ends. */
  endLicenseDate: Moment.nullish(),
  metadata: Metadata.nullish(),
})

export const InstanceChanges = z.strictObject({
  name: Name,
  description: Description.nullable(),
  ...references,
  startLicenseDate: Moment,
  endLicenseDate: Moment.nullable(),
  metadata: Metadata.nullable(),
})

export const Instance = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string().nullable(),
  description: z.string(),
  customerId: z.uuid(),
  customerSlug: z.string().nullable(),
  licenseId: z.uuid(),
  licenseSlug: z.string().nullable(),
  deploymentZoneId: z.uuid().nullable(),
  deploymentZoneSlug: z.string().nullable(),
  startLicenseDate: Moment,
  endLicenseDate: Moment.nullable(),
  metadata: Metadata,
  deletedAt: Moment.nullable(),
  ...stampMembers,
})

export const instanceJson = (row: InstanceView): z.infer<typeof Instance> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  description: row.description,
  customerId: row.customerId,
  customerSlug: row.customerSlug,
  licenseId: row.licenseId,
  licenseSlug: row.licenseSlug,
  deploymentZoneId: row.deploymentZoneId,
  deploymentZoneSlug: row.deploymentZoneSlug,
  startLicenseDate: rfc3339(row.startLicenseDate),
  endLicenseDate: rfc3339OrNull(row.endLicenseDate),
  metadata: row.metadata,
  deletedAt: rfc3339OrNull(row.deletedAt),
  ...stampJson(row),
})

/** A license grants from its start up to, not including, its end. */
export const isLicenseActive = (
  { startLicenseDate, endLicenseDate }: Pick<InstanceRecord, 'startLicenseDate' | 'endLicenseDate'>,
  now: number,
): boolean => startLicenseDate <= now && (endLicenseDate === null || now < endLicenseDate)

type LicenseDates = Pick<InstanceRecord, 'startLicenseDate' | 'endLicenseDate'>
type GivenDates = { [M in keyof LicenseDates]?: string | null | undefined }

/**
 * The dates that an input and what is kept of before come to. Without an end of either, the license ends a year after it
 * starts; null never ends. Throws 422 unless it ends after it starts.
 */
export function licenseDates(
  given: GivenDates,
  kept: { startLicenseDate: number; endLicenseDate?: number | null },
): LicenseDates {
  const start = given.startLicenseDate ? Date.parse(given.startLicenseDate) : kept.startLicenseDate
  const { endLicenseDate: before = oneYearAfter(start) } = kept
  const end = given.endLicenseDate ? Date.parse(given.endLicenseDate) : given.endLicenseDate === null ? null : before
  if (end !== null && end <= start)
    throw invalid(
      given.endLicenseDate
        ? { location: 'body.endLicenseDate', message: 'must be after startLicenseDate', value: given.endLicenseDate }
        : { location: 'body.startLicenseDate', message: `must be before the end, ${rfc3339(end)}` },
    )
  return { startLicenseDate: start, endLicenseDate: end }
}

/** The same day and time a year on; 29 February becomes the 28th. Never beyond what RFC 3339 can write. */
export function oneYearAfter(start: number): number {
  const date = new Date(start)
  const month = date.getUTCMonth()
  date.setUTCFullYear(date.getUTCFullYear() + 1)
  if (date.getUTCMonth() !== month) date.setUTCDate(0)
  return Math.min(date.getTime(), lastMoment)
}
