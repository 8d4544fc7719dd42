import { z } from 'zod'
import { whyNotCallable } from '../domain/callable.ts'
import { event, eventNames } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, invalid, Problem } from '../domain/problem.ts'
import { seal } from '../domain/seal.ts'
import { restamped, stamped } from '../domain/stamp.ts'
import {
  mostEndpoints,
  rotationOverlap,
  Webhook,
  WebhookChanges,
  WebhookDraft,
  type WebhookRecord,
  WebhookSecret,
  type WebhookWithSecret,
  webhookJson,
} from '../domain/webhook.ts'
import { newSecret } from '../domain/webhook-signature.ts'
import type { Tx } from '../engine/transaction.ts'
import { insertRow, updateRow } from '../store/query.ts'
import { countWebhooks, webhookAt } from '../store/webhooks.ts'
import { action, type Context, type Done, done } from './action.ts'
import { merge } from './merge.ts'
import { byHand, queueDelivery } from './webhook-queue.ts'

const WebhookMerge = mergeOf(WebhookChanges, Webhook)

export const createWebhook = action(
  'write:webhooks',
  WebhookDraft,
  async (tx, context): Promise<Done<WebhookWithSecret>> => {
    const { principal, input, now, newId } = context
    const { organization } = principal
    mustBeCallable(input.url, context)
    const { count } = await tx.one(countWebhooks, { organization })
    if (count >= mostEndpoints)
      throw new Problem('Webhook.TooMany', `An organization has at most ${mostEndpoints} endpoints. Delete one first.`)
    const secret = input.secret ?? newSecret(context.randomBytes)
    const row: WebhookRecord = {
      id: newId(),
      organizationId: organization,
      url: input.url,
      description: input.description ?? null,
      eventNames: input.eventNames ?? [],
      enabled: input.enabled ?? true,
      disabledReason: null,
      secret: sealed(secret, context),
      previousSecret: null,
      previousSecretUntil: null,
      failingSince: null,
      failures: 0,
      deletedAt: null,
      ...stamped(principal, now),
    }
    await tx.run(insertRow('webhook_endpoints', row))
    const webhook = webhookJson(row)
    return { value: webhook, secrets: { secret }, events: [event('WEBHOOK_CREATION', webhook)] }
  },
)

/** Enabling and another URL forgive what failed before; what waited meanwhile goes on. */
export const updateWebhook = action('write:webhooks', ['webhook'], WebhookMerge, async (tx, context) => {
  const { principal, at, input, now, ifMatch } = context
  const row = await webhook(tx, principal.organization, at.webhook)
  matchRevision(ifMatch, row)
  const wanted = changeable(input, WebhookChanges, webhookJson(row))
  const elsewhere = wanted.url === row.url ? undefined : wanted.url
  if (elsewhere !== undefined) mustBeCallable(elsewhere, context)
  const forgiven = wanted.enabled === undefined || wanted.enabled === row.enabled ? {} : { disabledReason: null }
  if (elsewhere !== undefined || (wanted.enabled && !row.enabled))
    await tx.run(updateRow('webhook_endpoints', row, { failingSince: null, failures: 0 }))
  return merge(tx, { principal, now }, row, { ...wanted, ...forgiven }, changed)
})

const changed = { table: 'webhook_endpoints', event: 'WEBHOOK_UPDATE', json: webhookJson } as const

/** What waits for it is sent no more, and its history goes with it. The clock removes the rows in slices. */
export const deleteWebhook = action(
  'write:webhooks',
  ['webhook'],
  Nothing,
  async (tx, { principal, at, now, ifMatch }) => {
    const row = await webhook(tx, principal.organization, at.webhook)
    matchRevision(ifMatch, row)
    await tx.run(
      updateRow('webhook_endpoints', row, { deletedAt: now, enabled: false, secret: '', previousSecret: null }),
    )
    return done(undefined, event('WEBHOOK_DELETION', webhookJson(row)))
  },
)

/** Both secrets sign for a day, so that receivers can change over without losing anything. */
export const rotateSecret = action(
  'write:webhooks',
  ['webhook'],
  z.strictObject({ secret: WebhookSecret.optional() }).optional(),
  async (tx, context): Promise<Done<WebhookWithSecret>> => {
    const { principal, at, input, now, ifMatch } = context
    const row = await webhook(tx, principal.organization, at.webhook)
    matchRevision(ifMatch, row)
    const secret = input?.secret ?? newSecret(context.randomBytes)
    const changes = {
      secret: sealed(secret, context),
      previousSecret: row.secret,
      previousSecretUntil: now + rotationOverlap,
      ...restamped(principal, now, row),
    }
    await tx.run(updateRow('webhook_endpoints', row, changes))
    const rotated = webhookJson({ ...row, ...changes })
    return { value: rotated, secrets: { secret }, events: [event('WEBHOOK_UPDATE', rotated, ['secret'])] }
  },
)

/** Queues a signed example, also for an endpoint that is disabled. It is tried once. The value is its delivery's id. */
export const testWebhook = action(
  'write:webhooks',
  ['webhook'],
  z.strictObject({ eventName: z.enum(eventNames).default('CUSTOMER_CREATION') }).optional(),
  async (tx, { principal, at, input, now, newId }) => {
    const row = await webhook(tx, principal.organization, at.webhook)
    const eventName = input?.eventName ?? 'CUSTOMER_CREATION'
    const id = newId()
    await queueDelivery(tx, { id, endpoint: row, eventId: null, eventName, now, dueAt: now, step: byHand })
    return done({ deliveryId: id })
  },
)

export const webhook = async (tx: Tx, organization: string, id: string): Promise<WebhookRecord> =>
  found(await tx.find(webhookAt(organization, id)), 'Webhook.NotFound')

function mustBeCallable(url: string, { settings }: Pick<Context<unknown>, 'settings'>): void {
  const why = whyNotCallable(url, settings.webhooks.allowed)
  if (why) throw invalid({ location: 'body.url', message: why, value: url.slice(0, 200) })
}

const sealed = (
  secret: string,
  { settings, randomBytes }: Pick<Context<unknown>, 'settings' | 'randomBytes'>,
): string => seal(settings.key, secret, randomBytes(12))
