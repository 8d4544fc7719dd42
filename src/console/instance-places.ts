import type { InstancePlaces, Place, Places } from '../../views/instance-places.tsx'
import type { LicenseRecord } from '../domain/license.ts'
import { ListQuery } from '../domain/list.ts'
import { customersOf } from '../store/customers.ts'
import { deploymentZonesOf } from '../store/deployment-zones.ts'
import { licensesOf } from '../store/licenses.ts'
import type { Source } from '../store/pages.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'

/** What people choose from in a list; more than these are named by their slug instead. */
const choosable = ListQuery.parse({ limit: 100, sort: 'name' })

type Reading = Pick<House, 'read' | 'scan'>

/** What an instance can belong to. Licenses that are not active are for those who have them. */
export async function instancePlaces(house: Reading, organization: string): Promise<InstancePlaces> {
  const [customers, licenses, zones] = await Promise.all([
    placesOf(house, customersOf(organization)),
    activeLicenses(house, organization),
    placesOf(house, deploymentZonesOf(organization)),
  ])
  return { customers, licenses, zones }
}

export const activeLicenses = (house: Reading, organization: string): Promise<Places> =>
  placesOf(house, licensesOf(organization, { isActive: true }), licenseName)

export const allLicenses = (house: Reading, organization: string): Promise<Places> =>
  placesOf(house, licensesOf(organization, {}), licenseName)

export const placesOf = async <Row extends Place>(
  house: Reading,
  source: Source<Row>,
  nameOf: (row: Row) => string = row => row.name,
): Promise<Places> => {
  const { items, hasMore } = await readPage(house, source, choosable)
  return { items: items.map(row => ({ slug: row.slug, name: nameOf(row) })), hasMore }
}

/** Versions of one plan often have one name. */
export const licenseName = ({ name, version, type, isDefault }: LicenseRecord): string =>
  `${name} (version ${version}, ${type.toLowerCase()}${isDefault ? ', default' : ''})`
