import { isLicenseActive } from './instance.ts'
import { formatTimestamp, Timestamp, timestampOfMilliseconds } from './rule/time.ts'
import type { effectiveEntitlement } from './usage-answer.ts'

/** An instance with what surrounds it, as it is read for rules. */
export interface Surrounded {
  id: string
  slug: string | null
  name: string
  metadata: object
  startLicenseDate: number
  endLicenseDate: number | null
  customerId: string
  customerSlug: string
  customerName: string
  externalCustomerId: string | null
  licenseSlug: string
  familySlug: string
  licenseType: string
  zoneSlug: string | null
  zoneType: string | null
  releaseSlug: string | null
}

/**
 * What rules read as `__kaiten`. Times are timestamps, so that they compare with `now`; an unlimited quota has an
 * infinite limit and remainder; an instance without a zone has no `zone`. Source: flags.md, "Instance facts".
 */
export function instanceFacts(
  row: Surrounded,
  entitlements: readonly ReturnType<typeof effectiveEntitlement>[],
  now: number,
): object {
  return {
    instance: { id: row.id, slug: row.slug, name: row.name, metadata: row.metadata },
    customer: {
      id: row.customerId,
      slug: row.customerSlug,
      name: row.customerName,
      externalCustomerId: row.externalCustomerId,
    },
    license: {
      slug: row.licenseSlug,
      family: row.familySlug,
      type: row.licenseType,
      active: isLicenseActive(row, now),
      startsAt: timestampOfMilliseconds(row.startLicenseDate),
      endsAt: row.endLicenseDate === null ? null : timestampOfMilliseconds(row.endLicenseDate),
    },
    ...(row.zoneSlug !== null && { zone: { slug: row.zoneSlug, type: row.zoneType, release: row.releaseSlug } }),
    entitlements: Object.fromEntries(entitlements.map(each => [each.slug, entitlementFacts(each)])),
  }
}

function entitlementFacts(entitlement: ReturnType<typeof effectiveEntitlement>): object {
  const { enabled, value } = entitlement
  if (value.type === 'boolean') return { enabled }
  if (value.type === 'object') return { enabled, value: value.value }
  const { unlimited, limit, remaining } = entitlement
  return {
    enabled,
    limit: unlimited ? Number.POSITIVE_INFINITY : limit,
    used: entitlement.current_usage,
    remaining: unlimited ? Number.POSITIVE_INFINITY : remaining,
    percentage: entitlement.percentage_used,
    unlimited,
  }
}

/** Facts as answers show them: times as RFC 3339, what is infinite as null. */
export const factsJson = (facts: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(facts, (_, value) => (value instanceof Timestamp ? formatTimestamp(value) : value)))
