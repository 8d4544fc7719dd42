import { type SelectQueryBuilder, sql } from 'kysely'
import type { DeploymentView, DeploymentZoneView } from '../domain/deployment-zone.ts'
import type { Source } from './pages.ts'
import { q, query, type Statement } from './query.ts'
import { at } from './references.ts'
import type { Tables } from './tables.ts'

const views: SelectQueryBuilder<Tables, 'deployment_zones', DeploymentZoneView> = q
  .selectFrom('deployment_zones')
  .leftJoin('releases', 'releases.id', 'deployment_zones.releaseId')
  .selectAll('deployment_zones')
  .select('releases.slug as releaseSlug')

type ZoneType = DeploymentZoneView['type']

export function deploymentZonesOf(organization: string, type?: ZoneType): Source<DeploymentZoneView> {
  const rows = views.where('deployment_zones.organizationId', '=', organization)
  return {
    list: 'deployment-zones',
    table: 'deployment_zones',
    rows: type ? rows.where('deployment_zones.type', '=', type) : rows,
    filters: { type },
    scans: type !== undefined,
  }
}

type Place = { organization: string; reference: string }

const zoneBy = (column: 'id' | 'slug') =>
  query((p: Place) =>
    views
      .where('deployment_zones.organizationId', '=', p.organization)
      .where(`deployment_zones.${column}`, '=', p.reference),
  )
const zoneById = zoneBy('id')
const zoneBySlug = zoneBy('slug')

/** A zone with the slug of its release, by slug or id. */
export const deploymentZoneAt = (organization: string, reference: string): Statement<DeploymentZoneView> =>
  at(zoneById, zoneBySlug, { organization, reference })

export const deploymentsOf = (organization: string, zone: string): Source<DeploymentView> => ({
  list: 'deployments',
  table: 'deployments',
  rows: q
    .selectFrom('deployments')
    .innerJoin('releases', 'releases.id', 'deployments.releaseId')
    .innerJoin('deployment_zones', 'deployment_zones.id', 'deployments.deploymentZoneId')
    .selectAll('deployments')
    .select(['releases.slug as releaseSlug', 'deployment_zones.slug as deploymentZoneSlug'])
    .where('deployments.organizationId', '=', organization)
    .where('deployments.deploymentZoneId', '=', zone),
  columns: { name: 'createdAt', updatedAt: 'createdAt' },
  searched: ['releases.version', 'releases.slug'],
  filters: { zone },
})

// ---- the instances of a zone

export const countInstancesInZone = query((p: { zone: string }) =>
  q
    .selectFrom('instances')
    .select(({ fn }) => fn.countAll<number>().as('counted'))
    .where('deploymentZoneId', '=', p.zone)
    .where('deletedAt', 'is', null),
)

/** How many living instances each of some zones has; those without any are left out. `ids` is a JSON list. */
export const instancesPerZone = query((p: { ids: string }) =>
  q
    .selectFrom('instances')
    .select(({ fn }) => ['deploymentZoneId', fn.countAll<number>().as('instances')])
    .where('deploymentZoneId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
    .where('deletedAt', 'is', null)
    .groupBy('deploymentZoneId'),
)

export const slugsInZone = query((p: { zone: string; limit: number }) =>
  q
    .selectFrom('instances')
    .select('slug')
    .where('deploymentZoneId', '=', p.zone)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(p.limit),
)

/** Takes every instance out of a zone, the deleted ones too: they must not be restored into a zone that is gone. */
export const clearZone = query((p: { zone: string; now: number; by: string }) =>
  q
    .updateTable('instances')
    .set(({ eb }) => ({
      deploymentZoneId: null,
      updatedAt: p.now,
      updatedBy: p.by,
      revision: eb('revision', '+', 1),
    }))
    .where('deploymentZoneId', '=', p.zone),
)
