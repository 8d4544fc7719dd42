import type { LicenseRecord } from '../src/domain/license.ts'
import { Linked } from './linked.tsx'
import { Badge, Status } from './status.tsx'

export const licenseAddress = ({ slug }: { slug: string }): string => `/licenses/${slug}`

/** By its name, with what its version is called. */
export const LicenseLink = (license: LicenseRecord) => (
  <>
    <Linked to={licenseAddress(license)} name={license.name} />
    {license.versionName && <span class="text-secondary"> {license.versionName}</span>}
  </>
)

export const LicenseState = ({ isActive, isDefault }: Pick<LicenseRecord, 'isActive' | 'isDefault'>) => (
  <span class="states">
    <Status is={isActive ? 'good' : 'neutral'}>{isActive ? 'Active' : 'Inactive'}</Status>
    {isDefault && <Badge>Default</Badge>}
  </span>
)
