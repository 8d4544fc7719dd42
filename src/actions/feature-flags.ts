import { z } from 'zod'
import { event } from '../domain/event.ts'
import { FeatureFlag, FlagChanges, FlagDraft, type FlagRecord, flagJson } from '../domain/flag.ts'
import { contentOf, newContent } from '../domain/flag-content.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { featureFlagAt, raiseFlagSetRevision, revisionOfFlag } from '../store/feature-flags.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { action, type Done, done } from './action.ts'
import { merge } from './merge.ts'
import { freeSlug } from './slugs.ts'

export const FeatureFlagMerge = mergeOf(FlagChanges, FeatureFlag)
const changed = { table: 'feature_flags', event: 'FEATURE_FLAG_UPDATE', json: flagJson } as const

type FlagJson = ReturnType<typeof flagJson>

export const createFeatureFlag = action(
  'write:feature_flags',
  FlagDraft,
  async (tx, { principal, input, now, newId }) => {
    const { organization } = principal
    const wish = { kind: 'flag', taken: 'FeatureFlag.SlugTaken', ...input } as const
    const row: FlagRecord = {
      id: newId(),
      organizationId: organization,
      name: input.name,
      slug: await freeSlug(tx, wish, slug => featureFlagAt(organization, slug)),
      description: input.description ?? null,
      ...contentOf(input, newContent(input)),
      ...stamped(principal, now),
    }
    await tx.run(insertRow('feature_flags', row))
    const flag = flagJson(row)
    return remembered(tx, organization, done(flag, event('FEATURE_FLAG_CREATION', flag)))
  },
)

export const updateFeatureFlag = action(
  'write:feature_flags',
  ['flag'],
  FeatureFlagMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await featureFlag(tx, principal.organization, at.flag)
    matchRevision(ifMatch, row)
    const { name, description, ...content } = changeable(input, FlagChanges, flagJson(row))
    const wanted = { name, description, ...contentOf(content, row) }
    return remembered(tx, principal.organization, await merge(tx, { principal, now }, row, wanted, changed))
  },
)

/** Makes the flag again what it was at a revision; that is a new revision. */
export const restoreFeatureFlag = action(
  'write:feature_flags',
  ['flag'],
  z.strictObject({ revision: z.int().min(1) }),
  async (tx, { principal, at, input: { revision }, now, ifMatch }) => {
    const { organization } = principal
    const row = await featureFlag(tx, organization, at.flag)
    matchRevision(ifMatch, row)
    const then = await tx.find(revisionOfFlag, { organization, flag: row.id, revision })
    if (!then)
      throw invalid({ location: 'body.revision', message: 'is not in the history of the flag', value: revision })
    const { name, description, type, enabled, variants, defaultVariant, targetingRules, salt } = then.flag
    const wanted = { name, description, type, enabled, variants, defaultVariant, targetingRules, salt }
    return remembered(tx, organization, await merge(tx, { principal, now }, row, wanted, changed))
  },
)

export const deleteFeatureFlag = action(
  'write:feature_flags',
  ['flag'],
  Nothing,
  async (tx, { principal, at, ifMatch }) => {
    const row = await featureFlag(tx, principal.organization, at.flag)
    matchRevision(ifMatch, row)
    await tx.run(deleteRow('feature_flags', row))
    await tx.run(raiseFlagSetRevision, { organization: principal.organization })
    return done(undefined, event('FEATURE_FLAG_DELETION', flagJson(row)))
  },
)

export const featureFlag = async (tx: Tx, organization: string, reference: string): Promise<FlagRecord> =>
  found(await tx.find(featureFlagAt(organization, reference)), 'FeatureFlag.NotFound')

/** Puts a revision into the history, where there is a new one. */
async function remembered(tx: Tx, organization: string, made: Done<FlagJson>): Promise<Done<FlagJson>> {
  const [change] = made.events
  if (!change) return made
  const { value: flag } = made
  await tx.run(raiseFlagSetRevision, { organization })
  await tx.run(
    insertRow('feature_flag_history', {
      organizationId: organization,
      flagId: flag.id,
      revision: flag.revision,
      occurredAt: Date.parse(flag.updatedAt),
      principal: flag.updatedBy,
      changedFields: change.changedFields ?? [],
      flag,
    }),
  )
  return made
}
