import type { z } from 'zod'
import { event } from '../domain/event.ts'
import { holders } from '../domain/holders.ts'
import { Nothing } from '../domain/input.ts'
import { type Finding, found, invalid, Problem } from '../domain/problem.ts'
import { ReleaseDraft, type ReleaseRecord, type ReleaseView, releaseJson } from '../domain/release.ts'
import type { Tx } from '../engine/transaction.ts'
import { componentAt } from '../store/components.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import {
  deleteReleaseComponents,
  insertReleaseComponent,
  releaseAt,
  releaseOfVersion,
  skipRelease,
  zonesOfRelease,
} from '../store/releases.ts'
import { action, done } from './action.ts'
import { freeSlug } from './slugs.ts'

export const createRelease = action('write:releases', ReleaseDraft, async (tx, { principal, input, now, newId }) => {
  const { organization } = principal
  const { version, slug } = input
  if (await tx.find(releaseOfVersion, { organization, version }))
    throw new Problem('Release.VersionTaken', `There is a release ${version} already.`, {
      errors: [{ location: 'body.version', message: 'is taken', value: version }],
    })
  const wish = { kind: 'release', taken: 'Release.SlugTaken', slug, name: version } as const
  const row: ReleaseRecord = {
    id: newId(),
    organizationId: organization,
    version,
    slug: await freeSlug(tx, wish, candidate => releaseAt(organization, candidate)),
    description: input.description ?? null,
    previousReleaseId: await previous(tx, organization, input.previousReleaseId),
    createdAt: now,
    createdBy: principal.name,
  }
  const componentIds = await componentsNamed(tx, organization, input)
  await tx.run(insertRow('releases', row))
  for (const [position, component] of componentIds.entries())
    await tx.run(insertReleaseComponent, { organization, release: row.id, component, position })
  const created = releaseJson({ ...row, componentIds })
  return done(created, event('RELEASE_CREATION', created))
})

export const deleteRelease = action('write:releases', ['release'], Nothing, async (tx, { principal, at }) => {
  const row = await release(tx, principal.organization, at.release)
  const zones = await tx.all(zonesOfRelease, { release: row.id })
  if (zones.length > 0)
    throw new Problem('Release.WasDeployed', `${row.version} was deployed to ${holders(zones, 'zone')}.`)
  await tx.run(skipRelease, { release: row.id, previous: row.previousReleaseId })
  await tx.run(deleteReleaseComponents, { release: row.id })
  await tx.run(deleteRow('releases', row))
  return done(undefined, event('RELEASE_DELETION', releaseJson(row)))
})

export const release = async (tx: Tx, organization: string, reference: string): Promise<ReleaseView> =>
  found(await tx.find(releaseAt(organization, reference)), 'Release.NotFound')

async function previous(tx: Tx, organization: string, reference: string | null | undefined): Promise<string | null> {
  if (typeof reference !== 'string') return null
  const named = await tx.find(releaseAt(organization, reference))
  if (named) return named.id
  throw invalid({ location: 'body.previousReleaseId', message: 'names no release', value: reference })
}

/** The ids of the components that a body lists, in its order. Throws 422 at each that does not exist or comes twice. */
async function componentsNamed(
  tx: Tx,
  organization: string,
  { componentIds, componentSlugs }: Pick<z.output<typeof ReleaseDraft>, 'componentIds' | 'componentSlugs'>,
): Promise<string[]> {
  if (componentIds && componentSlugs)
    throw invalid({ location: 'body.componentSlugs', message: 'cannot be given together with componentIds' })
  const member = componentIds ? 'componentIds' : 'componentSlugs'
  const ids = new Set<string>()
  const findings: Finding[] = []
  for (const [index, value] of (componentIds ?? componentSlugs ?? []).entries()) {
    const named = await tx.find(componentAt(organization, value))
    const message = named ? 'comes twice' : 'names no component'
    if (!named || ids.has(named.id)) findings.push({ location: `body.${member}[${index}]`, message, value })
    else ids.add(named.id)
  }
  if (findings.length > 0) throw invalid(...findings.slice(0, 20))
  return [...ids]
}
