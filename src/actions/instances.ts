import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import {
  Instance,
  InstanceChanges,
  InstanceDraft,
  type InstanceRecord,
  type InstanceView,
  instanceJson,
  licenseDates,
} from '../domain/instance.ts'
import type { LicenseRecord } from '../domain/license.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { type Principal, sees } from '../domain/principal.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import { restamped, stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { instanceAt, instanceOrDeletedAt, instancesToExpire, recordExpiry } from '../store/instances.ts'
import { defaultLicense } from '../store/licenses.ts'
import { insertRow, updateRow } from '../store/query.ts'
import { action, done } from './action.ts'
import { mayBePutOn, movements, placesNamed } from './instance-places.ts'
import { merge } from './merge.ts'
import { freeSlug, nextFree } from './slugs.ts'

const InstanceMerge = mergeOf(InstanceChanges, Instance)
const changed = { table: 'instances', event: 'INSTANCE_UPDATE', json: instanceJson } as const

/** How many ends of licenses are told of in one run. */
const perRun = 200

export const createInstance = action('write:instances', InstanceDraft, async (tx, { principal, input, now, newId }) => {
  const { organization } = principal
  const { customer, license: named, zone } = await placesNamed(tx, organization, input)
  if (!customer) throw invalid({ location: 'body.customerSlug', message: 'is required, or customerId' })
  const license = named ?? (await defaultLicenseOf(tx, organization))
  mayBePutOn(license, input)
  const wish = { kind: 'instance', taken: 'Instance.SlugTaken', ...input } as const
  const row: InstanceRecord = {
    id: newId(),
    organizationId: organization,
    name: input.name,
    slug: await freeSlug(tx, wish, slug => instanceAt(organization, slug)),
    formerSlug: null,
    description: input.description ?? '',
    customerId: customer.id,
    licenseId: license.id,
    deploymentZoneId: zone?.id ?? null,
    ...licenseDates(input, { startLicenseDate: now }),
    metadata: input.metadata ?? {},
    deletedAt: null,
    expiryToldFor: null,
    ...stamped(principal, now),
  }
  await tx.run(insertRow('instances', row))
  const slugs = { customerSlug: customer.slug, licenseSlug: license.slug, deploymentZoneSlug: zone?.slug ?? null }
  const created = instanceJson({ ...row, ...slugs })
  const nowhere = { ...row, ...slugs, deploymentZoneId: null }
  return done(created, event('INSTANCE_CREATION', created), ...movements(nowhere, created))
})

export const updateInstance = action(
  'write:instances',
  ['instance'],
  InstanceMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await instance(tx, principal, at.instance)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, InstanceChanges, instanceJson(row))
    const { customer, license, zone } = await placesNamed(tx, principal.organization, wanted)
    // An instance keeps the license that it has, also when that is no longer active.
    if (license && license.id !== row.licenseId) mayBePutOn(license, wanted)
    const placed: InstanceView = {
      ...row,
      customerSlug: customer?.slug ?? row.customerSlug,
      licenseSlug: license?.slug ?? row.licenseSlug,
      deploymentZoneSlug: zone === undefined ? row.deploymentZoneSlug : (zone?.slug ?? null),
    }
    const changes = {
      name: wanted.name,
      description: wanted.description === null ? '' : wanted.description,
      customerId: customer?.id,
      licenseId: license?.id,
      deploymentZoneId: zone === null ? null : zone?.id,
      ...licenseDates(wanted, row),
      metadata: wanted.metadata === null ? {} : wanted.metadata,
    }
    const { value, events } = await merge(tx, { principal, now }, placed, changes, changed)
    return done(value, ...events, ...movements(row, value))
  },
)

/** Its slug is free from now on, and its use and audit trail are kept. */
export const deleteInstance = action(
  'write:instances',
  ['instance'],
  Nothing,
  async (tx, { principal, at, now, ifMatch }) => {
    const row = await instance(tx, principal, at.instance)
    matchRevision(ifMatch, row)
    const gone = { slug: null, formerSlug: row.slug, deletedAt: now, ...restamped(principal, now, row) }
    await tx.run(updateRow('instances', row, gone))
    return done(undefined, event('INSTANCE_DELETION', instanceJson(row)))
  },
)

/** Undoes a deletion. The instance gets its slug back, or the next free one behind it. */
export const restoreInstance = action(
  'write:instances',
  ['instance'],
  Nothing,
  async (tx, { principal, at, now, ifMatch }) => {
    const { organization } = principal
    const row = seen(await tx.find(instanceOrDeletedAt(organization, at.instance)), principal)
    matchRevision(ifMatch, row)
    mayBeRestored(row)
    const slug = await nextFree(tx, row.formerSlug ?? row.id, candidate => instanceAt(organization, candidate))
    const back = { slug, formerSlug: null, deletedAt: null, ...restamped(principal, now, row) }
    await tx.run(updateRow('instances', row, back))
    const restored = instanceJson({ ...row, ...back })
    return done(restored, event('INSTANCE_RESTORATION', restored))
  },
)

/** Tells, each minute, of licenses that ended; each end once. The value is whether more are waiting. */
export const expireInstances = action('write:instances', Nothing, async (tx, { principal, now }) => {
  const rows = await tx.all(instancesToExpire, { organization: principal.organization, now, limit: perRun })
  for (const { id, endLicenseDate } of rows) await tx.run(recordExpiry, { id, end: endLicenseDate })
  const events = rows.map(row => event('INSTANCE_LICENSE_EXPIRED', instanceJson(row)))
  return { value: rows.length === perRun, events }
})

/** A living instance that the principal may see. */
export const instance = async (tx: Tx, principal: Principal, reference: string): Promise<InstanceView> =>
  seen(await tx.find(instanceAt(principal.organization, reference)), principal)

/** The row, or the 404 that also those get who may not see it. */
export const seen = (row: InstanceView | undefined, principal: Principal): InstanceView =>
  found(row && sees(principal, row.id) ? row : undefined, 'Instance.NotFound')

async function defaultLicenseOf(tx: Tx, organization: string): Promise<LicenseRecord> {
  const license = await tx.find(defaultLicense, { organization })
  if (license) return license
  throw new Problem('Instance.NoDefaultLicense', 'Name a license, or make one the default for instances without.', {
    errors: [{ location: 'body.licenseSlug', message: 'is required while no license is the default' }],
  })
}

function mayBeRestored({ name, deletedAt, customerSlug, licenseSlug }: InstanceView): void {
  if (deletedAt === null) throw new Problem('Instance.NotDeleted', `${name} is not deleted.`)
  const gone = customerSlug === null ? 'customer' : licenseSlug === null ? 'license' : undefined
  if (gone) throw new Problem('Instance.CannotBeRestored', `The ${gone} of ${name} was deleted.`)
}
