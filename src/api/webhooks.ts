import { z } from 'zod'
import { eventNames, eventTypes } from '../domain/event.ts'
import { eventExample } from '../domain/event-example.ts'
import { domainOf, eventPayloads } from '../domain/event-payload.ts'
import { rfc3339OrNull } from '../domain/input.ts'
import { found } from '../domain/problem.ts'
import { Webhook, WebhookSecrets, WebhookWithSecret, webhookJson } from '../domain/webhook.ts'
import { webhookAt, webhooksOf } from '../store/webhooks.ts'
import type { House } from '../web/house.ts'
import { demandOf, type Route } from '../web/routes.ts'
import { shownSecrets } from '../web/webhook-secrets.ts'
import { create, list, remove, show, update, withTag } from './kinds.ts'
import { wholeSchemaOf } from './openapi-schemas.ts'

const webhook = '/webhooks/{webhook}'

export const webhooks = (house: House): Route[] => [
  list(house, '/webhooks', {
    summary: 'List webhook endpoints',
    demand: 'read:webhooks',
    answers: Webhook,
    json: webhookJson,
    source: ({ principal }) => webhooksOf(principal.organization),
  }),
  create(house, '/webhooks', 'webhooks.create', {
    summary: 'Create a webhook endpoint',
    description:
      'Without `eventNames` it gets every event. Requests are signed by Standard Webhooks with the secret that this answer ' +
      'shows; receivers tell a repetition by the header `webhook-id`.',
    answers: WebhookWithSecret,
    location: ({ id }) => `/webhooks/${id}`,
  }),
  {
    method: 'GET',
    path: '/webhooks/event-types',
    summary: 'List the events there are, each with the JSON Schema of its data and an example',
    demand: 'read:webhooks',
    status: 200,
    answers: z.object({ items: z.array(EventType) }),
    handle: () => ({ body: { items: eventTypesJson() } }),
  },
  show(house, webhook, {
    summary: 'Show a webhook endpoint',
    demand: 'read:webhooks',
    answers: Webhook,
    json: webhookJson,
    notFound: 'Webhook.NotFound',
    row: ({ principal, at }) => webhookAt(principal.organization, at.webhook),
  }),
  update(house, webhook, 'webhooks.update', {
    summary: 'Change a webhook endpoint',
    description: 'While it is disabled, what waits for it waits; enabling it goes on with that.',
    answers: Webhook,
  }),
  remove(house, webhook, 'webhooks.delete', 'Delete a webhook endpoint, what waits for it and its history'),
  {
    method: 'GET',
    path: `${webhook}/secret`,
    summary: 'Show the signing secret of an endpoint',
    demand: 'write:webhooks',
    status: 200,
    answers: WebhookSecrets,
    handle: ({ principal, at }) => {
      const row = found(house.read.find(webhookAt(principal.organization, at.webhook)), 'Webhook.NotFound')
      const { previousSecretUntil, ...secrets } = shownSecrets(house, principal, row)
      return { body: { ...secrets, previousSecretUntil: rfc3339OrNull(previousSecretUntil) } }
    },
  },
  {
    method: 'POST',
    path: `${webhook}/rotate-secret`,
    summary: 'Give an endpoint a new signing secret; for 24 hours the old one signs beside it',
    demand: demandOf('webhooks.rotateSecret'),
    body: z.strictObject({ secret: z.string().optional() }).optional(),
    status: 200,
    answers: WebhookWithSecret,
    handle: async ask =>
      withTag((await house.submit('webhooks.rotateSecret', ask.principal, ask.body, ask.asked)).value),
  },
]

const EventType = z.object({
  name: z.enum(eventNames),
  type: z.string(),
  domain: z.string(),
  schema: z.record(z.string(), z.unknown()),
  example: z.record(z.string(), z.unknown()),
})

/** Made when somebody asks first: making their schemas takes long. */
let described: ReturnType<typeof eventTypeJson>[] | undefined
const eventTypesJson = () => {
  described ??= eventNames.map(eventTypeJson)
  return described
}

const eventTypeJson = (name: (typeof eventNames)[number]) => ({
  name,
  type: eventTypes[name],
  domain: domainOf(eventTypes[name]),
  schema: wholeSchemaOf(eventPayloads[name]),
  example: eventExample(name),
})
