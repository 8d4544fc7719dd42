import { z } from 'zod'
import { type EventName, eventNames } from './event.ts'
import { Moment, rfc3339 } from './input.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

const hour = 3_600_000
const day = 24 * hour

/** How long the old secret signs beside the new one. Source: events.md, "Delivery". */
export const rotationOverlap = day

/** An endpoint that did nothing but fail for so long, in more than a few attempts, is disabled. Source: events.md. */
export const mostFailingFor = 5 * day
export const fewFailures = 10

export const mostEndpoints = 100

export interface WebhookRecord extends Stamp {
  id: string
  organizationId: string
  url: string
  description: string | null
  /** Empty: all. */
  eventNames: EventName[]
  enabled: boolean
  disabledReason: 'GONE' | 'FAILING' | null
  /** Sealed, as is the one before. */
  secret: string
  previousSecret: string | null
  previousSecretUntil: number | null
  /** When the first attempt failed since the last that did not, and how many have. */
  failingSince: number | null
  failures: number
  /** Its deliveries are being removed; nobody sees it any more. */
  deletedAt: number | null
}

/** The form of a secret: what Standard Webhooks calls symmetric, 24 to 64 bytes. */
export const WebhookSecret = z
  .string()
  .refine(text => isSecret(text), 'must be whsec_ followed by 24 to 64 bytes in base64')
  .meta({ pattern: '^whsec_[A-Za-z0-9+/]+=*$' })

function isSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(text)) return false
  const { length } = Buffer.from(text.slice(6), 'base64')
  return length >= 24 && length <= 64
}

const Url = z.string().min(1, 'must not be empty').max(2000, 'must be at most 2,000 characters')
const EventNames = z
  .array(z.enum(eventNames))
  .max(eventNames.length * 2)
  .transform(names => [...new Set(names)])

export const WebhookDraft = z.strictObject({
  url: Url,
  description: z.string().max(1000, 'must be at most 1,000 characters').nullish(),
  /** Empty or left out: all. */
  eventNames: EventNames.optional(),
  enabled: z.boolean().optional(),
  /** One that receivers have already; left out, a new one is made. */
  secret: WebhookSecret.optional(),
})

export const WebhookChanges = z.strictObject({
  url: Url,
  description: z.string().max(1000, 'must be at most 1,000 characters').nullable(),
  eventNames: EventNames,
  enabled: z.boolean(),
})

export const Webhook = z.object({
  id: z.uuid(),
  url: z.string(),
  description: z.string().nullable(),
  eventNames: z.array(z.enum(eventNames)),
  enabled: z.boolean(),
  disabledReason: z.enum(['GONE', 'FAILING']).nullable(),
  ...stampMembers,
})

export const WebhookWithSecret = Webhook.extend({ secret: z.string().optional() })
export type WebhookWithSecret = z.infer<typeof WebhookWithSecret>

export const WebhookSecrets = z.object({
  secret: z.string(),
  /** Signs beside the other one while a rotation lasts. */
  previousSecret: z.string().nullable(),
  previousSecretUntil: Moment.nullable(),
})

export const webhookJson = (row: WebhookRecord): z.infer<typeof Webhook> => ({
  id: row.id,
  url: row.url,
  description: row.description,
  eventNames: row.eventNames,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  ...stampJson(row),
})

/** Has it asked for this event? */
export const wants = ({ eventNames: asked }: { eventNames: readonly string[] }, name: EventName): boolean =>
  asked.length === 0 || asked.includes(name)

/**
 * One event as it is sent: `data` is JSON text, and the bytes are signed as they stand, so the text is made here alone. An
 * example has the number 0.
 */
export const deliveryBody = (event: {
  id: number | null
  eventName: EventName
  eventType: string
  occurredAt: number
  organizationId: string
  data: string
}): string =>
  `{"id":${event.id ?? 0},"name":"${event.eventName}","type":"${event.eventType}",` +
  `"timestamp":"${rfc3339(event.occurredAt)}","organizationId":"${event.organizationId}","data":${event.data}}`
