import { z } from 'zod'
import { type EventName, eventNames, eventTypes } from './event.ts'
import { Moment, rfc3339OrNull } from './input.ts'
import { deliveryBody } from './webhook.ts'

/** Sending is told by memory: in the table the attempt is still to come, and after a crash it is. */
export const attemptStatuses = ['PENDING', 'SENDING', 'SUCCESS', 'FAILED', 'DEAD'] as const
export type AttemptStatus = (typeof attemptStatuses)[number]

export interface AttemptRecord {
  id: number
  organizationId: string
  endpointId: string
  deliveryId: string
  eventName: EventName
  /** 1 for a delivery's first. */
  number: number
  /** Where in the retry schedule it stands, from 1; sending by hand does not go along it. */
  step: number
  status: Exclude<AttemptStatus, 'SENDING'>
  /** When it is to start; null once it has ended. */
  dueAt: number | null
  startedAt: number | null
  durationMs: number | null
  responseStatus: number | null
  responseBody: string | null
  error: string | null
  nextAttemptAt: number | null
}

export interface AttemptView extends AttemptRecord {
  url: string
  eventId: number | null
  eventType: string | null
  occurredAt: number
  /** The event's data, cut at `longestShown` characters. */
  dataText: string | null
  dataLength: number | null
}

/** Bodies are shown up to here. */
export const longestShown = 65_536

export const WebhookAttempt = z.object({
  id: z.int(),
  deliveryId: z.uuid(),
  endpointId: z.uuid(),
  url: z.string(),
  /** Null for an example that was sent by hand. */
  eventId: z.int().nullable(),
  eventName: z.enum(eventNames),
  number: z.int().min(1),
  status: z.enum(attemptStatuses),
  dueAt: Moment.nullable(),
  startedAt: Moment.nullable(),
  durationMs: z.int().nullable(),
  responseStatus: z.int().nullable(),
  /** For those with write:webhooks only. */
  responseBody: z.string().nullable().optional(),
  error: z.string().nullable(),
  nextAttemptAt: Moment.nullable(),
  requestBody: z.string(),
  requestBodyTruncated: z.literal(true).optional(),
})

/** `sending` has the attempts that are under way; `full` is for those who may write webhooks. */
export function attemptJson(
  row: AttemptView,
  { sending, full }: { sending: ReadonlySet<number>; full: boolean },
  example: (name: EventName) => unknown,
): z.infer<typeof WebhookAttempt> {
  const data = row.dataText ?? JSON.stringify(example(row.eventName))
  const eventType = row.eventType ?? eventTypes[row.eventName]
  return {
    id: row.id,
    deliveryId: row.deliveryId,
    endpointId: row.endpointId,
    url: row.url,
    eventId: row.eventId,
    eventName: row.eventName,
    number: row.number,
    status: row.status === 'PENDING' && sending.has(row.id) ? 'SENDING' : row.status,
    dueAt: rfc3339OrNull(row.dueAt),
    startedAt: rfc3339OrNull(row.startedAt),
    durationMs: row.durationMs,
    responseStatus: row.responseStatus,
    ...(full && { responseBody: row.responseBody }),
    error: row.error,
    nextAttemptAt: rfc3339OrNull(row.nextAttemptAt),
    requestBody: deliveryBody({ ...row, id: row.eventId, eventType, data }),
    ...((row.dataLength ?? 0) > longestShown && { requestBodyTruncated: true as const }),
  }
}
