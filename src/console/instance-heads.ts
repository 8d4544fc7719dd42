import type { InstanceHead } from '../../views/instance-layout.tsx'
import { seen } from '../actions/instances.ts'
import { found } from '../domain/problem.ts'
import { customerAt } from '../store/customers.ts'
import { deploymentZoneAt } from '../store/deployment-zones.ts'
import { instanceOrDeletedAt } from '../store/instances.ts'
import { licenseAt } from '../store/licenses.ts'
import type { House } from '../web/house.ts'
import type { Ask } from './page.ts'

/**
 * The instance of an address /customers/{customer}/instances/{instance}, with what it belongs to: four rows by key. A
 * deleted one is found by its id. Throws 404 also where it is not this customer's.
 */
export function instanceHead(
  house: Pick<House, 'read'>,
  { principal, at }: Pick<Ask, 'principal' | 'at'>,
): InstanceHead {
  const { organization } = principal
  const instance = seen(house.read.find(instanceOrDeletedAt(organization, at.instance)), principal)
  const isOfCustomer = [instance.customerSlug, instance.customerId].includes(at.customer)
  found(isOfCustomer ? instance : undefined, 'Instance.NotFound')
  const { customerId, licenseId, deploymentZoneId } = instance
  return {
    instance,
    customer: house.read.find(customerAt(organization, customerId)),
    license: house.read.find(licenseAt(organization, licenseId)),
    zone: deploymentZoneId === null ? undefined : house.read.find(deploymentZoneAt(organization, deploymentZoneId)),
  }
}
