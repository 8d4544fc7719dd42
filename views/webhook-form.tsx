import type { WebhookRecord } from '../src/domain/webhook.ts'
import { Card } from './card.tsx'
import { SwitchField } from './choices.tsx'
import { EventsField } from './event-checks.tsx'
import { TextArea, TextField } from './fields.tsx'
import { Form } from './form.tsx'
import { Layout } from './layout.tsx'
import { aboveWebhook, aboveWebhooks } from './webhook-layout.tsx'
import { addressOfWebhook, webhooksPath } from './webhook-notices.tsx'

const UrlField = ({ value }: { value?: string }) => (
  <TextField
    name="url"
    label="URL"
    value={value}
    isRequired
    autofocus
    longest={2000}
    placeholder="https://example.com/kaiten"
    hint="Where events are sent by POST: https:// and a host of the open internet, unless your operator allows more."
  />
)

const DescriptionField = ({ value }: { value?: string | null }) => (
  <TextArea name="description" label="Description" value={value} lines={2} longest={1000} />
)

export const NewWebhook = () => (
  <Layout title="New endpoint" above={aboveWebhooks} isNarrow>
    <Card>
      <Form action={`${webhooksPath}/new`} submit="Create endpoint" cancel={webhooksPath}>
        <UrlField />
        <DescriptionField />
        <EventsField chosen={[]} />
      </Form>
    </Card>
  </Layout>
)

export const EditWebhook = ({ webhook }: { webhook: WebhookRecord }) => {
  const to = addressOfWebhook(webhook)
  return (
    <Layout title="Edit" above={aboveWebhook(webhook)} isNarrow>
      <Card>
        <Form action={`${to}/edit`} submit="Save" cancel={to} revision={webhook.revision}>
          <UrlField value={webhook.url} />
          <DescriptionField value={webhook.description} />
          <SwitchField
            name="enabled"
            label="Enabled"
            isOn={webhook.enabled}
            hint="While it is off, what waits for it waits, and new events are not queued for it."
          />
          <EventsField chosen={webhook.eventNames} />
        </Form>
      </Card>
    </Layout>
  )
}
