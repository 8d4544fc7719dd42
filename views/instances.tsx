import type { NamedInstance } from '../src/domain/instance.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, DialogLink } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { FilterSelect } from './filters.tsx'
import { crumbsTo, type InstanceHead, instanceAddress, LicenseDates } from './instance-layout.tsx'
import { type InstancePlaces, PlaceFilter } from './instance-places.tsx'
import { Json } from './json.tsx'
import { Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { List, type ListView } from './list.tsx'
import { Status } from './status.tsx'
import type { Column } from './table.tsx'

export interface InstanceListView extends ListView {
  customer?: string | undefined
  license?: string | undefined
  zone?: string | undefined
  deleted?: 'true' | undefined
}

interface InstanceListProps {
  leaf: Page<NamedInstance>
  query: InstanceListView
  places: InstancePlaces
}

export const InstanceList = ({ leaf, query, places }: InstanceListProps) => (
  <Layout title="Instances" actions={<NewInstance />}>
    <List
      of="instances"
      leaf={leaf}
      query={query}
      columns={columns}
      filters={
        <>
          <PlaceFilter name="customer" label="Customer" places={places.customers} value={query.customer} />
          <PlaceFilter name="license" label="License" places={places.licenses} value={query.license} />
          <PlaceFilter name="zone" label="Zone" places={places.zones} value={query.zone} />
          <FilterSelect
            name="deleted"
            label="Deleted instances"
            all="Without deleted"
            choices={[{ value: 'true', label: 'With deleted' }]}
            value={query.deleted}
          />
        </>
      }
      empty={
        <Empty
          icon="server"
          title="No instances yet"
          hint="An instance is one deployment of your product for a customer, with a license for a time."
          action={<NewInstance />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/instances"
            body={{ name: 'Production', customerSlug: places.customers.items[0]?.slug ?? 'acme-inc' }}
          />
        </Empty>
      }
    />
  </Layout>
)

const NewInstance = () => (
  <Action to="/customers/instances/new" icon="plus" isPrimary>
    New instance
  </Action>
)

const columns: Column<NamedInstance>[] = [
  { title: 'Name', sort: 'name', cell: instance => <InstanceName instance={instance} /> },
  { title: 'Slug', cell: ({ slug }) => (slug === null ? <None /> : <Copy text={slug} />) },
  { title: 'Description', cell: ({ description }) => (description === '' ? <None /> : beginningOf(description)) },
  {
    title: 'Customer',
    cell: ({ customerSlug: slug, customerName: name }) => <LinkedIfThere to={`/customers/${slug}`} name={name} />,
  },
  {
    title: 'License',
    cell: ({ licenseSlug: slug, licenseName: name }) => <LinkedIfThere to={`/licenses/${slug}`} name={name} />,
  },
  { title: 'License dates', cell: instance => <LicenseDates instance={instance} /> },
  { title: 'Metadata', cell: instance => <MetadataLink instance={instance} /> },
]

const InstanceName = ({ instance }: { instance: NamedInstance }) => (
  <>
    <a href={instanceAddress(instance)}>{instance.name}</a>{' '}
    {instance.deletedAt !== null && <Status is="neutral">deleted</Status>}
  </>
)

/** What a deleted instance belonged to may be gone too. */
const LinkedIfThere = ({ to, name }: { to: string; name: string | null }) =>
  name === null ? <span class="text-secondary">deleted</span> : <Linked to={to} name={name} />

const MetadataLink = ({ instance }: { instance: NamedInstance }) => {
  const count = Object.keys(instance.metadata).length
  if (count === 0) return <None />
  return (
    <DialogLink to={instanceAddress(instance, 'metadata')}>
      {count === 1 ? '1 entry' : `${count} entries`}
      <span class="visually-hidden">of {instance.name}</span>
    </DialogLink>
  )
}

/** The rest is on the instance's own page. */
const beginningOf = (text: string): string => (text.length > 80 ? `${text.slice(0, 79).trimEnd()}…` : text)

/** A page of its own, and over lists a dialog. */
export const InstanceMetadata = ({ head }: { head: InstanceHead }) => (
  <Layout title="Metadata" above={crumbsTo(head)} isNarrow>
    <Card>
      <h2 class="dialog-title" id="dialog-title">
        Metadata of {head.instance.name}
      </h2>
      <Json value={head.instance.metadata} label={`Metadata of ${head.instance.name}`} />
      <div class="form-buttons">
        <Action to={instanceAddress(head.instance, 'edit')} icon="pencil">
          Edit
        </Action>
        <a href={instanceAddress(head.instance)} class="btn btn-ghost-secondary" data-close>
          Close
        </a>
      </div>
    </Card>
  </Layout>
)
