import type { DeploymentOfRelease, DeploymentZoneView } from '../src/domain/deployment-zone.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, DialogLink } from './action.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { List, type ListView } from './list.tsx'
import { ReleaseLayout, type ReleaseProps, releaseAddress } from './releases.tsx'
import { Status } from './status.tsx'
import { Time } from './time.tsx'

interface ZonesProps extends ReleaseProps {
  leaf: Page<DeploymentZoneView>
  query: ListView
  /** What the zones run now, by id. */
  versions: ReadonlyMap<string, { version: string; slug: string }>
}

/** Every zone, with what it runs now: from here the release goes there. */
export const ReleaseZones = ({ release, state, leaf, query, versions }: ZonesProps) => (
  <ReleaseLayout release={release} state={state}>
    <List
      of="zones"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Name', sort: 'name', cell: zone => <a href={`/deployment-zones/${zone.slug}`}>{zone.name}</a> },
        { title: 'Type', cell: ({ type }) => type },
        {
          title: 'Runs',
          cell: ({ releaseId }) =>
            releaseId === release.id ? (
              <Status is="good">this release</Status>
            ) : (
              (versions.get(releaseId ?? '')?.version ?? <None />)
            ),
        },
        {
          title: 'Deploy',
          to: ({ slug }) => `/deployment-zones/${slug}/deploy`,
          cell: zone => (
            <DialogLink to={`/deployment-zones/${zone.slug}/deploy?release=${release.slug}`} icon="rocket" isSmall>
              {zone.releaseId === release.id ? 'Deploy again' : 'Deploy here'}
            </DialogLink>
          ),
        },
      ]}
      empty={
        <Empty
          icon="cloud"
          title="No deployment zones yet"
          hint="A zone is where instances run. Make one, then deploy this release to it."
          action={
            <Action to="/deployment-zones/new" icon="plus" isPrimary>
              New zone
            </Action>
          }
        >
          <Curl
            title="Deploy with the API"
            method="POST"
            path="/api/deployment-zones/eu-shared/deployments"
            body={{ releaseSlug: release.slug }}
          />
        </Empty>
      }
    />
  </ReleaseLayout>
)

export const ReleaseDeployments = ({
  release,
  state,
  leaf,
  query,
}: ReleaseProps & { leaf: Page<DeploymentOfRelease>; query: ListView }) => (
  <ReleaseLayout release={release} state={state}>
    <List
      of="deployments"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'Zone',
          cell: ({ deploymentZoneSlug: slug, deploymentZoneName: name, deploymentZoneId: id }) =>
            slug ? (
              <a href={`/deployment-zones/${slug}`}>{name}</a>
            ) : (
              <span class="chips">
                a deleted zone <Copy text={id} />
              </span>
            ),
        },
        { title: 'Deployed', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'By', cell: ({ createdBy }) => createdBy },
      ]}
      empty={
        <Empty
          icon="rocket"
          title={`${release.version} was not deployed yet`}
          hint="Deploy it to a zone: its instances run it from then on, and the log here says so."
          action={
            <Action to={`${releaseAddress(release)}/zones`} icon="rocket" isPrimary>
              Choose a zone
            </Action>
          }
        >
          <Curl
            title="Deploy with the API"
            method="POST"
            path="/api/deployment-zones/eu-shared/deployments"
            body={{ releaseSlug: release.slug }}
          />
        </Empty>
      }
    />
  </ReleaseLayout>
)
