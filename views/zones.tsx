import { type DeploymentZoneView, ZoneType } from '../src/domain/deployment-zone.ts'
import type { Page } from '../src/domain/list.ts'
import { Action } from './action.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { FilterSelect } from './filters.tsx'
import { useFrame } from './frame.ts'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { titled } from './status.tsx'
import { Time } from './time.tsx'

export type Zone = DeploymentZoneView

export const zonesAbove: Crumb[] = [{ to: '/deployment-zones', name: 'Deployment zones' }]
export const zoneAddress = ({ slug }: { slug: string }): string => `/deployment-zones/${slug}`

/** What people call a release. */
export interface Called {
  slug: string
  version: string
}
export type Versions = ReadonlyMap<string, Called>

export const ReleaseLink = ({ of }: { of: Called | undefined }) => {
  const { mayOpen } = useFrame()
  if (!of) return <None />
  const to = `/releases/${of.slug}`
  return mayOpen(to) ? <a href={to}>{of.version}</a> : of.version
}

interface ZoneListProps {
  leaf: Page<Zone>
  query: ListView & { type?: Zone['type'] | undefined }
  versions: Versions
  /** Number of instances by the zone's id. */
  instances: ReadonlyMap<string, number>
}

export const ZoneList = ({ leaf, query, versions, instances }: ZoneListProps) => (
  <Layout title="Deployment zones" actions={<NewZoneLink />}>
    <List
      of="deployment zones"
      leaf={leaf}
      query={query}
      filters={
        <FilterSelect
          name="type"
          label="Type"
          value={query.type}
          choices={ZoneType.options.map(value => ({ value, label: titled(value) }))}
        />
      }
      columns={[
        { title: 'Name', sort: 'name', cell: zone => <a href={zoneAddress(zone)}>{zone.name}</a> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Type', cell: ({ type }) => titled(type) },
        { title: 'Release', cell: ({ releaseId }) => <ReleaseLink of={versions.get(releaseId ?? '')} /> },
        { title: 'Instances', isNumber: true, cell: ({ id }) => instances.get(id) ?? 0 },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
      ]}
      empty={
        <Empty
          icon="cloud"
          title="No deployment zones yet"
          hint="A zone is where instances run: a cluster that customers share, or one of their own. Releases are deployed to it."
          action={<NewZoneLink />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/deployment-zones"
            body={{ name: 'EU shared', type: 'SHARED' }}
          />
        </Empty>
      }
    />
  </Layout>
)

const NewZoneLink = () => (
  <Action to="/deployment-zones/new" icon="plus" isPrimary>
    New zone
  </Action>
)
