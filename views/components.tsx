import type { ComponentRecord } from '../src/domain/component.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, EditAndDelete } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { useFrame } from './frame.ts'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Status } from './status.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

export const componentsAbove: Crumb[] = [{ to: '/components', name: 'Components' }]
export const componentAddress = ({ slug }: { slug: string }): string => `/components/${slug}`

/** All versions of one name. */
interface Line {
  name: string
  versions: number
  createdAt: number
}

interface Version {
  id: string
  version: string
  slug: string
  createdAt: number
}

interface ComponentListProps {
  leaf: Page<Line>
  query: ListView
  /** The newest versions by name, newest first. */
  newest: ReadonlyMap<string, readonly Version[]>
}

export const ComponentList = ({ leaf, query, newest }: ComponentListProps) => (
  <Layout title="Components" actions={<NewComponentLink />}>
    <List
      of="components"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Name', sort: 'name', cell: ({ name }) => <LineLink name={name} newest={newest.get(name)?.[0]} /> },
        { title: 'Versions', cell: line => <Versions line={line} newest={newest.get(line.name) ?? []} /> },
        { title: 'Newest', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
      ]}
      empty={
        <Empty
          icon="puzzle"
          title="No components yet"
          hint="A component is a service or module of your product, in versions. Releases are made of them."
          action={<NewComponentLink />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/components"
            body={{ name: 'API server', version: '1.0.0' }}
          />
        </Empty>
      }
    />
  </Layout>
)

const NewComponentLink = () => (
  <Action to="/components/new" icon="plus" isPrimary>
    New component
  </Action>
)

const LineLink = ({ name, newest }: { name: string; newest: Version | undefined }) =>
  newest ? <a href={componentAddress(newest)}>{name}</a> : name

const Versions = ({ line: { versions }, newest }: { line: Line; newest: readonly Version[] }) => (
  <span class="chips">
    {newest.map(({ version, slug }) => (
      <a class="badge" href={`/components/${slug}`}>
        {version}
      </a>
    ))}
    {versions > newest.length && <span class="text-secondary">and {versions - newest.length} more</span>}
  </span>
)

interface ComponentProps {
  component: ComponentRecord
  previous: ComponentRecord | undefined
  /** The newest of its name, and how many there are. */
  versions: readonly Version[]
  versionsInAll: number
  releases: readonly (Version & { counted: number })[]
}

export const ComponentPage = ({ component, previous, versions, versionsInAll, releases }: ComponentProps) => (
  <Layout
    title={`${component.name} ${component.version}`}
    above={componentsAbove}
    beside={<Copy text={component.slug} />}
    actions={
      <>
        <Action to={`/components/new?from=${component.slug}`} icon="plus" isPrimary>
          New version
        </Action>
        <EditAndDelete to={componentAddress(component)} />
      </>
    }
  >
    <Card>
      <Definitions
        of={[
          ['Name', component.name],
          ['Version', component.version],
          ['Description', component.description || null],
          ['Comes after', previous ? <VersionLink of={previous} /> : null],
          ['Id', <Copy text={component.id} />],
          ['Created', <By at={component.createdAt} who={component.createdBy} />],
          ['Changed', <By at={component.updatedAt} who={component.updatedBy} />],
        ]}
      />
    </Card>
    <Card title={`Versions of ${component.name}`} isFlush actions={<OfMore shown={versions} of={versionsInAll} />}>
      <Table
        label="Versions"
        rows={versions}
        columns={[
          { title: 'Version', cell: version => <VersionLink of={version} isHere={version.id === component.id} /> },
          { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
          { title: 'Created', cell: ({ createdAt }) => <Time of={createdAt} /> },
        ]}
      />
    </Card>
    <Releases releases={releases} version={component.version} />
  </Layout>
)

const VersionLink = ({ of, isHere = false }: { of: Version; isHere?: boolean }) =>
  isHere ? (
    <span class="chips">
      {of.version} <Status is="info">this one</Status>
    </span>
  ) : (
    <a href={componentAddress(of)}>{of.version}</a>
  )

const OfMore = ({ shown, of }: { shown: readonly unknown[]; of: number }) =>
  of > shown.length && (
    <span class="text-secondary">
      The newest {shown.length} of {of}
    </span>
  )

function Releases({ releases, version }: Pick<ComponentProps, 'releases'> & { version: string }) {
  const { mayOpen } = useFrame()
  return (
    <Card
      title={`Releases with ${version}`}
      isFlush={releases.length > 0}
      actions={<OfMore shown={releases} of={releases[0]?.counted ?? 0} />}
    >
      {releases.length === 0 ? (
        <p class="text-secondary mb-0">
          No release has it yet. <Action to="/releases/new">New release</Action>
        </p>
      ) : (
        <Table
          label="Releases"
          rows={releases}
          columns={[
            {
              title: 'Release',
              cell: ({ version: each, slug }) =>
                mayOpen(`/releases/${slug}`) ? <a href={`/releases/${slug}`}>{each}</a> : each,
            },
            { title: 'Created', cell: ({ createdAt }) => <Time of={createdAt} /> },
          ]}
        />
      )}
    </Card>
  )
}
