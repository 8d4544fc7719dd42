import type { WebhookRecord } from '../src/domain/webhook.ts'
import { Notice } from './notice.tsx'
import { Status } from './status.tsx'
import { Time } from './time.tsx'

export const webhooksPath = '/integrations/webhooks'
export const addressOfWebhook = ({ id }: { id: string }): string => `${webhooksPath}/${id}`

export const WebhookState = ({ enabled, disabledReason, failingSince }: WebhookRecord) => {
  if (!enabled) return disabledReason ? <Status is="bad">Disabled</Status> : <Status is="neutral">Disabled</Status>
  return failingSince === null ? <Status is="good">Enabled</Status> : <Status is="warning">Failing</Status>
}

/** What their receivers' answers switched off. Nothing where nothing was: for the pages of webhooks and the dashboard. */
export const DisabledWebhooks = ({ webhooks }: { webhooks: readonly WebhookRecord[] }) =>
  webhooks.length > 0 && (
    <Notice
      kind="danger"
      title={
        webhooks.length === 1 ? 'A webhook endpoint was disabled' : `${webhooks.length} webhook endpoints were disabled`
      }
    >
      <ul class="notice-list">
        {webhooks.map(webhook => (
          <li>
            <a href={addressOfWebhook(webhook)}>{webhook.url}</a> <Why {...webhook} />
          </li>
        ))}
      </ul>
      Mend the receiver, then enable it again. What it missed meanwhile can be recovered.
    </Notice>
  )

/** Said in a sentence that begins with the endpoint. */
export const Why = ({ disabledReason, failingSince, updatedAt }: WebhookRecord) =>
  disabledReason === 'GONE' ? (
    <>
      answered 410 Gone, <Time of={updatedAt} />
    </>
  ) : (
    <>
      did nothing but fail since <Time of={failingSince ?? updatedAt} />
    </>
  )
