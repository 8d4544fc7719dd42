import type { Page } from '../src/domain/list.ts'
import type { WebhookRecord } from '../src/domain/webhook.ts'
import { Action, DialogLink } from './action.tsx'
import { Card } from './card.tsx'
import { Copy } from './copy.tsx'
import { Curl } from './curl.tsx'
import { Definitions } from './definitions.tsx'
import { Empty } from './empty.tsx'
import { Events } from './event-checks.tsx'
import { useFrame } from './frame.ts'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { grouped } from './progress.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'
import { type Attempt, attemptColumns } from './webhook-history.tsx'
import { WebhookLayout, WebhooksTabs } from './webhook-layout.tsx'
import { addressOfWebhook, DisabledWebhooks, WebhookState, webhooksPath } from './webhook-notices.tsx'

const NewEndpoint = () => (
  <Action to={`${webhooksPath}/new`} icon="plus" isPrimary>
    New endpoint
  </Action>
)

interface WebhookListProps {
  leaf: Page<WebhookRecord>
  query: ListView
  /** Deliveries that wait, by the endpoint's id. */
  waiting: ReadonlyMap<string, number>
  disabled: readonly WebhookRecord[]
}

export const WebhookList = ({ leaf, query, waiting, disabled }: WebhookListProps) => (
  <Layout title="Webhooks" actions={<NewEndpoint />} tabs={<WebhooksTabs />}>
    <DisabledWebhooks webhooks={disabled} />
    <List
      of="endpoints"
      leaf={leaf}
      query={query}
      columns={[
        {
          title: 'URL',
          sort: 'name',
          cell: webhook => (
            <div>
              <a href={addressOfWebhook(webhook)}>{webhook.url}</a>
              {webhook.description && <div class="text-secondary clamped">{webhook.description}</div>}
            </div>
          ),
        },
        { title: 'Events', cell: ({ eventNames }) => <Events of={eventNames} /> },
        {
          title: 'State',
          cell: webhook => (
            <div>
              <WebhookState {...webhook} />
              {webhook.failingSince !== null && (
                <div class="text-secondary">
                  since <Time of={webhook.failingSince} />
                </div>
              )}
            </div>
          ),
        },
        { title: 'Created', sort: 'createdAt', cell: ({ createdAt }) => <Time of={createdAt} /> },
        { title: 'Waiting', isNumber: true, cell: ({ id }) => <Waiting count={waiting.get(id) ?? 0} /> },
      ]}
      empty={
        <Empty
          icon="webhook"
          title="No webhook endpoints yet"
          hint="An endpoint is an address of yours that hears of every change: signed, in order of creation, and again until it answers."
          action={<NewEndpoint />}
        >
          <Curl
            title="Create one with the API"
            method="POST"
            path="/api/webhooks"
            body={{ url: 'https://example.com/kaiten', eventNames: ['CUSTOMER_CREATION'] }}
          />
        </Empty>
      }
    />
  </Layout>
)

/** They are counted up to 10,000. */
const Waiting = ({ count }: { count: number }) => <>{count > 10_000 ? 'more than 10,000' : grouped(count)}</>

interface OverviewProps {
  webhook: WebhookRecord
  waiting: number
  /** The newest of them. */
  attempts: readonly Attempt[]
}

export const WebhookOverview = ({ webhook, waiting, attempts }: OverviewProps) => {
  const to = addressOfWebhook(webhook)
  return (
    <WebhookLayout webhook={webhook}>
      <Card>
        <Definitions
          of={[
            ['URL', <Copy text={webhook.url} />],
            ['Id', <Copy text={webhook.id} />],
            ['Events', <Events of={webhook.eventNames} />],
            ['Description', webhook.description],
            ['Signing secret', <Secret webhook={webhook} />],
            ['Waiting deliveries', <Waiting count={waiting} />],
            ['Created', <By at={webhook.createdAt} who={webhook.createdBy} />],
            ['Changed', <By at={webhook.updatedAt} who={webhook.updatedBy} />],
          ]}
        />
      </Card>
      <Card
        title="Newest deliveries"
        isFlush
        actions={
          <div class="heading-actions">
            {webhook.enabled && (
              <>
                <DialogLink to={`${to}/retry`} icon="refresh" isSmall>
                  Retry failed
                </DialogLink>
                <DialogLink to={`${to}/recover`} icon="history" isSmall>
                  Recover
                </DialogLink>
              </>
            )}
          </div>
        }
      >
        {attempts.length > 0 ? (
          <>
            <Table label="Newest deliveries" columns={attemptColumns({ hasEndpoint: false })} rows={attempts} />
            <div class="card-footer">
              <a href={`${to}/history`}>All deliveries</a>
            </div>
          </>
        ) : (
          <Empty
            icon="send"
            title="Nothing was sent yet"
            hint="The next event that it asks for is sent at once. A test shows now whether the receiver answers."
          />
        )}
      </Card>
    </WebhookLayout>
  )
}

function Secret({ webhook }: { webhook: WebhookRecord }) {
  const { now, mayOpen } = useFrame()
  const to = addressOfWebhook(webhook)
  const isRotating = webhook.previousSecret !== null && (webhook.previousSecretUntil ?? 0) > now
  return (
    <>
      {mayOpen(`${to}/secret`) ? (
        <span class="heading-actions">
          <DialogLink to={`${to}/secret`} icon="eye" isSmall>
            Show
          </DialogLink>
          <DialogLink to={`${to}/rotate`} icon="key" isSmall>
            Rotate
          </DialogLink>
        </span>
      ) : (
        <code>whsec_…</code>
      )}
      {isRotating && (
        <div class="text-secondary">
          The one before signs as well until <Time of={webhook.previousSecretUntil} />.
        </div>
      )}
    </>
  )
}

const By = ({ at, who }: { at: number; who: string }) => (
  <>
    <Time of={at} /> by {who}
  </>
)
