import { z } from 'zod'
import { type Event, event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { found, Problem } from '../domain/problem.ts'
import { nextAttempt } from '../domain/retry.ts'
import { restamped } from '../domain/stamp.ts'
import { fewFailures, mostFailingFor, type WebhookRecord, wants, webhookJson } from '../domain/webhook.ts'
import type { AttemptRecord } from '../domain/webhook-attempt.ts'
import type { Tx } from '../engine/transaction.ts'
import { updateRow } from '../store/query.ts'
import {
  attemptById,
  attemptsFinishedBefore,
  deliveryAt,
  deliveryOfEvent,
  eventsAfter,
  finishAttempt,
  lastAttempt,
  removeAttemptsBefore,
  removeAttemptsOf,
  removeDeliveriesOf,
} from '../store/webhook-deliveries.ts'
import { deletedWebhooks, removeWebhook, webhookAt } from '../store/webhooks.ts'
import { action, type Context, done } from './action.ts'
import { byHand, queueAgain, queueDelivery, queueFirst, queueNext } from './webhook-queue.ts'
import { webhook } from './webhooks.ts'

/** How an attempt ended, as the courier saw it. No status: no answer, and `error` says why. */
const Outcome = z.strictObject({
  attemptId: z.int(),
  startedAt: z.int(),
  durationMs: z.int(),
  status: z.int().optional(),
  body: z.string().optional(),
  error: z.string().optional(),
  retryAfter: z.string().optional(),
})
export type Outcome = z.infer<typeof Outcome>

/** Writes down how attempts ended, and what follows. */
export const recordOutcomes = action('write:webhooks', z.array(Outcome), async (tx, context) => {
  const { principal, input, now } = context
  const endpoints = new Map<string, WebhookRecord | undefined>()
  const events: Event[] = []
  for (const outcome of input) {
    const attempt = await tx.find(attemptById, { id: outcome.attemptId })
    // Deleted, or written down before by a batch that ran twice.
    if (!attempt || attempt.dueAt === null || attempt.organizationId !== principal.organization) continue
    const { endpointId } = attempt
    if (!endpoints.has(endpointId))
      endpoints.set(endpointId, await tx.find(webhookAt(principal.organization, endpointId)))
    const endpoint = endpoints.get(endpointId)
    if (!endpoint) continue
    const next = isSuccess(outcome) ? undefined : dueAfter(attempt, outcome, context)
    await finish(tx, attempt, outcome, next)
    const changes = standingAfter(endpoint, outcome, now)
    if (!changes) continue
    const disabled = endpoint.enabled && changes.enabled === false
    const restamp = disabled ? restamped(principal, now, endpoint) : {}
    await tx.run(updateRow('webhook_endpoints', endpoint, { ...changes, ...restamp }))
    const changed = { ...endpoint, ...changes, ...restamp }
    endpoints.set(endpointId, changed)
    if (disabled) events.push(event('WEBHOOK_ENDPOINT_DISABLED', webhookJson(changed)))
  }
  return done(undefined, ...events)
})

/** Only these are deliveries: redirects are not followed, and so are failures. */
const isSuccess = ({ status = 0 }: Outcome): boolean => status >= 200 && status < 300

function dueAfter(
  { step }: AttemptRecord,
  { status, retryAfter }: Outcome,
  { now, settings, randomBytes }: Context<unknown>,
): number | undefined {
  const asks = status === 429 || status === 503
  const random = () => Buffer.from(randomBytes(4)).readUInt32BE() / 2 ** 32
  return nextAttempt({
    ...{ attempts: step, now, schedule: settings.webhooks.schedule, random },
    retryAfter: asks ? retryAfter : undefined,
  })
}

async function finish(tx: Tx, attempt: AttemptRecord, outcome: Outcome, next: number | undefined): Promise<void> {
  const { startedAt, durationMs, status, body, error } = outcome
  await tx.run(finishAttempt, {
    id: attempt.id,
    status: isSuccess(outcome) ? 'SUCCESS' : next === undefined ? 'DEAD' : 'FAILED',
    ...{ startedAt, durationMs },
    responseStatus: status ?? null,
    responseBody: body ?? null,
    error: error ?? (isSuccess(outcome) ? null : `The receiver answered ${status}.`),
    nextAttemptAt: next ?? null,
  })
  if (next !== undefined) await queueNext(tx, attempt, { dueAt: next, step: attempt.step + 1 })
}

/** What an outcome says of the endpoint; undefined where nothing is new. */
function standingAfter(row: WebhookRecord, outcome: Outcome, now: number): Partial<WebhookRecord> | undefined {
  if (isSuccess(outcome)) return row.failures === 0 ? undefined : { failingSince: null, failures: 0 }
  const failing = { failingSince: row.failingSince ?? now, failures: row.failures + 1 }
  if (outcome.status === 410) return { ...failing, enabled: false, disabledReason: 'GONE' }
  const isTooLong = now - failing.failingSince >= mostFailingFor && failing.failures >= fewFailures
  return isTooLong ? { ...failing, enabled: false, disabledReason: 'FAILING' } : failing
}

/** Sends a delivery again at once, with the same id, whatever became of it. Once: it does not begin the schedule anew. */
export const retryDelivery = action('write:webhooks', ['delivery'], Nothing, async (tx, { principal, at, now }) => {
  const { organization } = principal
  const delivery = found(await tx.find(deliveryAt(organization, at.delivery)), 'WebhookDelivery.NotFound')
  const endpoint = found(await tx.find(webhookAt(organization, delivery.endpointId)), 'WebhookDelivery.NotFound')
  mustBeEnabled(endpoint)
  const last = await tx.find(lastAttempt, { delivery: delivery.id })
  if (last) await queueAgain(tx, last, { dueAt: now, step: last.dueAt === null ? byHand : last.step })
  else await queueFirst(tx, delivery, { dueAt: now, step: byHand })
  return done({ deliveryId: delivery.id, endpointId: endpoint.id })
})

const perSlice = 500

/**
 * Queues for an endpoint, from behind the event `after`, a slice of what it should have had: dead and failed deliveries,
 * and events that it asks for now and that were never queued for it. The oldest first, for they are sent in the order in
 * which they are queued. The value says where to go on.
 */
export const recoverSlice = action(
  'write:webhooks',
  ['webhook'],
  z.strictObject({ after: z.int() }),
  async (tx, { principal, at, input: { after }, now, newId }) => {
    const { organization } = principal
    const endpoint = await webhook(tx, organization, at.webhook)
    mustBeEnabled(endpoint)
    const events = await tx.all(eventsAfter, { organization, after, limit: perSlice })
    let requeued = 0
    for (const { id: eventId, eventName, occurredAt } of events) {
      const delivery = await tx.find(deliveryOfEvent, { endpoint: endpoint.id, event: eventId })
      const last = delivery && (await tx.find(lastAttempt, { delivery: delivery.id }))
      const dueAt = Math.min(occurredAt, now)
      if (!delivery && wants(endpoint, eventName))
        await queueDelivery(tx, { id: newId(), endpoint, eventId, eventName, now, dueAt, step: 1 })
      else if (last && last.status !== 'SUCCESS' && last.number > (last.dueAt === null ? 0 : 1))
        await queueAgain(tx, last, { dueAt, step: 1 })
      else continue
      requeued++
    }
    const more = events.length === perSlice
    return done({ requeued, endpointId: endpoint.id, ...(more && { after: events.at(-1)?.id }) })
  },
)

/** Removes a slice of what belonged to deleted endpoints, and of attempts that ended before a moment. */
export const forgetDeliveries = action(
  'write:*',
  z.strictObject({ before: z.int().optional() }),
  async (tx, { input: { before } }) => {
    let more = false
    const gone = await tx.find(deletedWebhooks, {})
    if (gone) {
      const attempts = await tx.run(removeAttemptsOf(gone.id, perSlice))
      const deliveries = await tx.run(removeDeliveriesOf(gone.id, perSlice))
      more = true
      if (attempts < perSlice && deliveries < perSlice) await tx.run(removeWebhook, { id: gone.id })
    }
    if (before !== undefined && (await tx.find(attemptsFinishedBefore, { before }))) {
      await tx.run(removeAttemptsBefore(before, perSlice))
      more = true
    }
    return { value: more, events: [] }
  },
)

function mustBeEnabled({ enabled, url }: WebhookRecord): void {
  if (!enabled) throw new Problem('Webhook.Disabled', `${url} is disabled, so nothing is sent to it. Enable it first.`)
}
