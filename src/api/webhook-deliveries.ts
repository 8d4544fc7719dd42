import { z } from 'zod'
import { eventNames } from '../domain/event.ts'
import { eventExample } from '../domain/event-example.ts'
import { Moment, parse } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import type { Principal } from '../domain/principal.ts'
import { found } from '../domain/problem.ts'
import { covers } from '../domain/scope.ts'
import { type AttemptView, attemptJson, attemptStatuses, WebhookAttempt } from '../domain/webhook-attempt.ts'
import { attemptsOf, attemptView } from '../store/webhook-deliveries.ts'
import { recovered, Since, sentNow } from '../web/deliveries.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { type Ask, demandOf, type Route } from '../web/routes.ts'
import { pageSchema } from './kinds.ts'

const HistoryQuery = ListQuery.omit({ sort: true }).extend({
  endpoint: z.uuid().optional(),
  delivery: z.uuid().optional(),
  eventName: z.enum(eventNames).optional(),
  status: z.enum(attemptStatuses).optional(),
  after: Moment.optional(),
  before: Moment.optional(),
})

/** What was sent, what came back, and sending it again. */
export const webhookDeliveries = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/webhooks/history',
    summary: 'List the attempts to deliver, newest first, and those that are to come',
    description: 'The bodies of answers are shown to those with write:webhooks.',
    demand: 'read:webhooks',
    query: HistoryQuery,
    status: 200,
    answers: pageSchema(WebhookAttempt),
    handle: async ({ principal, query }) => {
      const { after, before, eventName, endpoint, delivery, status, ...list } = query as z.output<typeof HistoryQuery>
      const times = { after: epoch(after), before: epoch(before) }
      const filters = { eventName, endpoint, delivery, status, ...times }
      const source = attemptsOf(principal.organization, filters, house.deliveries.sending)
      const page = await readPage(house, source, { ...list, sort: '-createdAt' })
      return { body: { ...page, items: page.items.map(row => shown(house, principal, row)) } }
    },
  },
  {
    method: 'POST',
    path: '/webhooks/deliveries/{delivery}/retry',
    summary: 'Send a delivery again at once, with the same webhook-id, and show how that ended',
    demand: demandOf('deliveries.retry'),
    status: 200,
    answers: WebhookAttempt,
    handle: async ask => {
      const { value } = await house.submit('deliveries.retry', ask.principal, ask.body, ask.asked)
      return { body: await shownAfter(house, ask, value.deliveryId) }
    },
  },
  {
    method: 'POST',
    path: '/webhooks/{webhook}/test',
    summary: 'Send a signed example of an event, also to a disabled endpoint, and show how that ended',
    demand: demandOf('webhooks.test'),
    body: z.strictObject({ eventName: z.enum(eventNames).optional() }).optional(),
    status: 200,
    answers: WebhookAttempt,
    handle: async ask => {
      const { value } = await house.submit('webhooks.test', ask.principal, ask.body, ask.asked)
      return { body: await shownAfter(house, ask, value.deliveryId) }
    },
  },
  {
    method: 'POST',
    path: '/webhooks/{webhook}/recover',
    summary: 'Queue again what failed, and queue what was missed, since a time',
    description:
      'Missed are the events that the endpoint asks for now and that were never queued for it, because it was disabled, ' +
      'asked for others or did not exist yet.',
    demand: demandOf('webhooks.recover'),
    body: Since,
    status: 200,
    answers: z.object({ requeued: z.int() }),
    handle: async ({ principal, asked, body }) => {
      const moment = Date.parse(parse(Since, body).since)
      return { body: { requeued: await recovered(house, principal, asked, moment) } }
    },
  },
]

const epoch = (moment: string | undefined): number | undefined =>
  moment === undefined ? undefined : Date.parse(moment)

const shown = (house: House, { scopes }: Principal, row: AttemptView) =>
  attemptJson(row, { sending: house.deliveries.sending, full: covers(scopes, 'write:webhooks') }, eventExample)

const shownAfter = async (house: House, { principal }: Ask, deliveryId: string) => {
  const id = await sentNow(house, deliveryId)
  return shown(house, principal, found(house.read.find(attemptView(principal.organization, id)), 'Webhook.NotFound'))
}
