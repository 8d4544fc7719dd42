import { sql } from 'kysely'
import type { EventName } from '../domain/event.ts'
import { type AttemptStatus, type AttemptView, longestShown } from '../domain/webhook-attempt.ts'
import type { Source } from './pages.ts'
import { bound, insertion, q, query, raw, type Statement } from './query.ts'

export const insertDelivery = insertion('webhook_deliveries', [
  'id',
  'organizationId',
  'endpointId',
  'eventId',
  'eventName',
  'createdAt',
])

/** An attempt that is to come. */
export const insertAttempt = insertion('webhook_attempts', [
  'organizationId',
  'endpointId',
  'deliveryId',
  'eventName',
  'number',
  'step',
  'status',
  'dueAt',
])

// ---- what the courier asks

/** In the order in which they are to start: by when they are due, and of one moment as they were made. */
export const dueAttempts = query((p: { endpoint: string; now: number; limit: number }) =>
  q
    .selectFrom('webhook_attempts')
    .select(['id', 'dueAt'])
    .where('endpointId', '=', p.endpoint)
    .where('dueAt', '<=', p.now)
    .orderBy('dueAt')
    .orderBy('id')
    .limit(p.limit),
)

export const nextDue = query((p: { endpoint: string }) =>
  q
    .selectFrom('webhook_attempts')
    .select(['dueAt'])
    .where('endpointId', '=', p.endpoint)
    .where('dueAt', 'is not', null)
    .orderBy('dueAt')
    .limit(1),
)

const eventData = sql<string | null>`"outbox_events"."data"`

/** What is sent, with the event's data as the text that it is kept as; none for an example. */
export const attemptToSend = query((p: { id: number }) =>
  q
    .selectFrom('webhook_attempts as attempt')
    .innerJoin('webhook_deliveries as delivery', 'delivery.id', 'attempt.deliveryId')
    .leftJoin('outbox_events', 'outbox_events.id', 'delivery.eventId')
    .select([
      'attempt.id',
      'attempt.organizationId',
      'attempt.deliveryId',
      'attempt.eventName',
      'delivery.eventId',
      'outbox_events.eventType',
      sql<number>`coalesce("outbox_events"."occurredAt", "delivery"."createdAt")`.as('occurredAt'),
      eventData.as('dataText'),
    ])
    .where('attempt.id', '=', p.id)
    .where('attempt.dueAt', 'is not', null),
)

// ---- what the actions ask

export const attemptById = query((p: { id: number }) =>
  q.selectFrom('webhook_attempts').selectAll().where('id', '=', p.id),
)

/** The last attempt says how a delivery stands. */
export const lastAttempt = query((p: { delivery: string }) =>
  q.selectFrom('webhook_attempts').selectAll().where('deliveryId', '=', p.delivery).orderBy('id', 'desc').limit(1),
)

export const lastEnded = query((p: { delivery: string }) =>
  q
    .selectFrom('webhook_attempts')
    .select('id')
    .where('deliveryId', '=', p.delivery)
    .where('dueAt', 'is', null)
    .orderBy('id', 'desc')
    .limit(1),
)

const byId = query((p: { organization: string; id: string }) =>
  q.selectFrom('webhook_deliveries').selectAll().where('organizationId', '=', p.organization).where('id', '=', p.id),
)
export const deliveryAt = (organization: string, id: string) => bound(byId, { organization, id: id.toLowerCase() })

export const deliveryOfEvent = query((p: { endpoint: string; event: number }) =>
  q.selectFrom('webhook_deliveries').selectAll().where('endpointId', '=', p.endpoint).where('eventId', '=', p.event),
)

export const finishAttempt = query(
  (p: {
    id: number
    status: 'SUCCESS' | 'FAILED' | 'DEAD'
    startedAt: number
    durationMs: number
    responseStatus: number | null
    responseBody: string | null
    error: string | null
    nextAttemptAt: number | null
  }) =>
    q
      .updateTable('webhook_attempts')
      .set({
        status: p.status,
        dueAt: null,
        startedAt: p.startedAt,
        durationMs: p.durationMs,
        responseStatus: p.responseStatus,
        responseBody: p.responseBody,
        error: p.error,
        nextAttemptAt: p.nextAttemptAt,
      })
      .where('id', '=', p.id),
)

export const moveAttempt = query((p: { id: number; dueAt: number }) =>
  q.updateTable('webhook_attempts').set({ dueAt: p.dueAt }).where('id', '=', p.id),
)

/** A dead delivery that is sent again is dead no longer. */
export const reviveAttempt = query((p: { id: number; nextAttemptAt: number }) =>
  q
    .updateTable('webhook_attempts')
    .set({ status: 'FAILED', nextAttemptAt: p.nextAttemptAt })
    .where('id', '=', p.id)
    .where('status', '=', 'DEAD'),
)

/** The newest event from before a moment. Goes back from the newest, so it costs what has happened since. */
export const lastEventBefore = query((p: { organization: string; moment: number }) =>
  q
    .selectFrom('outbox_events')
    .select('id')
    .where('organizationId', '=', p.organization)
    .where('occurredAt', '<', p.moment)
    .orderBy('id', 'desc')
    .limit(1),
)

/** Events of the organization in the order in which they happened, which is that of their ids. */
export const eventsAfter = query((p: { organization: string; after: number; limit: number }) =>
  q
    .selectFrom('outbox_events')
    .select(['id', 'eventName', 'occurredAt'])
    .where('organizationId', '=', p.organization)
    .where('id', '>', p.after)
    .orderBy('id')
    .limit(p.limit),
)

// ---- the history

