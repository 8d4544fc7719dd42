import type { EventName } from '../domain/event.ts'
import { wants } from '../domain/webhook.ts'
import type { AttemptRecord } from '../domain/webhook-attempt.ts'
import type { Tx } from '../engine/transaction.ts'
import type { DeliveryRecord } from '../store/tables.ts'
import { insertAttempt, insertDelivery, moveAttempt, reviveAttempt } from '../store/webhook-deliveries.ts'
import { listeningWebhooks } from '../store/webhooks.ts'

/** Beyond the end of every schedule: what people send by hand is tried once. */
export const byHand = 1000

interface Queued {
  /** The delivery's id. */
  id: string
  endpoint: { id: string; organizationId: string }
  eventId: number | null
  eventName: EventName
  now: number
  /** What is due earlier starts earlier, so that what is sent late keeps the order of its events. */
  dueAt: number
  step: number
}

/** Queues an event that has just been written for every endpoint that asked for it. */
export async function queueForListeners(
  tx: Tx,
  {
    organization,
    eventId,
    eventName,
    now,
  }: { organization: string; eventId: number; eventName: EventName; now: number },
  newId: () => string,
): Promise<void> {
  for (const { id, eventNames } of await tx.all(listeningWebhooks, { organization })) {
    const endpoint = { id, organizationId: organization }
    if (wants({ eventNames }, eventName))
      await queueDelivery(tx, { id: newId(), endpoint, eventId, eventName, now, dueAt: now, step: 1 })
  }
}

export async function queueDelivery(
  tx: Tx,
  { id, endpoint, eventId, eventName, now, dueAt, step }: Queued,
): Promise<void> {
  const { organizationId, id: endpointId } = endpoint
  await tx.run(insertDelivery, { id, organizationId, endpointId, eventId, eventName, createdAt: now })
  await queueFirst(tx, { id, organizationId, endpointId, eventName }, { dueAt, step })
}

/** The first attempt of a delivery, or the first again where those that were are no longer kept. */
export async function queueFirst(
  tx: Tx,
  { id, organizationId, endpointId, eventName }: Omit<DeliveryRecord, 'eventId' | 'createdAt'>,
  when: { dueAt: number; step: number },
): Promise<void> {
  const attempt = { organizationId, endpointId, deliveryId: id, eventName, number: 1, status: 'PENDING' as const }
  await tx.run(insertAttempt, { ...attempt, ...when })
}

/** Queues what follows an attempt. */
export async function queueNext(tx: Tx, last: AttemptRecord, when: { dueAt: number; step: number }): Promise<void> {
  const { organizationId, endpointId, deliveryId, eventName, number } = last
  const attempt = { organizationId, endpointId, deliveryId, eventName, number: number + 1, status: 'PENDING' as const }
  await tx.run(insertAttempt, { ...attempt, ...when })
}

/** Sends again what waits, has ended or is dead. */
export async function queueAgain(tx: Tx, last: AttemptRecord, when: { dueAt: number; step: number }): Promise<void> {
  if (last.dueAt !== null) await tx.run(moveAttempt, { id: last.id, dueAt: Math.min(when.dueAt, last.dueAt) })
  else {
    await tx.run(reviveAttempt, { id: last.id, nextAttemptAt: when.dueAt })
    await queueNext(tx, last, when)
  }
}
