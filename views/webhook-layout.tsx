import type { WebhookRecord } from '../src/domain/webhook.ts'
import { DialogLink, EditAndDelete } from './action.tsx'
import { Form } from './form.tsx'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import { type Crumb, Layout } from './layout.tsx'
import { Notice } from './notice.tsx'
import { Tabs } from './tabs.tsx'
import { Time } from './time.tsx'
import { addressOfWebhook, WebhookState, Why, webhooksPath } from './webhook-notices.tsx'

export const aboveWebhooks: Crumb[] = [{ to: webhooksPath, name: 'Webhooks' }]
export const aboveWebhook = (webhook: WebhookRecord): Crumb[] => [
  ...aboveWebhooks,
  { to: addressOfWebhook(webhook), name: webhook.url },
]

/** Endpoints and all that was sent to them are two sides of one thing. */
export const WebhooksTabs = () => (
  <Tabs
    label="Webhooks"
    tabs={[
      { to: webhooksPath, name: 'Endpoints' },
      { to: `${webhooksPath}/history`, name: 'History' },
    ]}
  />
)

/** The head and tabs of each page about one endpoint. */
export const WebhookLayout = ({ webhook, children }: { webhook: WebhookRecord; children: Content }) => {
  const to = addressOfWebhook(webhook)
  return (
    <Layout
      title={webhook.url}
      above={aboveWebhooks}
      beside={<WebhookState {...webhook} />}
      actions={
        <>
          <DialogLink to={`${to}/test`} icon="send" isPrimary={webhook.enabled}>
            Send a test
          </DialogLink>
          {webhook.enabled ? (
            <DialogLink to={`${to}/disable`} icon="player-pause">
              Disable
            </DialogLink>
          ) : (
            <Enable {...webhook} />
          )}
          <EditAndDelete to={to} />
        </>
      }
      tabs={
        <Tabs
          label={webhook.url}
          tabs={[
            { to, name: 'Overview' },
            { to: `${to}/history`, name: 'History' },
            { to: `${to}/receiver`, name: 'Receiver' },
          ]}
        />
      }
    >
      <Standing {...webhook} />
      {children}
    </Layout>
  )
}

const Enable = (webhook: WebhookRecord) => {
  const action = `${addressOfWebhook(webhook)}/enable`
  return (
    useFrame().mayOpen(action, 'POST') && (
      <Form action={action}>
        <button type="submit" class="btn btn-primary">
          <Icon name="player-play" /> Enable
        </button>
      </Form>
    )
  )
}

/** What its reader should know before anything else. */
const Standing = (webhook: WebhookRecord) => {
  if (!webhook.enabled && webhook.disabledReason)
    return (
      <Notice kind="danger" title="Disabled by what the receiver answered">
        It <Why {...webhook} />. Mend the receiver, send a test, then enable it; what it missed can be recovered.
      </Notice>
    )
  if (!webhook.enabled)
    return <Notice title="Disabled: nothing is sent">What waits for it waits; new events are not queued for it.</Notice>
  if (webhook.failingSince === null) return null
  return (
    <Notice kind="warning" title="The receiver fails">
      Every attempt since <Time of={webhook.failingSince} /> failed ({webhook.failures}). What fails is tried again for
      about three days; an endpoint that only fails for five days is disabled.
    </Notice>
  )
}
