import type { SelectQueryBuilder } from 'kysely'
import type { InstanceView, NamedInstance } from '../domain/instance.ts'
import type { Sort } from '../domain/list.ts'
import type { Source } from './pages.ts'
import { q, query, type Statement } from './query.ts'
import { at } from './references.ts'
import type { Tables } from './tables.ts'

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
const living = views.where('instances.deletedAt', 'is', null)

type Place = { organization: string; reference: string }

const by = (from: typeof views, column: 'id' | 'slug') =>
  query((p: Place) =>
    from.where('instances.organizationId', '=', p.organization).where(`instances.${column}`, '=', p.reference),
  )
const livingById = by(living, 'id')
const livingBySlug = by(living, 'slug')
const anyById = by(views, 'id')

/** A living instance by slug or id. */
export const instanceAt = (organization: string, reference: string): Statement<InstanceView> =>
  at(livingById, livingBySlug, { organization, reference })

/** The deleted ones too. They have no slug, so they are found by id only. */
export const instanceOrDeletedAt = (organization: string, reference: string): Statement<InstanceView> =>
  at(anyById, livingBySlug, { organization, reference })

/** Ids of what the instances are to belong to, and the one instance that the asker may see. */
export interface InstanceFilters {
  customer?: string | undefined
  license?: string | undefined
  zone?: string | undefined
  only?: string | undefined
  includeDeleted?: boolean | undefined
}

/** The columns of an instance that lists are filtered by. Each has an index in order of creation. */
const filterColumns = {
  customer: 'instances.customerId',
  license: 'instances.licenseId',
  zone: 'instances.deploymentZoneId',
} as const

export function instancesOf(organization: string, sort: Sort, filters: InstanceFilters): Source<InstanceView> {
  const { only, includeDeleted = false } = filters
  const given = (['customer', 'license', 'zone'] as const).filter(name => filters[name] !== undefined)
  let rows: SelectQueryBuilder<Tables, 'instances', InstanceView> = includeDeleted ? views : living
  for (const name of given) rows = rows.where(filterColumns[name], '=', filters[name] as string)
  // What a filter names is of the organization already; asking for both would tempt SQLite into the other index.
  if (given.length === 0) rows = rows.where('instances.organizationId', '=', organization)
  if (only !== undefined) rows = rows.where('instances.id', '=', only)
  const isOrdered = given.length === 0 || (given.length === 1 && sort.endsWith('createdAt'))
  return {
    list: 'instances',
    table: 'instances',
    rows: rows as Source<InstanceView>['rows'],
    filters: { ...filters },
    scans: includeDeleted || !isOrdered,
  }
}

/** For people, who look for an instance by its customer too. */
export function namedInstancesOf(organization: string, sort: Sort, filters: InstanceFilters): Source<NamedInstance> {
  const source = instancesOf(organization, sort, filters)
  // The builder's own type does not know the tables that are joined in it.
  const rows = source.rows as unknown as typeof views
  return {
    ...source,
    list: 'named-instances',
    rows: rows.select([
      'customers.name as customerName',
      'licenses.name as licenseName',
    ]) as unknown as Source<NamedInstance>['rows'],
    searched: ['name', 'slug', 'customers.name', 'customers.slug'],
  }
}

// ---- ends of licenses, told of by the clock. The condition stands as the index instances_by_end has it.

/** The organizations in which licenses ended that nobody was told of yet: one look into the index for each. */
export const organizationsWithExpiries = query((p: { now: number }) =>
  q
    .selectFrom('organizations')
    .select('organizations.id as organizationId')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('instances')
          .select('instances.id')
          .whereRef('instances.organizationId', '=', 'organizations.id')
          .where('instances.deletedAt', 'is', null)
          .where('instances.expiryToldFor', 'is distinct from', ({ ref }) => ref('instances.endLicenseDate'))
          .where('instances.endLicenseDate', '<=', p.now),
      ),
    ),
)

export const instancesToExpire = query((p: { organization: string; now: number; limit: number }) =>
  living
    .where('instances.expiryToldFor', 'is distinct from', ({ ref }) => ref('instances.endLicenseDate'))
    .where('instances.endLicenseDate', '<=', p.now)
    .where('instances.organizationId', '=', p.organization)
    .orderBy('instances.endLicenseDate')
    .limit(p.limit),
)

/** Only another end is told of again. Nobody changed the instance, so its revision stays. */
export const recordExpiry = query((p: { id: string; end: number | null }) =>
  q.updateTable('instances').set({ expiryToldFor: p.end }).where('id', '=', p.id),
)
