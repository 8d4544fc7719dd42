import type { EventName } from '../src/domain/event.ts'
import type { Page } from '../src/domain/list.ts'
import type { WebhookRecord } from '../src/domain/webhook.ts'
import { type AttemptStatus, type AttemptView, attemptStatuses } from '../src/domain/webhook-attempt.ts'
import { DialogLink } from './action.tsx'
import type { Choice } from './choices.tsx'
import { Empty } from './empty.tsx'
import { eventDomains } from './event-checks.tsx'
import { FilterMoment, FilterSelect } from './filters.tsx'
import { Layout } from './layout.tsx'
import { List, type ListView } from './list.tsx'
import { grouped } from './progress.tsx'
import { type Meaning, Status } from './status.tsx'
import type { Column } from './table.tsx'
import { Time } from './time.tsx'
import { WebhookLayout, WebhooksTabs } from './webhook-layout.tsx'
import { addressOfWebhook, DisabledWebhooks, webhooksPath } from './webhook-notices.tsx'

/** With its status as it stands at this moment: those that are under way say so. */
export type Attempt = Omit<AttemptView, 'status'> & { status: AttemptStatus }

export const addressOfDelivery = (delivery: string): string => `${webhooksPath}/deliveries/${delivery}`

export const attemptWords: Record<AttemptStatus, { name: string; is: Meaning; says: string }> = {
  PENDING: { name: 'Pending', is: 'info', says: 'It is still to come.' },
  SENDING: { name: 'Sending', is: 'info', says: 'It is under way.' },
  SUCCESS: { name: 'Success', is: 'good', says: 'The receiver answered with 2xx.' },
  FAILED: { name: 'Failed', is: 'warning', says: 'It is tried again.' },
  DEAD: { name: 'Dead', is: 'bad', says: 'It is tried no more, unless somebody retries it.' },
}

export const AttemptStanding = ({ status, responseStatus }: Pick<Attempt, 'status' | 'responseStatus'>) => (
  <span class="standing">
    <Status is={attemptWords[status].is}>{attemptWords[status].name}</Status>
    {responseStatus !== null && <code>{responseStatus}</code>}
  </span>
)

export const Duration = ({ of }: { of: number | null }) =>
  of === null ? <span class="text-secondary">–</span> : <span class="text-nowrap">{grouped(of)} ms</span>

/** Newest first; those to come say when. */
export const attemptColumns = ({ hasEndpoint }: { hasEndpoint: boolean }): Column<Attempt>[] => [
  { title: 'Event', cell: attempt => <EventOf {...attempt} hasEndpoint={hasEndpoint} /> },
  {
    title: 'Status',
    cell: attempt => (
      <div>
        <AttemptStanding {...attempt} />
        {attempt.error && <div class="text-secondary clamped">{attempt.error}</div>}
      </div>
    ),
  },
  { title: 'Time', sort: 'createdAt', cell: ({ startedAt, dueAt }) => <Time of={startedAt ?? dueAt} /> },
  {
    title: 'Next try',
    cell: ({ nextAttemptAt }) =>
      nextAttemptAt === null ? <span class="text-secondary">–</span> : <Time of={nextAttemptAt} />,
  },
  { title: 'Took', isNumber: true, cell: ({ durationMs }) => <Duration of={durationMs} /> },
  {
    title: 'Details',
    cell: ({ deliveryId }) => (
      <DialogLink to={addressOfDelivery(deliveryId)} icon="eye" isSmall>
        View
      </DialogLink>
    ),
  },
]

const EventOf = ({ eventName, number, eventId, url, endpointId, hasEndpoint }: Attempt & { hasEndpoint: boolean }) => (
  <div class="attempt-event">
    <code>{eventName}</code>
    <div class="text-secondary clamped">
      {eventId === null ? 'test, ' : ''}attempt {number}
      {hasEndpoint && (
        <>
          {' to '}
          <a href={addressOfWebhook({ id: endpointId })}>{url}</a>
        </>
      )}
    </div>
  </div>
)

export interface HistoryView extends ListView {
  status?: AttemptStatus | undefined
  event?: EventName | undefined
  endpoint?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

interface HistoryProps {
  leaf: Page<Attempt>
  query: HistoryView
}

const statuses: Choice[] = attemptStatuses.map(value => ({ value, label: attemptWords[value].name }))
const events: Choice[] = eventDomains.flatMap(({ name, events: names }) =>
  names.map(value => ({ value, label: value, group: name })),
)

const Attempts = ({ leaf, query, endpoints }: HistoryProps & { endpoints?: readonly WebhookRecord[] | undefined }) => (
  <List
    of="attempts"
    leaf={leaf}
    query={query}
    columns={attemptColumns({ hasEndpoint: endpoints !== undefined })}
    filters={
      <>
        <FilterSelect name="status" label="Status" all="Every status" value={query.status} choices={statuses} />
        <FilterSelect name="event" label="Event" all="Every event" value={query.event} choices={events} />
        {endpoints && (
          <FilterSelect
            name="endpoint"
            label="Endpoint"
            all="Every endpoint"
            value={query.endpoint}
            choices={endpoints.map(({ id, url }) => ({ value: id, label: shortened(url) }))}
          />
        )}
        <FilterMoment name="from" label="From (UTC)" value={query.from} />
        <FilterMoment name="to" label="To (UTC)" value={query.to} />
      </>
    }
    empty={
      <Empty
        icon="send"
        title="Nothing was sent yet"
        hint="Here stands every attempt to deliver an event: what was sent, what came back, and when it is tried again."
      />
    }
  />
)

/** In a select, which is as wide as what is in it. */
const shortened = (url: string): string => (url.length > 60 ? `${url.slice(0, 60)}…` : url)

export const WebhookHistory = ({
  leaf,
  query,
  endpoints,
  disabled,
}: HistoryProps & { endpoints: readonly WebhookRecord[]; disabled: readonly WebhookRecord[] }) => (
  <Layout
    title="Webhooks"
    tabs={<WebhooksTabs />}
    actions={
      <DialogLink to={`${webhooksPath}/retry`} icon="refresh">
        Retry all failed
      </DialogLink>
    }
  >
    <DisabledWebhooks webhooks={disabled} />
    <Attempts {...{ leaf, query, endpoints }} />
  </Layout>
)

export const EndpointHistory = ({ webhook, leaf, query }: HistoryProps & { webhook: WebhookRecord }) => (
  <WebhookLayout webhook={webhook}>
    <Attempts {...{ leaf, query }} />
  </WebhookLayout>
)
