import type { DeploymentView } from '../src/domain/deployment-zone.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import type { Page } from '../src/domain/list.ts'
import type { Difference } from '../src/domain/release-difference.ts'
import { DialogLink, EditAndDelete } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions, None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import type { Content } from './html.ts'
import { Json } from './json.tsx'
import { Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { List, type ListView } from './list.tsx'
import { Differences } from './release-parts.tsx'
import { Status, titled } from './status.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

import { type Called, ReleaseLink, type Versions, type Zone, zoneAddress, zonesAbove } from './zones.tsx'

interface ZoneProps {
  zone: Zone
  instances: number
}

/** The head and tabs of each page about one zone. */
const ZoneLayout = ({ zone, instances, children }: ZoneProps & { children: Content }) => (
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
          ['Type', titled(zone.type)],
          ['Release', <ReleaseLink of={release} />],
          ['Instances', <a href={`${zoneAddress(zone)}/instances`}>{instances}</a>],
          ['Description', zone.description || null],
          ['Id', <Copy text={zone.id} />],
          ['Created', <By at={zone.createdAt} who={zone.createdBy} />],
          ['Changed', <By at={zone.updatedAt} who={zone.updatedBy} />],
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
}) => <Linked to={`/customers/${customerSlug}/instances/${slug}`} name={name} />

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
