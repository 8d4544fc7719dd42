import type { WebhookRecord } from '../src/domain/webhook.ts'
import { SelectField } from './choices.tsx'
import { Confirmation } from './confirmation.tsx'
import { eventDomains } from './event-checks.tsx'
import { MomentField } from './fields.tsx'
import { grouped } from './progress.tsx'
import { addressOfDelivery } from './webhook-history.tsx'
import { aboveWebhook, aboveWebhooks } from './webhook-layout.tsx'
import { addressOfWebhook, webhooksPath } from './webhook-notices.tsx'

/** What people send by hand: each a short form. */

export const TestWebhook = ({ webhook }: { webhook: WebhookRecord }) => {
  const to = addressOfWebhook(webhook)
  return (
    <Confirmation
      title="Send a test"
      action={`${to}/test`}
      submit="Send now"
      cancel={to}
      above={aboveWebhook(webhook)}
      said={`A signed example is sent once${webhook.enabled ? '' : ', although the endpoint is disabled'}. The next page shows what came back.`}
    >
      <SelectField
        name="eventName"
        label="Event"
        isRequired
        value={webhook.eventNames[0] ?? 'CUSTOMER_CREATION'}
        choices={eventDomains.flatMap(({ name, events }) =>
          events.map(value => ({ value, label: value, group: name })),
        )}
      />
    </Confirmation>
  )
}

export const RecoverWebhook = ({ webhook, since }: { webhook: WebhookRecord; since: number }) => {
  const to = addressOfWebhook(webhook)
  return (
    <Confirmation
      title="Recover what was missed"
      action={`${to}/recover`}
      submit="Recover"
      cancel={to}
      above={aboveWebhook(webhook)}
      said="Queues again what failed since a time, and what was never queued because the endpoint was disabled, asked for other events or did not exist yet. What arrived is not sent again."
    >
      <MomentField name="since" label="Since" value={since} isRequired autofocus />
    </Confirmation>
  )
}

interface RetryAllProps {
  /** Of one endpoint; of all without. */
  webhook?: WebhookRecord | undefined
  dead: number
}

export const RetryAll = ({ webhook, dead }: RetryAllProps) => {
  const action = `${webhook ? addressOfWebhook(webhook) : webhooksPath}/retry`
  return (
    <Confirmation
      title="Retry what failed"
      action={action}
      submit={dead === 0 ? 'Look again' : 'Send them now'}
      cancel={`${webhook ? addressOfWebhook(webhook) : webhooksPath}/history`}
      above={webhook ? aboveWebhook(webhook) : aboveWebhooks}
      said={
        dead === 0
          ? 'No delivery is dead: what failed is still being tried by itself, or arrived.'
          : `${counted(dead)} tried no more. Each is sent once more, with the same webhook-id${webhook ? '' : '; those of disabled endpoints are left alone'}.`
      }
    />
  )
}

const counted = (dead: number): string =>
  dead === 1 ? 'One delivery is dead:' : `${dead >= 10_000 ? 'At least ' : ''}${grouped(dead)} deliveries are dead:`

export const RetryDelivery = ({ webhook, delivery }: { webhook: WebhookRecord; delivery: string }) => (
  <Confirmation
    title="Send again"
    action={`${addressOfDelivery(delivery)}/retry`}
    submit="Send now"
    cancel={addressOfDelivery(delivery)}
    above={aboveWebhook(webhook)}
    said={`It is sent to ${webhook.url} at once, with the same webhook-id: a receiver that has it already can tell.`}
  />
)

export const DisableWebhook = ({ webhook }: { webhook: WebhookRecord }) => (
  <Confirmation
    title="Disable the endpoint"
    action={`${addressOfWebhook(webhook)}/disable`}
    submit="Disable"
    cancel={addressOfWebhook(webhook)}
    above={aboveWebhook(webhook)}
    revision={webhook.revision}
    said="What waits for it waits, and goes on when it is enabled. Events that happen meanwhile are not queued; they can be recovered."
  />
)

export const EnableWebhook = ({ webhook }: { webhook: WebhookRecord }) => (
  <Confirmation
    title="Enable the endpoint"
    action={`${addressOfWebhook(webhook)}/enable`}
    submit="Enable"
    cancel={addressOfWebhook(webhook)}
    above={aboveWebhook(webhook)}
    said="What waits for it is sent, and what happens from now on."
  />
)
