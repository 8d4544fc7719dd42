import { ZoneDeployments, ZoneInstances, ZoneOverview } from '../../views/zone.tsx'
import { DeleteZone, EditZone, NewZone } from '../../views/zone-forms.tsx'
import { ZoneList } from '../../views/zones.tsx'
import { ZoneType } from '../domain/deployment-zone.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import {
  countInstancesInZone,
  deploymentsOf,
  deploymentZoneAt,
  deploymentZonesOf,
  instancesPerZone,
} from '../store/deployment-zones.ts'
import { instancesOf } from '../store/instances.ts'
import { releasesByIds } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { readLeaf, readPage } from '../web/lists.ts'
import { demandName } from './forms.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'
import { compared, referredRelease } from './release-parts.ts'

/** Instances that a deletion names. */
const named = 20

const ZonesQuery = LeafQuery.extend({ type: ZoneType.optional() })

export const zones = (house: House): Page[] => {
  const zoneOf = ({ principal, at }: Ask) =>
    found(house.read.find(deploymentZoneAt(principal.organization, at.zone)), 'DeploymentZone.NotFound')

  /** The zone with the number of its instances: what every tab's head shows. */
  const counted = async (ask: Ask) => {
    const zone = zoneOf(ask)
    const [count] = await house.scan.all(countInstancesInZone, { zone: zone.id })
    return { zone, instances: count?.counted ?? 0 }
  }

  /** What people call the releases that are run or were deployed. */
  const called = async (organization: string, ids: readonly (string | null)[]) => {
    const listed = [...new Set(ids.filter(id => id !== null))]
    const releases = await house.scan.all(releasesByIds, { organization, ids: JSON.stringify(listed) })
    return new Map(releases.map(release => [release.id, release]))
  }

  return [
    ...page('/deployment-zones', {
      demand: 'read:deployment_zones',
      query: ZonesQuery,
      show: async ({ principal: { organization }, query }) => {
        const leaf = await readLeaf(house, deploymentZonesOf(organization, query.type), query)
        const ids = JSON.stringify(leaf.items.map(({ id }) => id))
        const [versions, each] = await Promise.all([
          called(
            organization,
            leaf.items.map(({ releaseId }) => releaseId),
          ),
          house.scan.all(instancesPerZone, { ids }),
        ])
        const instances = new Map(each.map(({ deploymentZoneId, instances }) => [deploymentZoneId ?? '', instances]))
        return <ZoneList {...{ leaf, query, versions, instances }} />
      },
    }),
    ...form('/deployment-zones/new', {
      demand: 'write:deployment_zones',
      show: () => <NewZone />,
      submit: async ask => {
        const { slug, name } = await ask.submit('deploymentZones.create')
        return goTo(`/deployment-zones/${slug}`, `${name} was created.`)
      },
    }),
    ...page('/deployment-zones/{zone}', {
      demand: 'read:deployment_zones',
      show: async ask => {
        const { organization } = ask.principal
        const shown = await counted(ask)
        const release = referredRelease(house, organization, shown.zone.releaseId)
        const { differences, addressOf } = await compared(house, organization, undefined, release)
        return <ZoneOverview {...{ ...shown, release, addressOf }} parts={differences} />
      },
    }),
    ...page('/deployment-zones/{zone}/instances', {
      demand: 'read:deployment_zones',
      query: LeafQuery,
      show: async ask => {
        const shown = await counted(ask)
        const { principal, query } = ask
        const source = instancesOf(principal.organization, query.sort, { zone: shown.zone.id })
        return <ZoneInstances {...shown} leaf={await readLeaf(house, source, query)} query={query} />
      },
    }),
    ...page('/deployment-zones/{zone}/deployments', {
      demand: 'read:deployment_zones',
      query: LeafQuery,
      show: async ask => {
        const shown = await counted(ask)
        const { principal, query } = ask
        const source = deploymentsOf(principal.organization, shown.zone.id)
        const [leaf, latest] = await Promise.all([
          readLeaf(house, source, query),
          readPage(house, source, ListQuery.parse({ limit: 1 })),
        ])
        const versions = await called(
          principal.organization,
          leaf.items.map(({ releaseId }) => releaseId),
        )
        return <ZoneDeployments {...{ ...shown, leaf, query, versions }} latest={latest.items[0]?.id} />
      },
    }),
    ...form('/deployment-zones/{zone}/edit', {
      demand: 'write:deployment_zones',
      show: ask => <EditZone zone={zoneOf(ask)} />,
      submit: async ask => {
        const { slug, name } = await ask.submit('deploymentZones.update')
        return goTo(`/deployment-zones/${slug}`, `${name} was saved.`)
      },
    }),
    ...form('/deployment-zones/{zone}/delete', {
      demand: 'write:deployment_zones',
      show: async ask => {
        const shown = await counted(ask)
        const source = instancesOf(ask.principal.organization, 'createdAt', { zone: shown.zone.id })
        const first = await readPage(house, source, ListQuery.parse({ limit: named, sort: 'createdAt' }))
        return <DeleteZone {...shown} first={first.items} />
      },
      submit: async ask => {
        const { zone, instances } = await counted(ask)
        if (instances > 0) demandName(ask.fields, zone.name)
        await ask.submit('deploymentZones.delete')
        return goTo('/deployment-zones', `${zone.name} was deleted.`)
      },
    }),
  ]
}
