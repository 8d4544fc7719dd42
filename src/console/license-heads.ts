import type { LicenseHead } from '../../views/license-layout.tsx'
import type { LicenseRecord } from '../domain/license.ts'
import { found } from '../domain/problem.ts'
import { countVersionsOf, instancesPerLicense, licenseAt } from '../store/licenses.ts'
import type { House } from '../web/house.ts'
import type { Ask } from './page.ts'

/** The license of the address, else 404. */
export const licenseOf = ({ read }: House, { principal, at }: Pick<Ask, 'principal' | 'at'>): LicenseRecord =>
  found(read.find(licenseAt(principal.organization, at.license)), 'License.NotFound')

/** How many instances each license is on, counted beside the main thread. */
export async function instancesOfEach(
  { scan }: House,
  organization: string,
  licenses: readonly LicenseRecord[],
): Promise<ReadonlyMap<string, number>> {
  const ids = JSON.stringify(licenses.map(({ id }) => id))
  const counted = await scan.all(instancesPerLicense, { organization, ids })
  return new Map(counted.map(({ licenseId, instances }) => [licenseId, instances]))
}

/** What the head of every page about a license shows. */
export async function licenseHead(house: House, ask: Pick<Ask, 'principal' | 'at'>): Promise<LicenseHead> {
  const license = licenseOf(house, ask)
  const { organizationId: organization, familySlug: family } = license
  const [each, counted] = await Promise.all([
    instancesOfEach(house, organization, [license]),
    house.scan.all(countVersionsOf, { organization, family }),
  ])
  return { license, instances: each.get(license.id) ?? 0, versions: counted[0]?.versions ?? 1 }
}
