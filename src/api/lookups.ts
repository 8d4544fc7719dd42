import { seen } from '../actions/instances.ts'
import type { Principal } from '../domain/principal.ts'
import { found, invalid } from '../domain/problem.ts'
import { instanceAt } from '../store/instances.ts'
import { entitlementAt, licenseAt } from '../store/references.ts'
import type { House } from '../web/house.ts'

/** A living instance of the address that the principal may see, else 404. */
export function instanceOf({ read }: House, principal: Principal, reference: string) {
  return seen(read.find(instanceAt(principal.organization, reference)), principal)
}

/** An entitlement of the address, else 404. */
export function entitlementOf({ read }: House, principal: Principal, reference: string) {
  return found(read.find(entitlementAt(principal.organization, reference)), 'Entitlement.NotFound')
}

/** A license of the address, else 404. */
export function licenseOf({ read }: House, principal: Principal, reference: string) {
  return found(read.find(licenseAt(principal.organization, reference)), 'License.NotFound')
}

/** An entitlement named in a query, else 422 at its place. */
export function entitlementIn({ read }: House, principal: Principal, reference: string, location: string) {
  const row = read.find(entitlementAt(principal.organization, reference))
  if (row) return row
  throw invalid({ location, message: 'is not an entitlement', value: reference })
}
