import type { LicenseRecord, LicenseType } from '../src/domain/license.ts'
import type { Page } from '../src/domain/list.ts'
import { Action } from './action.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Empty } from './empty.tsx'
import { choicesOf, licenseTypeWords } from './entitlement-words.ts'
import { FilterSelect } from './filters.tsx'
import { Layout } from './layout.tsx'
import { LicenseLink, LicenseState } from './license-link.tsx'
import { List, type ListView } from './list.tsx'
import { Badge } from './status.tsx'
import { Time } from './time.tsx'

export interface LicenseListView extends ListView {
  type?: LicenseType | undefined
  state?: 'active' | 'inactive' | undefined
}

interface LicenseListProps {
  leaf: Page<LicenseRecord>
  query: LicenseListView
  /** Number of instances by the license's id. */
  instances: ReadonlyMap<string, number>
}

/** By family, the newest version first; in the order of a time, one by one. */
export const LicenseList = ({ leaf, query, instances }: LicenseListProps) => (
  <Layout title="Licenses" actions={<NewLicenseAction />}>
    <List
      of="licenses"
      leaf={leaf}
      query={query}
      groupOf={query.sort.endsWith('name') ? familyOf : undefined}
      filters={
        <>
          <FilterSelect
            name="type"
            label="Type"
            all="All types"
            choices={choicesOf(licenseTypeWords)}
            value={query.type}
          />
          <FilterSelect
            name="state"
            label="State"
            all="Active and not"
            choices={[
              { value: 'active', label: 'Active' },
              { value: 'inactive', label: 'Inactive' },
            ]}
            value={query.state}
          />
        </>
      }
      columns={[
        { title: 'Name', sort: 'name', cell: license => <LicenseLink {...license} /> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Type', cell: ({ type }) => <Badge>{licenseTypeWords[type].label}</Badge> },
        { title: 'Version', isNumber: true, cell: ({ version }) => version },
        { title: 'State', cell: license => <LicenseState {...license} /> },
        { title: 'Instances', isNumber: true, cell: ({ id }) => instances.get(id) ?? 0 },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} isDay /> },
      ]}
      empty={
        <Empty
          icon="license"
          title="No licenses yet"
          hint="A license is a plan that you sell, such as Starter or Pro: what an instance may use, and how much of it. Make the entitlements first, then the license that grants them."
          action={<NewLicenseAction />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/licenses"
            body={{ name: 'Pro', type: 'PAID', isDefault: true }}
          />
        </Empty>
      }
    />
  </Layout>
)

const familyOf = ({ familySlug }: LicenseRecord) => ({
  key: familySlug,
  head: (
    <>
      <span class="text-secondary">Family</span> {familySlug}
    </>
  ),
})

const NewLicenseAction = () => (
  <Action to="/licenses/new" icon="plus" isPrimary>
    New license
  </Action>
)
