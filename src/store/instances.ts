import type { InstanceView } from '../domain/instance.ts'
import { q, query, type Statement } from './query.ts'
import { at } from './references.ts'

const views = q
  .selectFrom('instances')
  .leftJoin('customers', 'customers.id', 'instances.customerId')
  .leftJoin('licenses', 'licenses.id', 'instances.licenseId')
  .leftJoin('deployment_zones', 'deployment_zones.id', 'instances.deploymentZoneId')
  .selectAll('instances')
  .select([
    'customers.slug as customerSlug',
    'licenses.slug as licenseSlug',
    'deployment_zones.slug as deploymentZoneSlug',
  ])

type Place = { organization: string; reference: string }

const living = views.where('instances.deletedAt', 'is', null)

const livingById = query((p: Place) =>
  living.where('instances.organizationId', '=', p.organization).where('instances.id', '=', p.reference),
)
const livingBySlug = query((p: Place) =>
  living.where('instances.organizationId', '=', p.organization).where('instances.slug', '=', p.reference),
)

/** A living instance by slug or id. */
export const instanceAt = (organization: string, reference: string): Statement<InstanceView> =>
  at(livingById, livingBySlug, { organization, reference })
