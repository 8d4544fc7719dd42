import { isId } from '../domain/slug.ts'
import { bound, q, query, type RowOf, type Statement } from './query.ts'

/** A living instance with everything around it that rules of flags may read, in one look. */
const instances = q
  .selectFrom('instances')
  .innerJoin('customers', 'customers.id', 'instances.customerId')
  .innerJoin('licenses', 'licenses.id', 'instances.licenseId')
  .leftJoin('deployment_zones', 'deployment_zones.id', 'instances.deploymentZoneId')
  .leftJoin('releases', 'releases.id', 'deployment_zones.releaseId')
  .select([
    'instances.id',
    'instances.slug',
    'instances.name',
    'instances.metadata',
    'instances.startLicenseDate',
    'instances.endLicenseDate',
    'customers.id as customerId',
    'customers.slug as customerSlug',
    'customers.name as customerName',
    'customers.externalCustomerId',
    'licenses.slug as licenseSlug',
    'licenses.familySlug',
    'licenses.type as licenseType',
    'deployment_zones.slug as zoneSlug',
    'deployment_zones.type as zoneType',
    'releases.slug as releaseSlug',
  ])
  .where('instances.deletedAt', 'is', null)

type Place = { organization: string; reference: string }

const instanceBy = (column: 'id' | 'slug') =>
  query((p: Place) =>
    instances.where('instances.organizationId', '=', p.organization).where(`instances.${column}`, '=', p.reference),
  )
const byId = instanceBy('id')
const bySlug = instanceBy('slug')
export type InstanceFactsRow = RowOf<typeof byId>

export const instanceFactsAt = (organization: string, reference: string): Statement<InstanceFactsRow> =>
  isId(reference)
    ? bound(byId, { organization, reference: reference.toLowerCase() })
    : bound(bySlug, { organization, reference })

/** Two at most: whether there is a single one is all that is asked. */
export const instancesOfCustomerSlug = query((p: Place) =>
  instances.where('customers.organizationId', '=', p.organization).where('customers.slug', '=', p.reference).limit(2),
)
