import {
  Entitlement,
  EntitlementDraft,
  type EntitlementRecord,
  entitlementJson,
  fixedOnceUsed,
  meterFieldsOf,
} from '../domain/entitlement.ts'
import { event } from '../domain/event.ts'
import { holders } from '../domain/holders.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, differing, matchRevision, mergeOf, type Wanted } from '../domain/merge.ts'
import { found, Problem } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import {
  entitlementAt,
  instancesUsingEntitlement,
  licensesHoldingEntitlement,
  useOfEntitlement,
} from '../store/entitlements.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { action, done } from './action.ts'
import { merge } from './merge.ts'
import { freeSlug } from './slugs.ts'

const EntitlementChanges = EntitlementDraft.omit({ slug: true })
const EntitlementMerge = mergeOf(EntitlementChanges, Entitlement)

export const createEntitlement = action(
  'write:entitlements',
  EntitlementDraft,
  async (tx, { principal, input, now, newId }) => {
    const { organization } = principal
    const wish = { kind: 'entitlement', taken: 'Entitlement.SlugTaken', ...input } as const
    const row: EntitlementRecord = {
      id: newId(),
      organizationId: organization,
      name: input.name,
      slug: await freeSlug(tx, wish, slug => entitlementAt(organization, slug)),
      description: input.description ?? null,
      type: input.type,
      ...meterFieldsOf(input.type, input),
      ...stamped(principal, now),
    }
    await tx.run(insertRow('entitlements', row))
    const entitlement = entitlementJson(row)
    return done(entitlement, event('ENTITLEMENT_CREATION', entitlement))
  },
)

export const updateEntitlement = action(
  'write:entitlements',
  ['entitlement'],
  EntitlementMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await entitlement(tx, principal.organization, at.entitlement)
    matchRevision(ifMatch, row)
    const given = changeable(input, EntitlementChanges, entitlementJson(row))
    const wanted = { ...given, ...meterFieldsOf(given.type ?? row.type, given, row) }
    await keepsMeaning(tx, row, wanted)
    const kind = { table: 'entitlements', event: 'ENTITLEMENT_UPDATE', json: entitlementJson } as const
    return merge(tx, { principal, now }, row, wanted, kind)
  },
)

export const deleteEntitlement = action(
  'write:entitlements',
  ['entitlement'],
  Nothing,
  async (tx, { principal, at, ifMatch }) => {
    const row = await entitlement(tx, principal.organization, at.entitlement)
    matchRevision(ifMatch, row)
    const granting = await tx.all(licensesHoldingEntitlement, { entitlement: row.id })
    if (granting.length > 0)
      throw new Problem('Entitlement.InUse', `${row.name} is granted by ${holders(granting, 'license')}.`)
    const using = await tx.all(instancesUsingEntitlement, { entitlement: row.id })
    if (using.length > 0)
      throw new Problem('Entitlement.InUse', `${row.name} has usage, which is kept, of ${holders(using, 'instance')}.`)
    await tx.run(deleteRow('entitlements', row))
    return done(undefined, event('ENTITLEMENT_DELETION', entitlementJson(row)))
  },
)

export const entitlement = async (tx: Tx, organization: string, reference: string): Promise<EntitlementRecord> =>
  found(await tx.find(entitlementAt(organization, reference)), 'Entitlement.NotFound')

/** Throws where a granted or used entitlement would be measured in another way than its numbers were. */
async function keepsMeaning(tx: Tx, row: EntitlementRecord, wanted: Wanted<EntitlementRecord>): Promise<void> {
  const changing = fixedOnceUsed.filter(member => differing(row, wanted).names.includes(member))
  if (changing.length === 0 || !(await tx.find(useOfEntitlement, { entitlement: row.id }))) return
  throw new Problem(
    'Entitlement.MeterFixed',
    `${row.name} is granted or has usage: ${changing.join(', ')} cannot change. Make another entitlement.`,
    { errors: changing.map(member => ({ location: `body.${member}`, message: 'cannot change any more' })) },
  )
}
