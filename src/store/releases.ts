import { type SelectQueryBuilder, sql } from 'kysely'
import { holdersAtMost } from '../domain/holders.ts'
import type { ReleaseView } from '../domain/release.ts'
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

export const releasesOf = (organization: string): Source<ReleaseView> => ({
  list: 'releases',
  table: 'releases',
  rows: views.where('organizationId', '=', organization),
  columns: { name: 'version', updatedAt: 'createdAt' },
  searched: ['version', 'slug'],
  filters: {},
})

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
