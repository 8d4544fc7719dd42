import { type SelectQueryBuilder, sql } from 'kysely'
import type { DeploymentOfRelease } from '../domain/deployment-zone.ts'
import { holdersAtMost } from '../domain/holders.ts'
import type { ReleaseState, ReleaseView } from '../domain/release.ts'
import type { Source } from './pages.ts'
import { q, query, type Statement } from './query.ts'
import { at } from './references.ts'
import type { Tables } from './tables.ts'

/** The ids of a release's components in their order, as JSON text, which is read like every column of this name. */
const componentIds = sql<string[]>`(
  select json_group_array("componentId" order by "position") from release_components
  where "releaseId" = "releases"."id"
)`.as('componentIds')

const views: SelectQueryBuilder<Tables, 'releases', ReleaseView> = q
  .selectFrom('releases')
  .selectAll('releases')
  .select(componentIds)

/** Not deployed yet, run by a zone, or run by none any more. */
const inState = {
  planned: sql<boolean>`not exists (select 1 from deployments where "releaseId" = "releases"."id")`,
  deployed: sql<boolean>`exists (select 1 from deployment_zones where "releaseId" = "releases"."id")`,
  superseded: sql<boolean>`exists (select 1 from deployments where "releaseId" = "releases"."id")
    and not exists (select 1 from deployment_zones where "releaseId" = "releases"."id")`,
} as const satisfies Record<ReleaseState, unknown>

export function releasesOf(organization: string, state?: ReleaseState): Source<ReleaseView> {
  const rows = views.where('organizationId', '=', organization)
  return {
    list: 'releases',
    table: 'releases',
    rows: state ? rows.where(inState[state]) : rows,
    columns: { name: 'version', updatedAt: 'createdAt' },
    searched: ['version', 'slug'],
    filters: { state },
    scans: state !== undefined,
  }
}

type Place = { organization: string; reference: string }

const releaseById = query((p: Place) =>
  views.where('organizationId', '=', p.organization).where('id', '=', p.reference),
)
const releaseBySlug = query((p: Place) =>
  views.where('organizationId', '=', p.organization).where('slug', '=', p.reference),
)

export const releaseAt = (organization: string, reference: string): Statement<ReleaseView> =>
  at(releaseById, releaseBySlug, { organization, reference })

export const releaseOfVersion = query((p: { organization: string; version: string }) =>
  q.selectFrom('releases').select('id').where('organizationId', '=', p.organization).where('version', '=', p.version),
)

interface Part {
  organization: string
  release: string
  component: string
  position: number
}

export const insertReleaseComponent = query((p: Part) =>
  q.insertInto('release_components').values({
    organizationId: p.organization,
    releaseId: p.release,
    componentId: p.component,
    position: p.position,
  }),
)

export const deleteReleaseComponents = query((p: { release: string }) =>
  q.deleteFrom('release_components').where('releaseId', '=', p.release),
)

/** Closes the line of releases over one that is deleted. */
export const skipRelease = query((p: { release: string; previous: string | null }) =>
  q.updateTable('releases').set({ previousReleaseId: p.previous }).where('previousReleaseId', '=', p.release),
)

/** The zones that a release was deployed to: deployments outlive their zone. */
export const zonesOfRelease = query((p: { release: string }) =>
  q
    .selectFrom('deployments')
    .leftJoin('deployment_zones', 'deployment_zones.id', 'deployments.deploymentZoneId')
    .select([
      'deployments.deploymentZoneId as id',
      sql<string>`coalesce("deployment_zones"."name", 'a deleted zone')`.as('name'),
    ])
    .where('deployments.releaseId', '=', p.release)
    .limit(holdersAtMost + 1),
)

// ---- where releases are

/** The state of each of some releases. `ids` is a JSON list. */
export const statesOfReleases = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('releases')
    .select([
      'id',
      sql<ReleaseState>`case when ${inState.deployed} then 'deployed' when ${inState.planned} then 'planned'
        else 'superseded' end`.as('state'),
    ])
    .where('organizationId', '=', p.organization)
    .where('id', 'in', sql<string>`(select value from json_each(${p.ids}))`),
)

/** The zones that run each of some releases now, the first few by name, and how many they are. */
export const zonesRunning = query((p: { organization: string; ids: string; perRelease: number }) =>
  q
    .selectFrom(
      q
        .selectFrom('deployment_zones')
        .select(({ fn }) => [
          'releaseId',
          'name',
          'slug',
          fn
            .countAll<number>()
            .over(over => over.partitionBy('releaseId'))
            .as('counted'),
          fn
            .agg<number>('row_number')
            .over(over => over.partitionBy('releaseId').orderBy('name').orderBy('id'))
            .as('place'),
        ])
        .where('organizationId', '=', p.organization)
        .where('releaseId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
        .as('ranked'),
    )
    .selectAll('ranked')
    .where('place', '<=', p.perRelease)
    .orderBy('place'),
)

/** What people call some releases. `ids` is a JSON list. */
export const releasesByIds = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('releases')
    .select(['id', 'version', 'slug'])
    .where('organizationId', '=', p.organization)
    .where('id', 'in', sql<string>`(select value from json_each(${p.ids}))`),
)

/** The newest, to choose from: without their components. */
export const newestReleases = query((p: { organization: string; limit: number }) =>
  q
    .selectFrom('releases')
    .select(['version', 'slug'])
    .where('organizationId', '=', p.organization)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** The releases that come right after one. */
export const releasesAfter = query((p: { release: string; limit: number }) =>
  q
    .selectFrom('releases')
    .select(['version', 'slug'])
    .where('previousReleaseId', '=', p.release)
    .orderBy('createdAt')
    .limit(p.limit),
)

/** Where and when a release was deployed. A zone may be gone since: its slug is null then. */
export const deploymentsOfRelease = (organization: string, release: string): Source<DeploymentOfRelease> => ({
  list: 'deployments-of-release',
  table: 'deployments',
  rows: q
    .selectFrom('deployments')
    .leftJoin('deployment_zones', 'deployment_zones.id', 'deployments.deploymentZoneId')
    .selectAll('deployments')
    .select(['deployment_zones.slug as deploymentZoneSlug', 'deployment_zones.name as deploymentZoneName'])
    .where('deployments.organizationId', '=', organization)
    .where('deployments.releaseId', '=', release),
  columns: { name: 'createdAt', updatedAt: 'createdAt' },
  searched: ['deployment_zones.name', 'deployment_zones.slug'],
  filters: { release },
  scans: true,
})
