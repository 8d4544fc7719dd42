import type { ComponentChildren } from 'preact'
import { type DeploymentView, type DeploymentZoneView, ZoneType } from '../src/domain/deployment-zone.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import type { Page } from '../src/domain/list.ts'
import type { Difference } from '../src/domain/release-difference.ts'
import { Action, DialogLink, EditAndDelete } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions, None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { FilterSelect } from './filters.tsx'
import { useFrame } from './frame.ts'
import { Json } from './json.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Differences } from './release-parts.tsx'
import { Status } from './status.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

type Zone = DeploymentZoneView

export const zonesAbove: Crumb[] = [{ to: '/deployment-zones', name: 'Deployment zones' }]
export const zoneAddress = ({ slug }: { slug: string }): string => `/deployment-zones/${slug}`

/** What people call a release. */
export interface Called {
  slug: string
  version: string
}
type Versions = ReadonlyMap<string, Called>

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
      keyOf={({ id }) => id}
      filters={<FilterSelect name="type" label="Type" value={query.type} choices={ZoneType.options} />}
      columns={[
        { title: 'Name', sort: 'name', cell: zone => <a href={zoneAddress(zone)}>{zone.name}</a> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Type', cell: ({ type }) => type },
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

interface ZoneProps {
  zone: Zone
  instances: number
}

/** The head and tabs of each page about one zone. */
const ZoneLayout = ({ zone, instances, children }: ZoneProps & { children: ComponentChildren }) => (
  <Layout
    title={zone.name}
    above={zonesAbove}
    beside={<Copy text={zone.slug} />}
    actions={
      <>
        <DialogLink to={`${zoneAddress(zone)}/deploy`} icon="rocket" isPrimary>
          Deploy
        </DialogLink>
        <EditAndDelete to={zoneAddress(zone)} />
      </>
    }
    tabs={
      <Tabs
        label={zone.name}
        tabs={[
          { to: zoneAddress(zone), name: 'Overview' },
          { to: `${zoneAddress(zone)}/instances`, name: 'Instances', count: instances },
          { to: `${zoneAddress(zone)}/deployments`, name: 'Deployments' },
        ]}
      />
    }
  >
    {children}
  </Layout>
)

interface OverviewProps extends ZoneProps {
  release: Called | undefined
  /** What the release is made of. */
  parts: readonly Difference[]
  addressOf: (name: string, version: string) => string | undefined
}

export const ZoneOverview = ({ zone, instances, release, parts, addressOf }: OverviewProps) => (
  <ZoneLayout zone={zone} instances={instances}>
    <Card>
      <Definitions
        of={[
          ['Name', zone.name],
          ['Type', zone.type],
          ['Release', <ReleaseLink key="release" of={release} />],
          [
            'Instances',
            <a key="instances" href={`${zoneAddress(zone)}/instances`}>
              {instances}
            </a>,
          ],
          ['Description', zone.description || null],
          ['Id', <Copy key="id" text={zone.id} />],
          ['Created', <By key="created" at={zone.createdAt} who={zone.createdBy} />],
          ['Changed', <By key="changed" at={zone.updatedAt} who={zone.updatedBy} />],
        ]}
      />
    </Card>
    {release ? (
      <Card title={`Runs ${release.version}`} isFlush>
        {parts.length > 0 ? (
          <Differences label="Components" differences={parts} addressOf={addressOf} isPlain />
        ) : (
          <p class="list-nothing text-secondary">This release has no components.</p>
        )}
      </Card>
    ) : (
      <div class="card">
        <NothingDeployed zone={zone} />
      </div>
    )}
    {Object.keys(zone.metadata).length > 0 && (
      <Card title="Metadata">
        <Json value={zone.metadata} label="Metadata" />
      </Card>
    )}
  </ZoneLayout>
)

const NothingDeployed = ({ zone }: { zone: Zone }) => (
  <Empty
    icon="rocket"
    title="Nothing is deployed here yet"
    hint="Deploy a release: every instance of this zone runs it from then on."
    action={
      <DialogLink to={`${zoneAddress(zone)}/deploy`} icon="rocket" isPrimary>
        Deploy
      </DialogLink>
    }
  >
    <Curl
      title="Deploy with the API"
      method="POST"
      path={`/api/deployment-zones/${zone.slug}/deployments`}
      body={{ releaseSlug: '2026-11' }}
    />
  </Empty>
)

export const ZoneInstances = ({
  zone,
  instances,
  leaf,
  query,
}: ZoneProps & { leaf: Page<InstanceView>; query: ListView }) => (
  <ZoneLayout zone={zone} instances={instances}>
    <List
      of="instances"
      leaf={leaf}
      query={query}
      keyOf={({ id }) => id}
      columns={[
        { title: 'Name', sort: 'name', cell: instance => <InstanceLink instance={instance} /> },
        { title: 'Slug', cell: ({ slug, id }) => <Copy text={slug ?? id} /> },
        {
          title: 'Customer',
          cell: ({ customerSlug }) =>
            customerSlug ? <a href={`/customers/${customerSlug}`}>{customerSlug}</a> : <None />,
        },
        { title: 'License', cell: ({ licenseSlug }) => (licenseSlug ? <code>{licenseSlug}</code> : <None />) },
        { title: 'Ends', cell: ({ endLicenseDate }) => <Time of={endLicenseDate} isDay /> },
      ]}
      empty={
        <Empty
          icon="server"
          title={`${zone.name} has no instances yet`}
          hint="An instance comes to a zone where it is made, or on its own page later."
        >
          <Curl
            title="Bring one here with the API"
            method="PUT"
            path="/api/instances/acme-production"
            body={{ deploymentZoneSlug: zone.slug }}
          />
        </Empty>
      }
    />
  </ZoneLayout>
)

export const InstanceLink = ({
  instance: { customerSlug, slug, name },
}: {
  instance: Pick<InstanceView, 'customerSlug' | 'slug' | 'name'>
}) => {
  const to = `/customers/${customerSlug}/instances/${slug}`
  return useFrame().mayOpen(to) ? <a href={to}>{name}</a> : name
}

interface DeploymentsProps extends ZoneProps {
  leaf: Page<DeploymentView>
  query: ListView
  versions: Versions
  /** Of the newest one. */
  latest: string | undefined
}

export const ZoneDeployments = ({ zone, instances, leaf, query, versions, latest }: DeploymentsProps) => (
  <ZoneLayout zone={zone} instances={instances}>
    <List
      of="deployments"
      leaf={leaf}
      query={query}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Release',
          cell: ({ id, releaseId }) => (
            <span class="chips">
              <ReleaseLink of={versions.get(releaseId)} />
              {id === latest && <Status is="good">running</Status>}
            </span>
          ),
        },
        { title: 'Deployed', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'By', cell: ({ createdBy }) => createdBy },
        {
          title: 'Again',
          to: () => `${zoneAddress(zone)}/deploy`,
          cell: ({ id, releaseSlug }) =>
            id !== latest && (
              <DialogLink to={`${zoneAddress(zone)}/deploy?release=${releaseSlug}`} icon="refresh" isSmall>
                Deploy again
              </DialogLink>
            ),
        },
      ]}
      empty={<NothingDeployed zone={zone} />}
    />
  </ZoneLayout>
)