export interface AttemptFilters {
  endpoint?: string | undefined
  delivery?: string | undefined
  eventName?: EventName | undefined
  status?: AttemptStatus | undefined
  after?: number | undefined
  before?: number | undefined
}

/** Every attempt of the organization, those to come among them. `sending` has the ids of those that are under way. */
export function attemptsOf(
  organization: string,
  filters: AttemptFilters,
  sending: ReadonlySet<number>,
): Source<AttemptView> {
  const { endpoint, delivery, eventName, status, after, before } = filters
  let rows = views.where('attempt.organizationId', '=', organization)
  if (endpoint) rows = rows.where('attempt.endpointId', '=', endpoint.toLowerCase())
  if (delivery) rows = rows.where('attempt.deliveryId', '=', delivery.toLowerCase())
  if (eventName) rows = rows.where('attempt.eventName', '=', eventName)
  if (status) rows = rows.where('attempt.status', '=', status === 'SENDING' ? 'PENDING' : status)
  if (status === 'SENDING') rows = rows.where('attempt.id', 'in', listed(sending))
  if (status === 'PENDING') rows = rows.where('attempt.id', 'not in', listed(sending))
  if (after !== undefined) rows = rows.where('attempt.startedAt', '>=', after)
  if (before !== undefined) rows = rows.where('attempt.startedAt', '<=', before)
  return {
    list: 'webhook-attempts',
    table: 'attempt',
    rows: rows as unknown as Source<AttemptView>['rows'],
    columns: { name: 'id', createdAt: 'id', updatedAt: 'id' },
    searched: ['eventName', 'error', 'endpoint.url'],
    filters: { ...filters },
    scans: Object.values(filters).filter(each => each !== undefined).length > 1 || Boolean(eventName),
  }
}

export const attemptView = (organization: string, id: number): Statement<AttemptView> =>
  bound(viewById, { organization, id }) as Statement<AttemptView>

const views = q
  .selectFrom('webhook_attempts as attempt')
  .innerJoin('webhook_deliveries as delivery', 'delivery.id', 'attempt.deliveryId')
  .innerJoin('webhook_endpoints as endpoint', 'endpoint.id', 'attempt.endpointId')
  .leftJoin('outbox_events', 'outbox_events.id', 'delivery.eventId')
  .selectAll('attempt')
  .select([
    'endpoint.url',
    'delivery.eventId',
    'outbox_events.eventType',
    sql<number>`coalesce("outbox_events"."occurredAt", "delivery"."createdAt")`.as('occurredAt'),
    sql<string | null>`substr(${eventData}, 1, ${sql.lit(longestShown)})`.as('dataText'),
    sql<number | null>`length(${eventData})`.as('dataLength'),
  ])
  .where('endpoint.deletedAt', 'is', null)

const viewById = query((p: { organization: string; id: number }) =>
  views.where('attempt.organizationId', '=', p.organization).where('attempt.id', '=', p.id),
)

const listed = (ids: ReadonlySet<number>) =>
  sql<number>`(select "value" from json_each(${JSON.stringify([...ids])}))` as never

// ---- how much waits, for the page of the endpoints, doctor and metrics

/** Of each endpoint: how many attempts are due or to come, counted to 10,000, and since when the first is due. */
export const waitingOf = (endpoint: string): Statement<{ waiting: number; since: number | null }> =>
  raw(sql`select count(*) as "waiting", min("dueAt") as "since" from (
    select "dueAt" from "webhook_attempts" where "endpointId" = ${endpoint} and "dueAt" is not null limit 10001)`)

/** The same for the list of endpoints: `ids` is their ids as a JSON array. */
export const waitingOfEach = (ids: string): Statement<{ endpointId: string; waiting: number }> =>
  raw(sql`select "value" as "endpointId", (select count(*) from (
    select 1 from "webhook_attempts" where "endpointId" = "value" and "dueAt" is not null limit 10001)) as "waiting"
    from json_each(${ids})`)

/** How many attempts wait or are under way, to 10,001 of them. */
export const waitingAttempts = query((_: Record<never, never>) =>
  q.selectNoFrom(
    sql<number>`(select count(*) from (select 1 from "webhook_attempts" where "dueAt" is not null limit 10001))`.as(
      'waiting',
    ),
  ),
)

/** When the first of all of them was due: a look for each endpoint. */
export const attemptsDueSince = query((_: Record<never, never>) =>
  q.selectNoFrom(
    sql<number | null>`(select min((select min("dueAt") from "webhook_attempts"
      where "endpointId" = "webhook_endpoints"."id" and "dueAt" is not null)) from "webhook_endpoints")`.as('since'),
  ),
)

// ---- removal, in slices

export const removeAttemptsOf = (endpoint: string, limit: number): Statement<unknown> =>
  raw(sql`delete from "webhook_attempts" where "id" in (
    select "id" from "webhook_attempts" where "endpointId" = ${endpoint} limit ${limit})`)

export const removeDeliveriesOf = (endpoint: string, limit: number): Statement<unknown> =>
  raw(sql`delete from "webhook_deliveries" where "id" in (
    select "id" from "webhook_deliveries" where "endpointId" = ${endpoint} limit ${limit})`)

export const attemptsFinishedBefore = query((p: { before: number }) =>
  q.selectFrom('webhook_attempts').select('id').where('dueAt', 'is', null).where('startedAt', '<', p.before).limit(1),
)

/** Finished attempts alone: deliveries stay, so that nothing that was sent counts as missed. */
export const removeAttemptsBefore = (before: number, limit: number): Statement<unknown> =>
  raw(sql`delete from "webhook_attempts" where "id" in (
    select "id" from "webhook_attempts" where "dueAt" is null and "startedAt" < ${before} limit ${limit})`)
