import type { DeploymentZoneView } from '../src/domain/deployment-zone.ts'
import { fitsRows } from '../src/domain/form.ts'
import type { JsonObject } from '../src/domain/input.ts'
import type { InstanceView } from '../src/domain/instance.ts'
import { Card } from './card.tsx'
import { RadioField } from './choices.tsx'
import { ConfirmDeletion } from './deletion.tsx'
import { JsonField, SlugField, TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { RowsField } from './rows.tsx'
import { zoneAddress, zonesAbove } from './zones.tsx'

type Zone = DeploymentZoneView

export const NewZone = () => (
  <Layout title="New deployment zone" above={zonesAbove} isNarrow>
    <Card>
      <Form action="/deployment-zones/new" submit="Create zone" cancel="/deployment-zones">
        <TextField name="name" label="Name" isRequired autofocus placeholder="EU shared" />
        <SlugField kind="zone" />
        <ZoneFields type="SHARED" />
      </Form>
    </Card>
  </Layout>
)

export const EditZone = ({ zone }: { zone: Zone }) => (
  <Layout title="Edit" above={[...zonesAbove, { to: zoneAddress(zone), name: zone.name }]} isNarrow>
    <Card>
      <Form action={`${zoneAddress(zone)}/edit`} submit="Save" cancel={zoneAddress(zone)} revision={zone.revision}>
        <TextField name="name" label="Name" value={zone.name} isRequired autofocus />
        <ZoneFields {...zone} />
      </Form>
    </Card>
  </Layout>
)

interface ZoneFieldsProps {
  type: Zone['type']
  description?: string | null
  metadata?: JsonObject
}

const ZoneFields = ({ type, description, metadata = {} }: ZoneFieldsProps) => (
  <>
    <RadioField
      name="type"
      label="Type"
      value={type}
      isRequired
      choices={[
        { value: 'SHARED', label: 'Shared', hint: 'Instances of several customers run in it.' },
        { value: 'DEDICATED', label: 'Dedicated', hint: 'It is for one customer alone.' },
      ]}
    />
    <TextArea name="description" label="Description" value={description} lines={2} />
    {fitsRows(metadata) ? (
      <RowsField name="metadata" label="Metadata" value={metadata} />
    ) : (
      <JsonField name="metadata" label="Metadata" value={metadata} />
    )}
  </>
)

interface DeleteZoneProps {
  zone: Zone
  /** The first few of its instances, and how many there are. */
  first: readonly InstanceView[]
  instances: number
}

export const DeleteZone = ({ zone, first, instances }: DeleteZoneProps) => (
  <ConfirmDeletion
    {...{ kind: 'zone', name: zone.name, revision: zone.revision }}
    action={`${zoneAddress(zone)}/delete`}
    cancel={zoneAddress(zone)}
    above={[...zonesAbove, { to: zoneAddress(zone), name: zone.name }]}
    asksForName={instances > 0}
  >
    {instances === 0
      ? 'No instance is in it. '
      : `${instances === 1 ? 'This instance goes' : `These ${instances.toLocaleString('en-US')} instances go`} on without a zone: ${namesOf(first, instances)}. `}
    Its deployments stay in the log, and its slug is free again.
  </ConfirmDeletion>
)

function namesOf(first: readonly InstanceView[], instances: number): string {
  const names = first.map(({ name, customerSlug }) => `${name} (${customerSlug})`).join(', ')
  return instances > first.length ? `${names} and ${(instances - first.length).toLocaleString('en-US')} more` : names
}
