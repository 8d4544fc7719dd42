import type { CustomerRecord } from '../src/domain/customer.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import type { Page } from '../src/domain/list.ts'
import { Action, EditAndDelete } from './action.tsx'
import { By } from './by.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions, None } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { SlugField, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import type { Content } from './html.ts'
import { instanceAddress, LicenseDates } from './instance-layout.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { Linked } from './linked.tsx'
import { List, type ListView } from './list.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'

const above: Crumb[] = [{ to: '/customers', name: 'Customers' }]
const addressOf = ({ slug }: { slug: string }): string => `/customers/${slug}`

interface CustomerListProps {
  leaf: Page<CustomerRecord>
  query: ListView
  /** Number of instances by the customer's id. */
  instances: ReadonlyMap<string, number>
}

export const CustomerList = ({ leaf, query, instances }: CustomerListProps) => (
  <Layout
    title="Customers"
    actions={
      <Action to="/customers/new" icon="plus" isPrimary>
        New customer
      </Action>
    }
  >
    <List
      of="customers"
      leaf={leaf}
      query={query}
      columns={[
        { title: 'Name', sort: 'name', cell: customer => <a href={addressOf(customer)}>{customer.name}</a> },
        { title: 'Slug', cell: ({ slug }) => <Copy text={slug} /> },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'Instances', isNumber: true, cell: ({ id }) => instances.get(id) ?? 0 },
      ]}
      empty={
        <Empty
          icon="building"
          title="No customers yet"
          hint="A customer is whoever you sell to. Each has instances: the deployments of your product."
          action={
            <Action to="/customers/new" icon="plus" isPrimary>
              New customer
            </Action>
          }
        >
          <Curl title="Create one with the API" method="POST" path="/api/customers" body={{ name: 'Acme, Inc.' }} />
        </Empty>
      }
    />
  </Layout>
)

export const NewCustomer = () => (
  <Layout title="New customer" above={above} isNarrow>
    <Card>
      <Form action="/customers/new" submit="Create customer" cancel="/customers">
        <TextField name="name" label="Name" isRequired autofocus placeholder="Acme, Inc." />
        <SlugField kind="customer" />
        <ExternalId />
      </Form>
    </Card>
  </Layout>
)

export const EditCustomer = ({ customer }: { customer: CustomerRecord }) => (
  <Layout title="Edit" above={[...above, { to: addressOf(customer), name: customer.name }]} isNarrow>
    <Card>
      <Form
        action={`${addressOf(customer)}/edit`}
        submit="Save"
        cancel={addressOf(customer)}
        revision={customer.revision}
      >
        <TextField name="name" label="Name" value={customer.name} isRequired autofocus />
        <ExternalId value={customer.externalCustomerId} />
      </Form>
    </Card>
  </Layout>
)

const ExternalId = ({ value }: { value?: string | null }) => (
  <TextField
    name="externalCustomerId"
    label="External id"
    value={value}
    isCode
    hint="How another system calls this customer: your CRM or billing."
  />
)

interface CustomerProps {
  customer: CustomerRecord
  instances: number
}

/** The head and tabs of each page about one customer. */
const CustomerLayout = ({ customer, instances, children }: CustomerProps & { children: Content }) => (
  <Layout
    title={customer.name}
    above={above}
    beside={<Copy text={customer.slug} />}
    actions={<EditAndDelete to={addressOf(customer)} />}
    tabs={
      <Tabs
        label={customer.name}
        tabs={[
          { to: addressOf(customer), name: 'Overview' },
          { to: `${addressOf(customer)}/instances`, name: 'Instances', count: instances },
        ]}
      />
    }
  >
    {children}
  </Layout>
)

export const CustomerOverview = ({ customer, instances }: CustomerProps) => (
  <CustomerLayout customer={customer} instances={instances}>
    <Card>
      <Definitions
        of={[
          ['Name', customer.name],
          ['Slug', <Copy text={customer.slug} />],
          ['Id', <Copy text={customer.id} />],
          ['External id', customer.externalCustomerId ? <Copy text={customer.externalCustomerId} /> : null],
          ['Instances', <a href={`${addressOf(customer)}/instances`}>{instances}</a>],
          ['Created', <By at={customer.createdAt} who={customer.createdBy} />],
          ['Changed', <By at={customer.updatedAt} who={customer.updatedBy} />],
        ]}
      />
    </Card>
  </CustomerLayout>
)

export const CustomerInstances = ({
  customer,
  instances,
  leaf,
  query,
}: CustomerProps & { leaf: Page<InstanceView>; query: ListView }) => (
  <CustomerLayout customer={customer} instances={instances}>
    <List
      of="instances"
      leaf={leaf}
      query={query}
      filters={<NewInstance customer={customer} />}
      columns={[
        {
          title: 'Name',
          sort: 'name',
          cell: instance => <Linked to={instanceAddress(instance)} name={instance.name} />,
        },
        { title: 'Slug', cell: ({ slug, id }) => <Copy text={slug ?? id} /> },
        { title: 'License', cell: ({ licenseSlug }) => (licenseSlug ? <code>{licenseSlug}</code> : <None />) },
        { title: 'License dates', cell: instance => <LicenseDates instance={instance} /> },
      ]}
      empty={
        <Empty
          icon="server"
          title={`${customer.name} has no instances yet`}
          hint="An instance is one deployment of your product for this customer, with a license of its own."
          action={<NewInstance customer={customer} />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/instances"
            body={{ name: 'Production', customerSlug: customer.slug }}
          />
        </Empty>
      }
    />
  </CustomerLayout>
)

const NewInstance = ({ customer }: { customer: CustomerRecord }) => (
  <Action to={`/customers/instances/new?customer=${customer.slug}`} icon="plus" isPrimary>
    New instance
  </Action>
)
