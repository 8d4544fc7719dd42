import type { ComponentRecord } from '../domain/component.ts'
import { holdersAtMost } from '../domain/holders.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export { componentAt } from './references.ts'

export const componentsOf = (organization: string): Source<ComponentRecord> => ({
  list: 'components',
  table: 'components',
  rows: q.selectFrom('components').selectAll().where('organizationId', '=', organization),
  filters: {},
})

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
