import { z } from 'zod'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { fromNone, NewRelease } from '../../views/release-form.tsx'
import { ReleaseDeployments, ReleaseZones } from '../../views/release-places.tsx'
import { ReleaseList, ReleaseOverview } from '../../views/releases.tsx'
import { Reference } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { ReleaseState } from '../domain/release.ts'
import { deploymentZonesOf } from '../store/deployment-zones.ts'
import {
  deploymentsOfRelease,
  newestReleases,
  releaseAt,
  releasesAfter,
  releasesByIds,
  releasesOf,
  statesOfReleases,
  zonesRunning,
} from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'
import { compared, partsFrom, referredRelease } from './release-parts.ts'

/** Zones named in a row or on a release's page, releases to start from, and releases that a deletion names. */
const [perRow, toStartFrom, named] = [3, 100, 5]

const ReleasesQuery = LeafQuery.extend({ state: ReleaseState.optional() })
const ZonesQuery = LeafQuery.extend({ sort: ListQuery.shape.sort.default('name') })

export const releases = (house: House): Page[] => {
  const releaseOf = ({ principal, at }: Ask) =>
    found(house.read.find(releaseAt(principal.organization, at.release)), 'Release.NotFound')

  /** In which state some releases are, and where they run. */
  const whereabouts = async (organization: string, ids: readonly string[]) => {
    const listed = { organization, ids: JSON.stringify(ids) }
    const [states, zones] = await Promise.all([
      house.scan.all(statesOfReleases, listed),
      house.scan.all(zonesRunning, { ...listed, perRelease: perRow }),
    ])
    return {
      states: new Map(states.map(({ id, state }) => [id, state])),
      running: Map.groupBy(zones, ({ releaseId }) => releaseId ?? ''),
    }
  }

  /** The release with its state: what every tab's head shows. */
  const stated = async (ask: Ask) => {
    const release = releaseOf(ask)
    const { states, running } = await whereabouts(ask.principal.organization, [release.id])
    return { release, state: states.get(release.id) ?? 'planned', running: running.get(release.id) ?? [] }
  }

  return [
    ...page('/releases', {
      demand: 'read:releases',
      query: ReleasesQuery,
      show: async ({ principal: { organization }, query }) => {
        const leaf = await readLeaf(house, releasesOf(organization, query.state), query)
        const where = await whereabouts(
          organization,
          leaf.items.map(({ id }) => id),
        )
        return <ReleaseList {...{ leaf, query, ...where }} />
      },
    }),
    ...form('/releases/new', {
      demand: 'write:releases',
      query: z.object({ from: Reference.optional() }),
      show: async ({ principal: { organization }, query, fields, request }) => {
        const newest = house.read.all(newestReleases, { organization, limit: toStartFrom })
        const sent = request.method === 'POST' ? fields.get('previousReleaseId')?.at(-1) || fromNone : undefined
        const reference = sent ?? query.from ?? newest[0]?.slug
        const from = reference === fromNone ? undefined : referredRelease(house, organization, reference)
        const parts = await partsFrom(house, organization, from)
        return <NewRelease from={from} releases={newest} {...parts} />
      },
      submit: async ask => {
        const { slug, version } = await ask.submit('releases.create')
        return goTo(`/releases/${slug}`, `${version} was created.`)
      },
    }),
    ...page('/releases/{release}', {
      demand: 'read:releases',
      show: async ask => {
        const shown = await stated(ask)
        const { organization } = ask.principal
        const previous = referredRelease(house, organization, shown.release.previousReleaseId)
        return (
          <ReleaseOverview
            {...shown}
            previous={previous}
            {...(await compared(house, organization, previous, shown.release))}
          />
        )
      },
    }),
    ...page('/releases/{release}/zones', {
      demand: 'read:deployment_zones',
      query: ZonesQuery,
      show: async ask => {
        const shown = await stated(ask)
        const { organization } = ask.principal
        const leaf = await readLeaf(house, deploymentZonesOf(organization), ask.query)
        const ids = JSON.stringify(leaf.items.map(({ releaseId }) => releaseId))
        const run = await house.scan.all(releasesByIds, { organization, ids })
        const versions = new Map(run.map(each => [each.id, each]))
        return <ReleaseZones {...{ ...shown, leaf, query: ask.query, versions }} />
      },
    }),
    ...page('/releases/{release}/deployments', {
      demand: 'read:deployment_zones',
      query: LeafQuery,
      show: async ask => {
        const shown = await stated(ask)
        const source = deploymentsOfRelease(ask.principal.organization, shown.release.id)
        return <ReleaseDeployments {...shown} leaf={await readLeaf(house, source, ask.query)} query={ask.query} />
      },
    }),
    ...form('/releases/{release}/delete', {
      demand: 'write:releases',
      show: ask => {
        const { id, version, slug, previousReleaseId } = releaseOf(ask)
        const to = `/releases/${slug}`
        const after = house.read.all(releasesAfter, { release: id, limit: named + 1 }).map(each => each.version)
        const previous = referredRelease(house, ask.principal.organization, previousReleaseId)
        return (
          <ConfirmDeletion
            {...{ kind: 'release', name: version }}
            action={`${to}/delete`}
            cancel={to}
            above={[
              { to: '/releases', name: 'Releases' },
              { to, name: version },
            ]}
          >
            It can only be deleted while it was never deployed. Its components stay.{' '}
            {after.length > 0 &&
              `${after.slice(0, named).join(', ')}${after.length > named ? ' and others' : ''} will come after ${
                previous?.version ?? 'no release'
              } then.`}
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { version } = releaseOf(ask)
        await ask.submit('releases.delete')
        return goTo('/releases', `${version} was deleted.`)
      },
    }),
  ]
}
