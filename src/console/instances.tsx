import { z } from 'zod'
import { NewInstance } from '../../views/instance-forms.tsx'
import { instanceAddress } from '../../views/instance-layout.tsx'
import { InstanceList } from '../../views/instances.tsx'
import { Reference } from '../domain/input.ts'
import { customerAt, customersOf } from '../store/customers.ts'
import { deploymentZoneAt, deploymentZonesOf } from '../store/deployment-zones.ts'
import { type InstanceFilters, namedInstancesOf } from '../store/instances.ts'
import { defaultLicense, licenseAt } from '../store/licenses.ts'
import type { Statement } from '../store/query.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { instanceInput } from './instance-input.ts'
import { allLicenses, instancePlaces, placesOf } from './instance-places.ts'
import { LeafQuery } from './lists.ts'
import { form, goTo, type Page, page } from './page.ts'

/** Rows are tall here: fewer of them keep the page light. */
const InstanceQuery = LeafQuery.extend({
  limit: z.coerce.number().int().min(1).max(200).default(25),
  customer: Reference.optional(),
  license: Reference.optional(),
  zone: Reference.optional(),
  deleted: z.literal('true').optional(),
})

/** What no id is: a filter by something that is gone finds nothing, and the page says so. */
const nothing = 'nothing'

export const instances = (house: House): Page[] => {
  const filtersOf = (organization: string, query: z.output<typeof InstanceQuery>): InstanceFilters => {
    const idOf = (reference: string | undefined, at: (o: string, r: string) => Statement<{ id: string }>) =>
      reference === undefined ? undefined : (house.read.find(at(organization, reference))?.id ?? nothing)
    return {
      customer: idOf(query.customer, customerAt),
      license: idOf(query.license, licenseAt),
      zone: idOf(query.zone, deploymentZoneAt),
      includeDeleted: query.deleted === 'true',
    }
  }

  return [
    ...page('/customers/instances', {
      demand: 'read:instances',
      query: InstanceQuery,
      show: async ({ principal: { organization, instance: only }, query }) => {
        const source = namedInstancesOf(organization, query.sort, { ...filtersOf(organization, query), only })
        const [leaf, customers, licenses, zones] = await Promise.all([
          readLeaf(house, source, query),
          placesOf(house, customersOf(organization)),
          allLicenses(house, organization),
          placesOf(house, deploymentZonesOf(organization)),
        ])
        return <InstanceList {...{ leaf, query, places: { customers, licenses, zones } }} />
      },
    }),
    ...form('/customers/instances/new', {
      demand: 'write:instances',
      query: z.object({ customer: Reference.optional() }),
      show: async ({ principal: { organization }, query, fields }) => {
        const named = query.customer ?? fields.get('customerSlug')?.at(-1)
        const customer = named ? house.read.find(customerAt(organization, named)) : undefined
        const license = house.read.find(defaultLicense, { organization })
        return (
          <NewInstance {...{ places: await instancePlaces(house, organization), customer, license: license?.slug }} />
        )
      },
      submit: async ask => {
        const made = await ask.submit('instances.create', instanceInput(ask.fields, { isNew: true }))
        return goTo(instanceAddress(made), `${made.name} was created.`)
      },
    }),
  ]
}
