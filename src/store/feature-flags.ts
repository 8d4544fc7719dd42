import type { FlagRecord, FlagRevisionRecord, FlagType } from '../domain/flag.ts'
import type { Source } from './pages.ts'
import { q, query, type Statement } from './query.ts'
import { at } from './references.ts'

const flags = q.selectFrom('feature_flags').selectAll()

type Place = { organization: string; reference: string }

const flagBy = (column: 'id' | 'slug') =>
  query((p: Place) => flags.where('organizationId', '=', p.organization).where(column, '=', p.reference))
const byId = flagBy('id')
const bySlug = flagBy('slug')

export const featureFlagAt = (organization: string, reference: string): Statement<FlagRecord> =>
  at(byId, bySlug, { organization, reference })

export interface FlagFilters {
  type?: FlagType | undefined
  enabled?: boolean | undefined
}

export function featureFlagsOf(organization: string, filters: FlagFilters): Source<FlagRecord> {
  const { type, enabled } = filters
  let rows = flags.where('organizationId', '=', organization)
  if (type) rows = rows.where('type', '=', type)
  if (enabled !== undefined) rows = rows.where('enabled', '=', enabled)
  return {
    list: 'feature-flags',
    table: 'feature_flags',
    rows,
    filters: { ...filters },
    scans: type !== undefined || enabled !== undefined,
  }
}

// ---- all of them, for memory

export const featureFlagById = query((p: { id: string }) => flags.where('id', '=', p.id))

export const featureFlagsAfter = query((p: { after: string; limit: number }) =>
  flags.where('id', '>', p.after).orderBy('id').limit(p.limit),
)

export const flagSetRevisions = query((_: Record<never, never>) => q.selectFrom('feature_flag_sets').selectAll())

export const flagSetRevision = query((p: { organization: string }) =>
  q.selectFrom('feature_flag_sets').selectAll().where('organizationId', '=', p.organization),
)

export const raiseFlagSetRevision = query((p: { organization: string }) =>
  q
    .insertInto('feature_flag_sets')
    .values({ organizationId: p.organization, revision: 1 })
    .onConflict(conflict =>
      conflict.column('organizationId').doUpdateSet(({ eb }) => ({
        revision: eb('feature_flag_sets.revision', '+', 1),
      })),
    ),
)

// ---- history

type OfFlag = { organization: string; flag: string }

const revisions = q.selectFrom('feature_flag_history').selectAll()

export const revisionOfFlag = query((p: OfFlag & { revision: number }) =>
  revisions
    .where('organizationId', '=', p.organization)
    .where('flagId', '=', p.flag)
    .where('revision', '=', p.revision),
)

export const anyRevisionOfFlag = query((p: OfFlag) =>
  revisions.where('organizationId', '=', p.organization).where('flagId', '=', p.flag).limit(1),
)

/** Newest first, which is the one order there is. */
export const revisionsOf = ({ organization, flag }: OfFlag): Source<FlagRevisionRecord> => ({
  list: 'feature-flag-history',
  table: 'feature_flag_history',
  rows: revisions.where('organizationId', '=', organization).where('flagId', '=', flag),
  columns: { name: 'revision', createdAt: 'revision', updatedAt: 'revision' },
  id: 'revision',
  searched: ['flag', 'principal'],
  filters: { flag },
})
