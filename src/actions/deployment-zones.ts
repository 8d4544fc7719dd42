import {
  DeploymentDraft,
  DeploymentZone,
  DeploymentZoneChanges,
  DeploymentZoneDraft,
  type DeploymentZoneRecord,
  type DeploymentZoneView,
  deploymentZoneJson,
} from '../domain/deployment-zone.ts'
import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid } from '../domain/problem.ts'
import type { ReleaseRecord } from '../domain/release.ts'
import { restamped, stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { clearZone, countInstancesInZone, deploymentZoneAt, slugsInZone } from '../store/deployment-zones.ts'
import { deleteRow, insertRow, updateRow } from '../store/query.ts'
import { releaseAt } from '../store/releases.ts'
import { action, done } from './action.ts'
import { logDeployment } from './deployments.ts'
import { merge } from './merge.ts'
import { referred } from './references.ts'
import { freeSlug } from './slugs.ts'

const DeploymentZoneMerge = mergeOf(DeploymentZoneChanges, DeploymentZone)
const changed = { table: 'deployment_zones', event: 'DEPLOYMENT_ZONE_UPDATE', json: deploymentZoneJson } as const

/** How many of a deleted zone's instances its event names. */
const slugsTold = 100

export const createDeploymentZone = action(
  'write:deployment_zones',
  DeploymentZoneDraft,
  async (tx, { principal, input, now, newId }) => {
    const { organization } = principal
    const wish = { kind: 'zone', taken: 'DeploymentZone.SlugTaken', ...input } as const
    const row: DeploymentZoneRecord = {
      id: newId(),
      organizationId: organization,
      name: input.name,
      slug: await freeSlug(tx, wish, slug => deploymentZoneAt(organization, slug)),
      type: input.type,
      description: input.description ?? null,
      metadata: input.metadata ?? {},
      releaseId: null,
      ...stamped(principal, now),
    }
    await tx.run(insertRow('deployment_zones', row))
    const zone = deploymentZoneJson({ ...row, releaseSlug: null })
    return done(zone, event('DEPLOYMENT_ZONE_CREATION', zone))
  },
)

/** Another release is deployed. */
export const updateDeploymentZone = action(
  'write:deployment_zones',
  ['zone'],
  DeploymentZoneMerge,
  async (tx, { principal, at, input, now, newId, ifMatch }) => {
    const row = await deploymentZone(tx, principal.organization, at.zone)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, DeploymentZoneChanges, deploymentZoneJson(row))
    const { name, type, description } = wanted
    const metadata = wanted.metadata === null ? {} : wanted.metadata
    const release = await releaseNamed(tx, row, wanted)
    const zone = { ...row, releaseSlug: release ? release.slug : row.releaseSlug }
    const changes = { name, type, description, metadata, releaseId: release?.id }
    const { value, events } = await merge(tx, { principal, now }, zone, changes, changed)
    if (!release || release.id === row.releaseId) return done(value, ...events)
    const { told } = await logDeployment(tx, { principal, now, newId }, zone, release)
    return done(value, ...events, told)
  },
)

/** Deploying the same release again is a deployment too: they are a log. */
export const deployRelease = action(
  'write:deployment_zones',
  ['zone'],
  DeploymentDraft,
  async (tx, { principal, at, input, now, newId, ifMatch }) => {
    const { organization } = principal
    const zone = await deploymentZone(tx, organization, at.zone)
    matchRevision(ifMatch, zone)
    const release = await referred(tx, input, 'release', reference => releaseAt(organization, reference))
    if (!release) throw invalid({ location: 'body.releaseSlug', message: 'is required, or releaseId' })
    if (release.id !== zone.releaseId)
      await tx.run(updateRow('deployment_zones', zone, { releaseId: release.id, ...restamped(principal, now, zone) }))
    const { deployment, told } = await logDeployment(tx, { principal, now, newId }, zone, release)
    return done(deployment, told)
  },
)

/** Its instances go on without a zone; its deployments stay in the log. */
export const deleteDeploymentZone = action(
  'write:deployment_zones',
  ['zone'],
  Nothing,
  async (tx, { principal, at, now, ifMatch }) => {
    const row = await deploymentZone(tx, principal.organization, at.zone)
    matchRevision(ifMatch, row)
    const { counted } = await tx.one(countInstancesInZone, { zone: row.id })
    const instances = await tx.all(slugsInZone, { zone: row.id, limit: slugsTold })
    await tx.run(clearZone, { zone: row.id, now, by: principal.name })
    await tx.run(deleteRow('deployment_zones', row))
    const told = { instanceCount: counted, instanceSlugs: instances.map(({ slug }) => slug) }
    return done(undefined, event('DEPLOYMENT_ZONE_DELETION', { ...deploymentZoneJson(row), ...told }))
  },
)

export const deploymentZone = async (tx: Tx, organization: string, reference: string): Promise<DeploymentZoneView> =>
  found(await tx.find(deploymentZoneAt(organization, reference)), 'DeploymentZone.NotFound')

type Release = { releaseId?: string | null | undefined; releaseSlug?: string | null | undefined }

/** The release that a body names. Null is no release, which a zone only has until its first one. */
async function releaseNamed(tx: Tx, row: DeploymentZoneView, wanted: Release): Promise<ReleaseRecord | undefined> {
  for (const member of ['releaseSlug', 'releaseId'] as const)
    if (wanted[member] === null && row.releaseId !== null)
      throw invalid({ location: `body.${member}`, message: 'cannot be null: a zone keeps its release until the next' })
  return referred(tx, wanted, 'release', reference => releaseAt(row.organizationId, reference))
}
