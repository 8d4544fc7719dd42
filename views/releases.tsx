import type { Page } from '../src/domain/list.ts'
import { type ReleaseView, type ReleaseState as State, ReleaseState as states } from '../src/domain/release.ts'
import { type Difference, summaryOf } from '../src/domain/release-difference.ts'
import { Action, DialogLink } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions, None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { FilterSelect } from './filters.tsx'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Differences, ReleaseState } from './release-parts.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

export const releasesAbove: Crumb[] = [{ to: '/releases', name: 'Releases' }]
export const releaseAddress = ({ slug }: { slug: string }): string => `/releases/${slug}`

/** A zone that runs a release, and how many do. */
interface Running {
  name: string
  slug: string
  counted: number
}

interface ReleaseListProps {
  leaf: Page<ReleaseView>
  query: ListView & { state?: State | undefined }
  states: ReadonlyMap<string, State>
  running: ReadonlyMap<string, readonly Running[]>
}

export const ReleaseList = ({ leaf, query, states: stateOf, running }: ReleaseListProps) => (
  <Layout title="Releases" actions={<NewReleaseLink />}>
    <List
      of="releases"
      leaf={leaf}
      query={query}
      filters={<FilterSelect name="state" label="State" value={query.state} choices={states.options} />}
      columns={[
        {
          title: 'Version',
          sort: 'name',
          cell: release => <a href={releaseAddress(release)}>{release.version}</a>,
        },
        { title: 'State', cell: ({ id }) => <ReleaseState is={stateOf.get(id) ?? 'planned'} /> },
        { title: 'Components', isNumber: true, cell: ({ componentIds }) => componentIds.length },
        { title: 'Zones running it', cell: ({ id }) => <Zones zones={running.get(id) ?? []} /> },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
      ]}
      empty={
        <Empty
          icon="package"
          title="No releases yet"
          hint="A release bundles components in the versions that belong together. Zones are brought to a release at once."
          action={<NewReleaseLink />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/releases"
            body={{ version: '2026.11', componentSlugs: ['api-server-1-0-0'] }}
          />
        </Empty>
      }
    />
  </Layout>
)

const NewReleaseLink = () => (
  <Action to="/releases/new" icon="plus" isPrimary>
    New release
  </Action>
)

function Zones({ zones }: { zones: readonly Running[] }) {
  const { mayOpen } = useFrame()
  const [first] = zones
  if (!first) return <None />
  return (
    <span class="chips">
      {zones.map(({ name, slug }) => {
        const to = `/deployment-zones/${slug}`
        return mayOpen(to) ? (
          <a class="badge" href={to}>
            {name}
          </a>
        ) : (
          <span class="badge">{name}</span>
        )
      })}
      {first.counted > zones.length && <span class="text-secondary">and {first.counted - zones.length} more</span>}
    </span>
  )
}

export interface ReleaseProps {
  release: ReleaseView
  state: State
}

/** The head and tabs of each page about one release. */
export const ReleaseLayout = ({ release, state, children }: ReleaseProps & { children: Content }) => (
  <Layout
    title={release.version}
    above={releasesAbove}
    beside={
      <>
        <Copy text={release.slug} />
        <ReleaseState is={state} />
      </>
    }
    actions={
      <>
        <Action to={`/releases/new?from=${release.slug}`} icon="plus" isPrimary>
          Make the next
        </Action>
        {state === 'planned' && (
          <DialogLink to={`${releaseAddress(release)}/delete`} icon="trash" isDangerous>
            Delete
          </DialogLink>
        )}
      </>
    }
    tabs={
      <Tabs
        label={release.version}
        tabs={[
          { to: releaseAddress(release), name: 'Overview' },
          { to: `${releaseAddress(release)}/zones`, name: 'Zones' },
          { to: `${releaseAddress(release)}/deployments`, name: 'Deployments' },
        ]}
      />
    }
  >
    {children}
  </Layout>
)

interface OverviewProps extends ReleaseProps {
  previous: ReleaseView | undefined
  running: readonly Running[]
  differences: readonly Difference[]
  addressOf: (name: string, version: string) => string | undefined
}

export const ReleaseOverview = ({ release, state, previous, running, differences, addressOf }: OverviewProps) => (
  <ReleaseLayout release={release} state={state}>
    <Card>
      <Definitions
        of={[
          ['Version', release.version],
          ['Description', release.description || null],
          ['Previous release', previous ? <a href={releaseAddress(previous)}>{previous.version}</a> : null],
          ['Zones running it', <Zones zones={running} />],
          ['Id', <Copy text={release.id} />],
          ['Created', <By at={release.createdAt} who={release.createdBy} />],
        ]}
      />
      {state !== 'planned' && (
        <p class="text-secondary mt-3 mb-0">It was deployed, so it is kept: the log of deployments names it.</p>
      )}
    </Card>
    <Card
      title="Components"
      isFlush
      actions={
        previous && (
          <span class="text-secondary">
            Since {previous.version}: {summaryOf(differences)}
          </span>
        )
      }
    >
      {differences.length > 0 ? (
        <Differences label="Components" differences={differences} addressOf={addressOf} isPlain={!previous} />
      ) : (
        <p class="list-nothing text-secondary">This release has no components.</p>
      )}
    </Card>
  </ReleaseLayout>
)
