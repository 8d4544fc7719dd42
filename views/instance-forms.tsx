import type { CustomerRecord } from '../src/domain/customer.ts'
import { fitsRows } from '../src/domain/form.ts'
import type { JsonObject } from '../src/domain/input.ts'
import type { InstanceRecord } from '../src/domain/instance.ts'
import { Action } from './action.tsx'
import { Card } from './card.tsx'
import { SwitchField } from './choices.tsx'
import { Empty } from './empty.tsx'
import { JsonField, MomentField, SlugField, TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { useTyped } from './form-state.ts'
import { crumbsTo, type InstanceHead, instanceAddress } from './instance-layout.tsx'
import { type InstancePlaces, PlaceField } from './instance-places.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { RowsField } from './rows.tsx'

interface NewInstanceProps {
  places: InstancePlaces
  /** Where the page was opened from. */
  customer: CustomerRecord | undefined
  /** Slug of the default license. */
  license: string | undefined
}

export const NewInstance = ({ places, customer, license }: NewInstanceProps) => {
  const [first] = places.customers.items
  return (
    <Layout title="New instance" above={customer ? customerAbove(customer) : above} isNarrow>
      <Card>
        {!first ? (
          <NothingToBelongTo what="customer" to="/customers/new" />
        ) : places.licenses.items.length === 0 ? (
          <NothingToBelongTo what="license" to="/licenses/new" />
        ) : (
          <Form
            action="/customers/instances/new"
            submit="Create instance"
            cancel={customer ? `/customers/${customer.slug}/instances` : '/customers/instances'}
          >
            <TextField name="name" label="Name" isRequired autofocus placeholder="Production" />
            <SlugField kind="instance" />
            <TextArea name="description" label="Description" />
            <PlaceField
              name="customerSlug"
              label="Customer"
              isRequired
              places={withPlace(places.customers, customer)}
              value={customer?.slug}
              none="Choose a customer"
            />
            <LicenseField places={places} license={license} />
            <PlaceField
              name="deploymentZoneSlug"
              label="Deployment zone"
              places={places.zones}
              none="No zone"
              hint="Where it runs. Its zone says which release it has."
            />
            <DateFields isNew />
            <MetadataFields metadata={{}} />
          </Form>
        )}
      </Card>
    </Layout>
  )
}

const above: Crumb[] = [{ to: '/customers/instances', name: 'Instances' }]
const customerAbove = ({ slug, name }: CustomerRecord): Crumb[] => [
  { to: '/customers', name: 'Customers' },
  { to: `/customers/${slug}`, name },
  { to: `/customers/${slug}/instances`, name: 'Instances' },
]

const withPlace = (places: InstancePlaces['customers'], place: CustomerRecord | undefined) =>
  !place || places.hasMore || places.items.some(({ slug }) => slug === place.slug)
    ? places
    : { ...places, items: [place, ...places.items] }

const NothingToBelongTo = ({ what, to }: { what: 'customer' | 'license'; to: string }) => (
  <Empty
    icon={what === 'customer' ? 'building' : 'license'}
    title={what === 'customer' ? 'First, a customer' : 'First, a license'}
    hint={
      what === 'customer'
        ? 'An instance belongs to a customer, and there is none yet.'
        : 'An instance gets what its license grants, and there is no active license yet.'
    }
    action={
      <Action to={to} icon="plus" isPrimary>
        New {what}
      </Action>
    }
  />
)

const LicenseField = ({ places, license }: { places: InstancePlaces; license: string | undefined }) => (
  <PlaceField
    name="licenseSlug"
    label="License"
    isRequired
    places={places.licenses}
    value={license}
    {...(license === undefined && { none: 'Choose a license' })}
    hint={
      license === undefined
        ? 'What it may use. No license is the default yet; licenses that are not active are not offered.'
        : 'What it may use. The default license is chosen; licenses that are not active are not offered.'
    }
  />
)

/** Which moments, and what holds where they are left empty. */
const DateFields = ({ isNew = false, instance }: { isNew?: boolean; instance?: InstanceRecord }) => (
  <>
    <MomentField
      name="startLicenseDate"
      label="License starts"
      value={instance?.startLicenseDate}
      isRequired={!isNew}
      hint={isNew ? 'Now, where you leave it empty.' : undefined}
    />
    <MomentField
      name="endLicenseDate"
      label="License ends"
      value={instance?.endLicenseDate}
      hint={
        isNew
          ? 'One year after its start, where you leave it empty. From that moment on it grants nothing.'
          : 'From that moment on it grants nothing: checks say no, and reports are refused.'
      }
    />
    <SwitchField
      name="_neverEnds"
      label="The license never ends"
      hint="Then an end above does not count."
      isOn={instance?.endLicenseDate === null}
    />
  </>
)

/** As rows of key and value, or as JSON, which counts where both are given. What is nested is JSON from the start. */
const MetadataFields = ({ metadata }: { metadata: JsonObject }) => {
  const isTyped = useTyped('_metadataJson')?.at(-1)?.trim()
  if (!fitsRows(metadata)) return <JsonField name="metadata" label="Metadata" value={metadata} />
  return (
    <>
      <RowsField name="metadata" label="Metadata" value={metadata} />
      <details class="field" open={Boolean(isTyped)}>
        <summary>Metadata as JSON</summary>
        <JsonField
          name="_metadataJson"
          label="JSON object"
          lines={5}
          hint="Where something stands here, it takes the place of the rows: for values within values."
        />
      </details>
    </>
  )
}

export const EditInstance = ({ head }: { head: InstanceHead }) => {
  const { instance } = head
  return (
    <Layout title="Edit" above={crumbsTo(head)} isNarrow>
      <Card>
        <Form
          action={instanceAddress(instance, 'edit')}
          submit="Save"
          cancel={instanceAddress(instance)}
          revision={instance.revision}
        >
          <TextField name="name" label="Name" value={instance.name} isRequired autofocus />
          <TextArea name="description" label="Description" value={instance.description} />
          <DateFields instance={instance} />
          <MetadataFields metadata={instance.metadata} />
        </Form>
      </Card>
      <Notice title="License and zone have pages of their own">
        The page <a href={instanceAddress(instance, 'license')}>Change license</a> shows what would change before it is
        done.
      </Notice>
    </Layout>
  )
}
