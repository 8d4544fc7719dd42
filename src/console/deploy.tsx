import { z } from 'zod'
import { Deploy } from '../../views/deploy.tsx'
import { Reference } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { found } from '../domain/problem.ts'
import { deploymentZoneAt } from '../store/deployment-zones.ts'
import { instancesOf } from '../store/instances.ts'
import { newestReleases } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { form, goTo, type Page } from './page.ts'
import { compared, referredRelease } from './release-parts.ts'

/** Releases to choose from, and instances that are named. */
const [offered, named] = [100, 20]

/** A release is deployed to a zone, after it was shown what changes there and for whom. */
export const deploy = (house: House): Page[] =>
  form('/deployment-zones/{zone}/deploy', {
    demand: 'write:deployment_zones',
    query: z.object({ release: Reference.optional() }),
    show: async ({ principal: { organization }, at, query, fields }) => {
      const zone = found(house.read.find(deploymentZoneAt(organization, at.zone)), 'DeploymentZone.NotFound')
      const running = referredRelease(house, organization, zone.releaseId)
      const instancesIn = instancesOf(organization, 'createdAt', { zone: zone.id })
      const instances = await readPage(house, instancesIn, ListQuery.parse({ limit: named, sort: 'createdAt' }))
      const newest = house.read.all(newestReleases, { organization, limit: offered })
      const asked = referredRelease(house, organization, fields.get('releaseSlug')?.at(-1) ?? query.release)
      const chosen = asked ?? referredRelease(house, organization, newest[0]?.slug)
      const changes = await compared(house, organization, running, chosen)
      const affected = { first: instances.items, instances: instances.total }
      return <Deploy {...{ zone, running, chosen, ...changes, ...affected }} releases={newest} />
    },
    submit: async ask => {
      const { deploymentZoneSlug, releaseSlug } = await ask.submit('deploymentZones.deploy')
      const release = referredRelease(house, ask.principal.organization, releaseSlug)
      return goTo(`/deployment-zones/${deploymentZoneSlug}`, `${release?.version ?? releaseSlug} was deployed.`)
    },
  })
