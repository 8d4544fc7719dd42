import { sql } from 'kysely'
import type { CustomerRecord } from '../domain/customer.ts'
import type { EntitlementRecord, EntitlementType } from '../domain/entitlement.ts'
import { holdersAtMost } from '../domain/holders.ts'
import type { GrantingLicenseRecord } from '../domain/license.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export { entitlementAt } from './references.ts'

export function entitlementsOf(organization: string, type: EntitlementType | undefined): Source<EntitlementRecord> {
  const rows = q.selectFrom('entitlements').selectAll().where('organizationId', '=', organization)
  return {
    list: 'entitlements',
    table: 'entitlements',
    rows: type ? rows.where('type', '=', type) : rows,
    filters: { type },
    scans: type !== undefined,
  }
}

/** The entitlements that a license does not grant: what can be added to it. */
export const entitlementsNotOn = (organization: string, license: string): Source<EntitlementRecord> => ({
  list: 'entitlements-not-on',
  table: 'entitlements',
  rows: q
    .selectFrom('entitlements')
    .selectAll()
    .where('organizationId', '=', organization)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('license_entitlements')
            .select('license_entitlements.id')
            .whereRef('license_entitlements.entitlementId', '=', 'entitlements.id')
            .where('license_entitlements.licenseId', '=', license),
        ),
      ),
    ),
  filters: { license },
  scans: true,
})

/** The licenses that grant an entitlement, with what they grant of it. */
export const licensesGranting = (organization: string, entitlement: string): Source<GrantingLicenseRecord> => ({
  list: 'licenses-granting',
  table: 'licenses',
  rows: q
    .selectFrom('license_entitlements')
    .innerJoin('licenses', 'licenses.id', 'license_entitlements.licenseId')
    .selectAll('licenses')
    .select(['license_entitlements.value', 'license_entitlements.limitCapExceededOveragePercent'])
    .where('licenses.organizationId', '=', organization)
    .where('license_entitlements.entitlementId', '=', entitlement),
  filters: { entitlement },
  scans: true,
})

/** The customers with a living instance whose license grants an entitlement, each once. */
export const customersGranted = (organization: string, entitlement: string): Source<CustomerRecord> => ({
  list: 'customers-granted',
  table: 'customers',
  rows: q
    .selectFrom('customers')
    .selectAll()
    .where('customers.organizationId', '=', organization)
    .where('customers.id', 'in', ({ selectFrom }) =>
      selectFrom('license_entitlements')
        .innerJoin('instances', 'instances.licenseId', 'license_entitlements.licenseId')
        .select('instances.customerId')
        .where('license_entitlements.entitlementId', '=', entitlement)
        .where('instances.deletedAt', 'is', null),
    ),
  filters: { entitlement },
  scans: true,
})

/** How many licenses grant each of some entitlements; those that none does are left out. `ids` is a JSON list. */
export const licensesPerEntitlement = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('license_entitlements')
    .select(({ fn }) => ['entitlementId', fn.countAll<number>().as('licenses')])
    .where('organizationId', '=', p.organization)
    .where('entitlementId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
    .groupBy('entitlementId'),
)

export const licensesHoldingEntitlement = query((p: { entitlement: string }) =>
  q
    .selectFrom('license_entitlements')
    .innerJoin('licenses', 'licenses.id', 'license_entitlements.licenseId')
    .select(['licenses.id', 'licenses.name'])
    .where('license_entitlements.entitlementId', '=', p.entitlement)
    .orderBy('license_entitlements.licenseId')
    .limit(holdersAtMost + 1),
)

/** A row per window of use, of deleted instances too: their use is kept. */
export const instancesUsingEntitlement = query((p: { entitlement: string }) =>
  q
    .selectFrom('entitlement_usages')
    .innerJoin('instances', 'instances.id', 'entitlement_usages.instanceId')
    .select(['instances.id', 'instances.name'])
    .where('entitlement_usages.entitlementId', '=', p.entitlement)
    .limit(holdersAtMost + 1),
)

/** A row if the entitlement is granted by a license or has usage. */
export const useOfEntitlement = query((p: { entitlement: string }) =>
  q
    .selectFrom('license_entitlements')
    .select('entitlementId')
    .where('entitlementId', '=', p.entitlement)
    .unionAll(q.selectFrom('entitlement_usages').select('entitlementId').where('entitlementId', '=', p.entitlement))
    .limit(1),
)
