import { z } from 'zod'
import { FeatureFlag, FlagRevision, FlagType, flagJson, flagRevisionJson } from '../domain/flag.ts'
import { found } from '../domain/problem.ts'
import { isId } from '../domain/slug.ts'
import {
  anyRevisionOfFlag,
  type FlagFilters,
  featureFlagAt,
  featureFlagsOf,
  revisionsOf,
} from '../store/feature-flags.ts'
import type { House } from '../web/house.ts'
import { type Ask, demandOf, type Route } from '../web/routes.ts'
import { create, list, remove, show, update, withTag } from './kinds.ts'

const flag = '/feature-flags/{flag}'

const filters = {
  type: FlagType.optional(),
  enabled: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional(),
}

export const featureFlags = (house: House): Route[] => [
  list(house, '/feature-flags', {
    summary: 'List feature flags',
    demand: 'read:feature_flags',
    answers: FeatureFlag,
    json: flagJson,
    filters,
    source: ({ principal, query: { type, enabled } }) =>
      featureFlagsOf(principal.organization, { type, enabled } as FlagFilters),
  }),
  create(house, '/feature-flags', 'featureFlags.create', {
    summary: 'Create a feature flag',
    description:
      'A boolean flag without variants is `on` or `off`, and off; others name their variants and the default. It is ' +
      'disabled until `enabled` is true. `targetings` is another word for `targetingRules`.',
    answers: FeatureFlag,
    location: ({ slug }) => `/feature-flags/${slug}`,
  }),
  show(house, flag, {
    summary: 'Show a feature flag',
    demand: 'read:feature_flags',
    answers: FeatureFlag,
    json: flagJson,
    notFound: 'FeatureFlag.NotFound',
    row: ({ principal, at }) => featureFlagAt(principal.organization, at.flag),
  }),
  update(house, flag, 'featureFlags.update', {
    summary: 'Change a feature flag',
    description: 'The very next evaluation is by what was changed.',
    answers: FeatureFlag,
  }),
  remove(house, flag, 'featureFlags.delete', 'Delete a feature flag'),
  list(house, `${flag}/history`, {
    summary: 'List the revisions of a feature flag, newest first',
    demand: 'read:feature_flags',
    answers: FlagRevision,
    json: flagRevisionJson,
    source: ({ principal, at }) =>
      revisionsOf({ organization: principal.organization, flag: idOf(house, principal.organization, at.flag) }),
  }),
  {
    method: 'POST',
    path: `${flag}/restore`,
    summary: 'Make a feature flag again what it was at a revision',
    demand: demandOf('featureFlags.restore'),
    body: z.strictObject({ revision: z.int().min(1) }),
    status: 200,
    answers: FeatureFlag,
    handle: async ({ principal, body, asked }: Ask) => {
      const { value, replayed } = await house.submit('featureFlags.restore', principal, body, asked)
      const { body: restored, headers } = withTag(value)
      return { body: restored, headers: { ...headers, ...(replayed && { 'Idempotent-Replayed': 'true' }) } }
    },
  },
]

/** The history of a deleted flag is found by its id. */
function idOf({ read }: House, organization: string, reference: string): string {
  const flag = read.find(featureFlagAt(organization, reference))
  if (flag) return flag.id
  const id = reference.toLowerCase()
  const gone = isId(id) ? read.find(anyRevisionOfFlag, { organization, flag: id }) : undefined
  return found(gone, 'FeatureFlag.NotFound').flagId
}
