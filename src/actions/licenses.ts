import { type Event, event } from '../domain/event.ts'
import { holders } from '../domain/holders.ts'
import { Nothing } from '../domain/input.ts'
import { License, LicenseChanges, LicenseDraft, type LicenseRecord, licenseJson } from '../domain/license.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { defaultLicense, instancesOnLicense, licenseAt } from '../store/licenses.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { action, type Context, done } from './action.ts'
import { copyGrants, removeGrantsOf } from './grants.ts'
import { placeInFamily, retireVersion } from './license-families.ts'
import { merge } from './merge.ts'

const LicenseMerge = mergeOf(LicenseChanges, License)
const changed = { table: 'licenses', event: 'LICENSE_UPDATE', json: licenseJson } as const

export const createLicense = action('write:licenses', LicenseDraft, async (tx, { principal, input, now, newId }) => {
  const { organization } = principal
  mayStayDefault(input)
  const { latest, ...place } = await placeInFamily(tx, organization, input)
  const from = await grantsFrom(tx, organization, input.copyGrantsFrom, latest)
  const cleared = input.isDefault ? await clearDefault(tx, { principal, now }) : []
  const row: LicenseRecord = {
    id: newId(),
    organizationId: organization,
    name: input.name,
    description: input.description ?? null,
    type: input.type,
    ...place,
    versionName: input.versionName ?? null,
    isActive: input.isActive,
    isDefault: input.isDefault,
    ...stamped(principal, now),
  }
  await tx.run(insertRow('licenses', row))
  const copied = from ? await copyGrants(tx, { principal, now, newId }, from, row) : []
  const created = licenseJson(row)
  return done(created, ...cleared, event('LICENSE_CREATION', created), ...copied)
})

export const updateLicense = action(
  'write:licenses',
  ['license'],
  LicenseMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await license(tx, principal.organization, at.license)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, LicenseChanges, licenseJson(row))
    const { isActive = row.isActive, isDefault = row.isDefault } = wanted
    mayStayDefault({ isActive, isDefault }, row)
    const cleared = isDefault && !row.isDefault ? await clearDefault(tx, { principal, now }) : []
    const { value, events } = await merge(tx, { principal, now }, row, wanted, changed)
    return done(value, ...cleared, ...events)
  },
)

/** Its grants go with it. Its number stays taken in the family. */
export const deleteLicense = action('write:licenses', ['license'], Nothing, async (tx, { principal, at, ifMatch }) => {
  const row = await license(tx, principal.organization, at.license)
  matchRevision(ifMatch, row)
  const instances = await tx.all(instancesOnLicense, { license: row.id })
  if (instances.length > 0)
    throw new Problem(
      'License.InUse',
      `${row.slug} is the license of ${holders(instances, 'instance')}. Give them another one first.`,
    )
  const removed = await removeGrantsOf(tx, row)
  await tx.run(deleteRow('licenses', row))
  await retireVersion(tx, row)
  return done(undefined, ...removed, event('LICENSE_DELETION', licenseJson(row)))
})

export const license = async (tx: Tx, organization: string, reference: string): Promise<LicenseRecord> =>
  found(await tx.find(licenseAt(organization, reference)), 'License.NotFound')

/** At most one license is the default. The one that was gives way first, with an event of its own. */
async function clearDefault(tx: Tx, author: Pick<Context<unknown>, 'principal' | 'now'>): Promise<Event[]> {
  const row = await tx.find(defaultLicense, { organization: author.principal.organization })
  return row ? (await merge(tx, author, row, { isDefault: false }, changed)).events : []
}

/** Throws where an inactive license would be the default: instances made without a license could not get it. */
function mayStayDefault(wanted: Pick<LicenseRecord, 'isActive' | 'isDefault'>, row?: LicenseRecord): void {
  if (wanted.isActive || !wanted.isDefault) return
  if (row?.isDefault)
    throw new Problem('License.IsDefault', `${row.slug} is the default. Make another license the default first.`, {
      errors: [{ location: 'body.isActive', message: 'must stay true for the default license', value: false }],
    })
  throw new Problem('License.Inactive', 'Only an active license can be the default.', {
    errors: [{ location: 'body.isDefault', message: 'needs an active license', value: true }],
  })
}

/** The license whose grants a new one starts with: the one that was asked for, else the latest version of the family. */
async function grantsFrom(
  tx: Tx,
  organization: string,
  reference: string | null | undefined,
  latest: LicenseRecord | undefined,
): Promise<LicenseRecord | undefined> {
  if (reference === null) return undefined
  if (reference === undefined) return latest
  const named = await tx.find(licenseAt(organization, reference))
  if (!named) throw invalid({ location: 'body.copyGrantsFrom', message: 'names no license', value: reference })
  return named
}
