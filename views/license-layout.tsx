import type { LicenseRecord } from '../src/domain/license.ts'
import { Action, DialogLink, EditAndDelete } from './action.tsx'
import { licenseTypeWords } from './entitlement-words.ts'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { LicenseState, licenseAddress } from './license-link.tsx'
import { Badge } from './status.tsx'
import { Tabs } from './tabs.tsx'

/** A license with what the head of its pages counts. */
export interface LicenseHead {
  license: LicenseRecord
  instances: number
  versions: number
}

export const aboveLicenses: Crumb[] = [{ to: '/licenses', name: 'Licenses' }]

/** `Pro, version 2` where a name alone would not tell. */
export const versionedName = ({ name, version }: LicenseRecord): string => `${name}, version ${version}`

export const crumbsToLicense = (license: LicenseRecord): Crumb[] => [
  ...aboveLicenses,
  { to: licenseAddress(license), name: versionedName(license) },
]

/** The head and tabs of each page about one license. */
export function LicenseLayout({ license, instances, versions, children }: LicenseHead & { children: Content }) {
  const to = licenseAddress(license)
  return (
    <Layout
      title={license.name}
      above={aboveLicenses}
      beside={
        <>
          <Badge>
            Version {license.version}
            {license.versionName && `: ${license.versionName}`}
          </Badge>
          <Badge>{licenseTypeWords[license.type].label}</Badge>
          <LicenseState {...license} />
        </>
      }
      actions={
        <>
          <Action to={`${to}/new-version`} icon="versions">
            New version
          </Action>
          {!license.isDefault && license.isActive && (
            <DialogLink to={`${to}/make-default`} icon="star">
              Make default
            </DialogLink>
          )}
          {!license.isDefault && (
            <DialogLink to={`${to}/${license.isActive ? 'deactivate' : 'activate'}`} icon="power">
              {license.isActive ? 'Deactivate' : 'Activate'}
            </DialogLink>
          )}
          <EditAndDelete to={to} />
        </>
      }
      tabs={
        <Tabs
          label={license.name}
          tabs={[
            { to, name: 'Overview' },
            { to: `${to}/instances`, name: 'Instances', count: instances },
            { to: `${to}/versions`, name: 'Versions', count: versions },
          ]}
        />
      }
    >
      {children}
    </Layout>
  )
}
