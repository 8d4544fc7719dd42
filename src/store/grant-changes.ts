import { q, query } from './query.ts'

/** Uses of an entitlement, in their current windows, by living instances on a license that is active for them. */
interface Above {
  organization: string
  license: string
  entitlement: string
  least: number
  now: number
}

const above = (p: Above) =>
  q
    .selectFrom('entitlement_usages as meter')
    .innerJoin('instances', 'instances.id', 'meter.instanceId')
    .where('meter.organizationId', '=', p.organization)
    .where('meter.entitlementId', '=', p.entitlement)
    .where('meter.usageReal', '>=', p.least)
    // Windows do not overlap, so the one that has not ended is the current one.
    .where(({ or, eb }) => or([eb('meter.periodEnd', 'is', null), eb('meter.periodEnd', '>', p.now)]))
    .where('instances.licenseId', '=', p.license)
    .where('instances.deletedAt', 'is', null)
    .where('instances.startLicenseDate', '<=', p.now)
    .where(({ or, eb }) => or([eb('instances.endLicenseDate', 'is', null), eb('instances.endLicenseDate', '>', p.now)]))

/** The highest first, by the index that has an entitlement's uses in their order. */
export const usesAbove = query((p: Above & { limit: number }) =>
  above(p)
    .innerJoin('customers', 'customers.id', 'instances.customerId')
    .select(['meter.usage', 'meter.sum', 'meter.eventCount'])
    .select(['instances.id', 'instances.name', 'instances.slug', 'customers.slug as customerSlug'])
    .orderBy('meter.usageReal', 'desc')
    .limit(p.limit),
)

export const countUsesAbove = query((p: Above) => above(p).select(({ fn }) => fn.countAll<number>().as('uses')))
