import type { z } from 'zod'
import type { CustomerRecord } from '../domain/customer.ts'
import type { DeploymentZoneView } from '../domain/deployment-zone.ts'
import { type Event, event } from '../domain/event.ts'
import type { Instance, InstanceView } from '../domain/instance.ts'
import type { LicenseRecord } from '../domain/license.ts'
import { invalid, Problem } from '../domain/problem.ts'
import type { Tx } from '../engine/transaction.ts'
import { customerAt } from '../store/customers.ts'
import { deploymentZoneAt } from '../store/deployment-zones.ts'
import { licenseAt } from '../store/licenses.ts'
import { referred } from './references.ts'

type Named = 'customerId' | 'customerSlug' | 'licenseId' | 'licenseSlug' | 'deploymentZoneId' | 'deploymentZoneSlug'
type Naming = { [M in Named]?: string | null | undefined }

/** What an instance belongs to, as far as a body names it. A zone of null is no zone. */
interface Places {
  customer: CustomerRecord | undefined
  license: LicenseRecord | undefined
  zone: DeploymentZoneView | null | undefined
}

export const placesNamed = async (tx: Tx, organization: string, input: Naming): Promise<Places> => ({
  customer: await referred(tx, input, 'customer', reference => customerAt(organization, reference)),
  license: await referred(tx, input, 'license', reference => licenseAt(organization, reference)),
  zone: await zoneNamed(tx, organization, input),
})

async function zoneNamed(tx: Tx, organization: string, input: Naming): Promise<Places['zone']> {
  const { deploymentZoneId: id, deploymentZoneSlug: slug } = input
  const zone = await referred(tx, input, 'deploymentZone', reference => deploymentZoneAt(organization, reference))
  if (id !== null && slug !== null) return zone
  if (!zone) return null
  const location = id === null ? 'body.deploymentZoneId' : 'body.deploymentZoneSlug'
  throw invalid({ location, message: `cannot be null while the other one names ${zone.slug}` })
}

/** Throws where a license that is not active would be put on an instance. */
export function mayBePutOn({ isActive, slug }: LicenseRecord, { licenseSlug }: Naming): void {
  if (isActive) return
  const location = typeof licenseSlug === 'string' ? 'body.licenseSlug' : 'body.licenseId'
  throw new Problem('License.Inactive', `${slug} is not active and cannot be put on an instance.`, {
    errors: [{ location, message: 'names a license that is not active', value: slug }],
  })
}

/** What an instance's coming to another license or zone sends beside its creation or update. */
export function movements(
  before: Pick<InstanceView, 'licenseId' | 'licenseSlug' | 'deploymentZoneId' | 'deploymentZoneSlug'>,
  after: z.output<typeof Instance>,
): Event[] {
  const events: Event[] = []
  if (after.licenseId !== before.licenseId)
    events.push(
      event('INSTANCE_LICENSE_CHANGE', {
        ...after,
        previousLicenseId: before.licenseId,
        previousLicenseSlug: before.licenseSlug,
      }),
    )
  if (after.deploymentZoneId === null || after.deploymentZoneId === before.deploymentZoneId) return events
  if (before.deploymentZoneId === null) return [...events, event('INSTANCE_DEPLOYMENT', after)]
  const moved = event('INSTANCE_MIGRATION', {
    ...after,
    previousDeploymentZoneId: before.deploymentZoneId,
    previousDeploymentZoneSlug: before.deploymentZoneSlug,
  })
  return [...events, moved]
}
