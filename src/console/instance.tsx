import { EditInstance } from '../../views/instance-forms.tsx'
import { instanceAddress } from '../../views/instance-layout.tsx'
import { ChangeZone, DeleteInstance, InstanceOverview, RestoreInstance } from '../../views/instance-overview.tsx'
import { InstanceMetadata } from '../../views/instances.tsx'
import { deploymentZonesOf } from '../store/deployment-zones.ts'
import { releaseAt } from '../store/releases.ts'
import type { House } from '../web/house.ts'
import { demandName } from './forms.ts'
import { instanceHead, livingHead } from './instance-heads.ts'
import { instanceInput } from './instance-input.ts'
import { placesOf } from './instance-places.ts'
import { form, goTo, type Page, page } from './page.ts'

const path = '/customers/{customer}/instances/{instance}'

export const instance = (house: House): Page[] => [
  ...page(path, {
    demand: 'read:instances',
    show: ask => {
      const head = instanceHead(house, ask)
      const { releaseId } = head.zone ?? { releaseId: null }
      const release = releaseId === null ? undefined : house.read.find(releaseAt(ask.principal.organization, releaseId))
      return <InstanceOverview {...{ head, release }} />
    },
  }),
  ...page(`${path}/metadata`, {
    demand: 'read:instances',
    show: ask => <InstanceMetadata head={instanceHead(house, ask)} />,
  }),
  ...form(`${path}/edit`, {
    demand: 'write:instances',
    show: ask => <EditInstance head={livingHead(house, ask)} />,
    submit: async ask => {
      livingHead(house, ask)
      const saved = await ask.submit('instances.update', instanceInput(ask.fields))
      return goTo(instanceAddress(saved), `${saved.name} was saved.`)
    },
  }),
  ...form(`${path}/zone`, {
    demand: 'write:instances',
    show: async ask => {
      const head = livingHead(house, ask)
      const zones = await placesOf(house, deploymentZonesOf(ask.principal.organization))
      return <ChangeZone {...{ head, zones }} />
    },
    submit: async ask => {
      livingHead(house, ask)
      const moved = await ask.submit('instances.update')
      const zone = moved.deploymentZoneSlug
      return goTo(
        instanceAddress(moved),
        zone ? `${moved.name} is in ${zone} now.` : `${moved.name} is in no zone now.`,
      )
    },
  }),
  ...form(`${path}/delete`, {
    demand: 'write:instances',
    show: ask => <DeleteInstance head={livingHead(house, ask)} />,
    submit: async ask => {
      const { name, id, customerSlug, customerId } = livingHead(house, ask).instance
      demandName(ask.fields, name)
      await ask.submit('instances.delete')
      return goTo(instanceAddress({ customerSlug, customerId, slug: null, id }), `${name} was deleted.`)
    },
  }),
  ...form(`${path}/restore`, {
    demand: 'write:instances',
    show: ask => <RestoreInstance head={instanceHead(house, ask)} />,
    submit: async ask => {
      instanceHead(house, ask)
      const back = await ask.submit('instances.restore')
      return goTo(instanceAddress(back), `${back.name} is back as ${back.slug}.`)
    },
  }),
]
