import { Customer, customerJson } from '../domain/customer.ts'
import { Entitlement, EntitlementType, entitlementJson } from '../domain/entitlement.ts'
import { GrantingLicense, grantingLicenseJson } from '../domain/license.ts'
import { customersGranted, entitlementAt, entitlementsOf, licensesGranting } from '../store/entitlements.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'
import { entitlementOf } from './lookups.ts'

const entitlement = '/entitlements/{entitlement}'

export const entitlements = (house: House): Route[] => [
  list(house, '/entitlements', {
    summary: 'List entitlements',
    demand: 'read:entitlements',
    answers: Entitlement,
    json: entitlementJson,
    filters: { type: EntitlementType.optional() },
    source: ({ principal, query }) => entitlementsOf(principal.organization, query.type as EntitlementType | undefined),
  }),
  create(house, '/entitlements', 'entitlements.create', {
    summary: 'Create an entitlement',
    description: 'The members of a meter, from `meterType` to `resetAnchor`, are for NUMBER entitlements.',
    answers: Entitlement,
    location: ({ slug }) => `/entitlements/${slug}`,
  }),
  show(house, entitlement, {
    summary: 'Show an entitlement',
    demand: 'read:entitlements',
    answers: Entitlement,
    json: entitlementJson,
    notFound: 'Entitlement.NotFound',
    row: ({ principal, at }) => entitlementAt(principal.organization, at.entitlement),
  }),
  update(house, entitlement, 'entitlements.update', {
    summary: 'Change an entitlement',
    description: 'How it is measured cannot change once a license grants it or an instance has used it.',
    answers: Entitlement,
  }),
  remove(house, entitlement, 'entitlements.delete', 'Delete an entitlement that is neither granted nor used'),
  list(house, `${entitlement}/licenses`, {
    summary: 'List the licenses that grant an entitlement, with what they grant of it',
    demand: 'read:entitlements',
    answers: GrantingLicense,
    json: grantingLicenseJson,
    source: ({ principal, at }) =>
      licensesGranting(principal.organization, entitlementOf(house, principal, at.entitlement).id),
  }),
  list(house, `${entitlement}/customers`, {
    summary: 'List the customers with an instance whose license grants an entitlement',
    demand: 'read:entitlements',
    answers: Customer,
    json: customerJson,
    source: ({ principal, at }) =>
      customersGranted(principal.organization, entitlementOf(house, principal, at.entitlement).id),
  }),
]
