import type { GrantRecord, GrantView } from '../domain/license.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

/** What licenses grant, with the names of both ends. */
const grants = q
  .selectFrom('license_entitlements')
  .innerJoin('licenses', 'licenses.id', 'license_entitlements.licenseId')
  .innerJoin('entitlements', 'entitlements.id', 'license_entitlements.entitlementId')
  .selectAll('license_entitlements')
  .select([
    'licenses.slug as licenseSlug',
    'entitlements.slug as entitlementSlug',
    'entitlements.name as entitlementName',
    'entitlements.type as entitlementType',
  ])

const ofLicense = (p: { organization: string; license: string }) =>
  grants
    .where('license_entitlements.organizationId', '=', p.organization)
    .where('license_entitlements.licenseId', '=', p.license)

/** A list by name is in the order of the entitlements' names, and a search looks for those. */
export const grantsOf = (organization: string, license: string): Source<GrantRecord> => ({
  list: 'license-entitlements',
  table: 'grants',
  rows: q.selectFrom(ofLicense({ organization, license }).as('grants')).selectAll(),
  columns: { name: 'entitlementName' },
  searched: ['entitlementName', 'entitlementSlug'],
  filters: { license },
  // The order of creation alone has an index.
  scans: true,
})

const views = (p: { organization: string; license: string }) =>
  ofLicense(p).select([
    'entitlements.unitSingular',
    'entitlements.unitPlural',
    'entitlements.resetPeriod',
    'entitlements.aggregationMethod',
  ])

/** For people: with the units that values are said in. */
export const grantViewsOf = (organization: string, license: string): Source<GrantView> => ({
  ...grantsOf(organization, license),
  list: 'license-entitlement-views',
  rows: q.selectFrom(views({ organization, license }).as('grants')).selectAll(),
})

/** Those of a license, at most so many: to compare licenses by. */
export const someGrantViewsOf = query((p: { organization: string; license: string; limit: number }) =>
  views(p).orderBy('entitlements.name').orderBy('license_entitlements.id').limit(p.limit),
)

export const grantViewOf = query((p: { organization: string; license: string; entitlement: string }) =>
  views(p).where('license_entitlements.entitlementId', '=', p.entitlement),
)

export const allGrantsOf = query((p: { organization: string; license: string }) =>
  ofLicense(p).orderBy('license_entitlements.createdAt').orderBy('license_entitlements.id'),
)

export const grantOf = query((p: { organization: string; license: string; entitlement: string }) =>
  ofLicense(p).where('license_entitlements.entitlementId', '=', p.entitlement),
)
