import type { EntitlementRecord } from '../domain/entitlement.ts'
import { Nothing } from '../domain/input.ts'
import {
  type GrantRecord,
  LicenseEntitlement,
  LicenseEntitlementChanges,
  LicenseEntitlementDraft,
  licenseEntitlementJson,
  mustFit,
} from '../domain/license.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import type { Tx } from '../engine/transaction.ts'
import { entitlementAt } from '../store/entitlements.ts'
import { grantOf } from '../store/license-entitlements.ts'
import { action, done } from './action.ts'
import { entitlement } from './entitlements.ts'
import { grantTo, removeGrant } from './grants.ts'
import { license } from './licenses.ts'
import { merge } from './merge.ts'
import { referred } from './references.ts'

const LicenseEntitlementMerge = mergeOf(LicenseEntitlementChanges, LicenseEntitlement)

export const assignEntitlement = action(
  'write:licenses',
  ['license'],
  LicenseEntitlementDraft,
  async (tx, { principal, at, input, now, newId }) => {
    const { organization } = principal
    const to = await license(tx, organization, at.license)
    const { id, slug, name, type } = await entitlementNamed(tx, organization, input)
    mustFit(type, input)
    if (await tx.find(grantOf, { organization, license: to.id, entitlement: id }))
      throw new Problem('LicenseEntitlement.AlreadyGranted', `${to.slug} grants ${slug} already: change it with PUT.`)
    // The names last: what was sent as a slug may have been an id.
    const names = { entitlementId: id, entitlementSlug: slug, entitlementName: name, entitlementType: type }
    return grantTo(tx, { principal, now, newId }, to, { ...input, ...names })
  },
)

export const updateLicenseEntitlement = action(
  'write:licenses',
  ['license', 'entitlement'],
  LicenseEntitlementMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await grant(tx, principal.organization, at)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, LicenseEntitlementChanges, licenseEntitlementJson(row))
    mustFit(row.entitlementType, {
      value: wanted.value ?? row.value,
      limitCapExceededOveragePercent: wanted.limitCapExceededOveragePercent ?? row.limitCapExceededOveragePercent,
    })
    const kind = {
      table: 'license_entitlements',
      event: 'LICENSE_ENTITLEMENT_UPDATE',
      json: licenseEntitlementJson,
    } as const
    return merge(tx, { principal, now }, row, wanted, kind)
  },
)

/** Instances on the license lose it with the next request; what they used of it is kept. */
export const unassignEntitlement = action(
  'write:licenses',
  ['license', 'entitlement'],
  Nothing,
  async (tx, { principal, at, ifMatch }) => {
    const row = await grant(tx, principal.organization, at)
    matchRevision(ifMatch, row)
    return done(undefined, await removeGrant(tx, row))
  },
)

async function grant(tx: Tx, organization: string, at: { license: string; entitlement: string }): Promise<GrantRecord> {
  const { id: from } = await license(tx, organization, at.license)
  const { id } = await entitlement(tx, organization, at.entitlement)
  return found(await tx.find(grantOf, { organization, license: from, entitlement: id }), 'LicenseEntitlement.NotFound')
}

async function entitlementNamed(
  tx: Tx,
  organization: string,
  input: { entitlementSlug?: string | undefined; entitlementId?: string | undefined },
): Promise<EntitlementRecord> {
  const named = await referred(tx, input, 'entitlement', reference => entitlementAt(organization, reference))
  if (!named) throw invalid({ location: 'body.entitlementSlug', message: 'is required' })
  return named
}
