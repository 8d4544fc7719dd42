import { LicenseEntitlement, licenseEntitlementJson } from '../domain/license.ts'
import { grantOf, grantsOf } from '../store/license-entitlements.ts'
import { bound } from '../store/query.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'
import { entitlementOf, licenseOf } from './lookups.ts'

const grants = '/licenses/{license}/entitlements'
const grant = `${grants}/{entitlement}`

export const licenseEntitlements = (house: House): Route[] => [
  list(house, grants, {
    summary: 'List what a license grants',
    demand: 'read:licenses',
    answers: LicenseEntitlement,
    json: licenseEntitlementJson,
    source: ({ principal, at }) => grantsOf(principal.organization, licenseOf(house, principal, at.license).id),
  }),
  create(house, grants, 'licenseEntitlements.assign', {
    summary: 'Grant an entitlement',
    description:
      'The tag of `value` is `number` for NUMBER (-1 is unlimited), `boolean` for BOOLEAN and `object` for CONFIG, ' +
      'which takes any JSON but null. Instances on the license have it with the next request.',
    answers: LicenseEntitlement,
    location: ({ licenseSlug, entitlementSlug }) => `/licenses/${licenseSlug}/entitlements/${entitlementSlug}`,
  }),
  show(house, grant, {
    summary: 'Show what a license grants of an entitlement',
    demand: 'read:licenses',
    answers: LicenseEntitlement,
    json: licenseEntitlementJson,
    notFound: 'LicenseEntitlement.NotFound',
    row: ({ principal, at }) =>
      bound(grantOf, {
        organization: principal.organization,
        license: licenseOf(house, principal, at.license).id,
        entitlement: entitlementOf(house, principal, at.entitlement).id,
      }),
  }),
  update(house, grant, 'licenseEntitlements.update', {
    summary: 'Change what a license grants of an entitlement',
    answers: LicenseEntitlement,
  }),
  remove(house, grant, 'licenseEntitlements.unassign', 'Take an entitlement from a license'),
]
