import type { EntitlementRecord } from '../src/domain/entitlement.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, EditAndDelete } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions, None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { aggregationWords, anchorWords, choicesOf, meterWords, resetWords, typeWords } from './entitlement-words.ts'
import { FilterSelect } from './filters.tsx'
import type { Content } from './html.ts'
import { type Crumb, Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { Badge } from './status.tsx'
import { Tabs } from './tabs.tsx'

export const aboveEntitlement: Crumb[] = [{ to: '/entitlements', name: 'Entitlements' }]
export const entitlementAddress = ({ slug }: { slug: string }): string => `/entitlements/${slug}`

interface EntitlementListProps {
  leaf: Page<EntitlementRecord>
  query: ListView & { type?: string | undefined }
  /** Number of licenses that grant it, by the entitlement's id. */
  licenses: ReadonlyMap<string, number>
}

export const EntitlementList = ({ leaf, query, licenses }: EntitlementListProps) => (
  <Layout title="Entitlements" actions={<NewEntitlementAction />}>
    <List
      of="entitlements"
      leaf={leaf}
      query={query}
      filters={
        <FilterSelect name="type" label="Type" all="All types" choices={choicesOf(typeWords)} value={query.type} />
      }
      columns={[
        { title: 'Name', sort: 'name', cell: row => <a href={entitlementAddress(row)}>{row.name}</a> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Type', cell: ({ type }) => <Badge>{typeWords[type].label}</Badge> },
        { title: 'Meter', cell: ({ meterType }) => (meterType ? meterWords[meterType].label : <NotMeasured />) },
        { title: 'Aggregation', cell: row => <Aggregation {...row} /> },
        { title: 'Licenses', isNumber: true, cell: ({ id }) => licenses.get(id) ?? 0 },
      ]}
      empty={
        <Empty
          icon="gauge"
          title="No entitlements yet"
          hint="An entitlement is a right to use something: a quota, a feature that is on or off, a configuration. Licenses grant them."
          action={<NewEntitlementAction />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/entitlements"
            body={{ name: 'API calls', type: 'NUMBER', aggregationMethod: 'COUNT', resetPeriod: 'MONTH' }}
          />
        </Empty>
      }
    />
  </Layout>
)

const NewEntitlementAction = () => (
  <Action to="/entitlements/new" icon="plus" isPrimary>
    New entitlement
  </Action>
)

const Aggregation = ({ aggregationMethod, resetPeriod }: EntitlementRecord) => {
  if (!aggregationMethod) return <NotMeasured />
  return (
    <>
      {aggregationWords[aggregationMethod].label}
      {resetPeriod && <span class="text-secondary"> {resetWords[resetPeriod].hint}</span>}
    </>
  )
}

const NotMeasured = () => (
  <span class="text-secondary">
    <span aria-hidden="true">–</span>
    <span class="visually-hidden">not measured</span>
  </span>
)

export interface EntitlementProps {
  entitlement: EntitlementRecord
  /** Number of licenses that grant it. */
  licenses: number
}

/** The head and tabs of each page about one entitlement. */
export function EntitlementLayout({ entitlement, licenses, children }: EntitlementProps & { children: Content }) {
  const to = entitlementAddress(entitlement)
  return (
    <Layout
      title={entitlement.name}
      above={aboveEntitlement}
      beside={
        <>
          <Badge>{typeWords[entitlement.type].label}</Badge>
          <Copy text={entitlement.slug} />
        </>
      }
      actions={<EditAndDelete to={to} />}
      tabs={
        <Tabs
          label={entitlement.name}
          tabs={[
            { to, name: 'Overview' },
            ...(entitlement.type === 'NUMBER' ? [{ to: `${to}/usage`, name: 'Usage' }] : []),
            { to: `${to}/licenses`, name: 'Licenses', count: licenses },
            { to: `${to}/customers`, name: 'Customers' },
          ]}
        />
      }
    >
      {children}
    </Layout>
  )
}

export const EntitlementOverview = ({ entitlement, licenses }: EntitlementProps) => (
  <EntitlementLayout entitlement={entitlement} licenses={licenses}>
    <Card title="Properties">
      <Definitions
        of={[
          ['Name', entitlement.name],
          ['Slug', <Copy text={entitlement.slug} />],
          ['Id', <Copy text={entitlement.id} />],
          ['Description', entitlement.description || null],
          ['Created', <By at={entitlement.createdAt} who={entitlement.createdBy} />],
          ['Changed', <By at={entitlement.updatedAt} who={entitlement.updatedBy} />],
        ]}
      />
    </Card>
    <Card title={entitlement.type === 'NUMBER' ? 'How it is measured' : 'What it is'}>
      {entitlement.type === 'NUMBER' ? (
        <Measuring {...entitlement} />
      ) : (
        <p class="mb-0">{typeWords[entitlement.type].hint}</p>
      )}
    </Card>
  </EntitlementLayout>
)

const Measuring = (entitlement: EntitlementRecord) => {
  const { meterType, aggregationMethod, unitSingular, unitPlural, warningThresholdPercent, resetPeriod, resetAnchor } =
    entitlement
  const units = [unitSingular, unitPlural].filter(Boolean).join(', ')
  return (
    <Definitions
      of={[
        ['Reports', meterType && <Explained {...meterWords[meterType]} />],
        ['Aggregation', aggregationMethod && <Explained {...aggregationWords[aggregationMethod]} />],
        ['Starts over', resetPeriod ? resetWords[resetPeriod].label : 'Never'],
        ['Periods begin', resetAnchor && <Explained {...anchorWords[resetAnchor]} />],
        ['Unit', units || <None />],
        ['Warns at', warningThresholdPercent ? `${warningThresholdPercent} %` : 'Never'],
      ]}
    />
  )
}

const Explained = ({ label, hint }: { label: string; hint: string }) => (
  <>
    {label}
    <div class="form-hint">{hint}</div>
  </>
)
