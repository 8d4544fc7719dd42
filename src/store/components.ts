import { sql } from 'kysely'
import type { ComponentRecord } from '../domain/component.ts'
import { holdersAtMost } from '../domain/holders.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export { componentAt } from './references.ts'

/** All versions of all components, or of those with one name. */
export function componentsOf(organization: string, name?: string): Source<ComponentRecord> {
  const rows = q.selectFrom('components').selectAll().where('organizationId', '=', organization)
  return {
    list: 'components',
    table: 'components',
    rows: name === undefined ? rows : rows.where('name', '=', name),
    filters: { name },
    scans: name !== undefined,
  }
}

export const componentOfVersion = query((p: { organization: string; name: string; version: string }) =>
  q
    .selectFrom('components')
    .select('id')
    .where('organizationId', '=', p.organization)
    .where('name', '=', p.name)
    .where('version', '=', p.version),
)

/** The component itself and all before it, whatever their order: `union` ends where the line bites its own tail. */
export const lineOfComponent = query((p: { id: string }) =>
  q
    .withRecursive('line', db =>
      db
        .selectFrom('components')
        .select(['components.id', 'components.previousComponentId'])
        .where('components.id', '=', p.id)
        .union(
          db
            .selectFrom('components')
            .innerJoin('line', 'line.previousComponentId', 'components.id')
            .select(['components.id', 'components.previousComponentId']),
        ),
    )
    .selectFrom('line')
    .select('id'),
)

export const componentsAfter = query((p: { component: string }) =>
  q.selectFrom('components').selectAll().where('previousComponentId', '=', p.component),
)

export const releasesWithComponent = query((p: { component: string }) =>
  q
    .selectFrom('release_components')
    .innerJoin('releases', 'releases.id', 'release_components.releaseId')
    .select(['releases.id', 'releases.version as name'])
    .where('release_components.componentId', '=', p.component)
    .orderBy('releases.createdAt')
    .limit(holdersAtMost + 1),
)

// ---- by name: what people call a component is all of its versions

/** All versions of one name. `createdAt` is the newest one's. */
export interface ComponentLine {
  name: string
  versions: number
  createdAt: number
}

export function componentLinesOf(organization: string): Source<ComponentLine> {
  const lines = q
    .selectFrom('components')
    .select(({ fn }) => [
      'name',
      fn.countAll<number>().as('versions'),
      fn.max('createdAt').as('createdAt'),
      sql<string>`group_concat("slug" || ' ' || "version", ' ')`.as('words'),
    ])
    .where('organizationId', '=', organization)
    .groupBy('name')
    .as('lines')
  return {
    list: 'component-lines',
    table: 'lines',
    // Rows of a query within a query: Kysely calls their table by its alias, which is none of ours.
    rows: q
      .selectFrom(lines)
      .select(['lines.name', 'lines.versions', 'lines.createdAt']) as unknown as Source<ComponentLine>['rows'],
    columns: { updatedAt: 'createdAt' },
    id: 'name',
    searched: ['name', 'words'],
    filters: {},
    scans: true,
  }
}

/** The newest versions of some names, newest first within each. `names` is a JSON list. */
export const newestVersions = query((p: { organization: string; names: string; perName: number }) =>
  q
    .selectFrom(
      q
        .selectFrom('components')
        .select(({ fn }) => [
          'id',
          'name',
          'version',
          'slug',
          'createdAt',
          fn
            .agg<number>('row_number')
            .over(over => over.partitionBy('name').orderBy('createdAt', 'desc').orderBy('id', 'desc'))
            .as('place'),
        ])
        .where('organizationId', '=', p.organization)
        .where('name', 'in', sql<string>`(select value from json_each(${p.names}))`)
        .as('ranked'),
    )
    .selectAll('ranked')
    .where('place', '<=', p.perName)
    .orderBy('name')
    .orderBy('place'),
)

/** Components by their ids, a JSON list, in its order. */
export const componentsByIds = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('components')
    .innerJoin(sql<{ key: number; value: string }>`json_each(${p.ids})`.as('listed'), 'listed.value', 'components.id')
    .selectAll('components')
    .where('components.organizationId', '=', p.organization)
    .orderBy('listed.key'),
)

/** The releases that hold a component, newest first, and of how many they are. */
export const newestReleasesWith = query((p: { component: string; limit: number }) =>
  q
    .selectFrom('release_components')
    .innerJoin('releases', 'releases.id', 'release_components.releaseId')
    .select(({ fn }) => [
      'releases.id',
      'releases.version',
      'releases.slug',
      'releases.createdAt',
      fn.countAll<number>().over().as('counted'),
    ])
    .where('release_components.componentId', '=', p.component)
    .orderBy('releases.createdAt', 'desc')
    .orderBy('releases.id', 'desc')
    .limit(p.limit),
)
