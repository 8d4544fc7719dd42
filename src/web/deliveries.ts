import { z } from 'zod'
import type { Asked } from '../actions/action.ts'
import { Moment } from '../domain/input.ts'
import type { Principal } from '../domain/principal.ts'
import { found } from '../domain/problem.ts'
import { lastAttempt, lastEnded, lastEventBefore } from '../store/webhook-deliveries.ts'
import type { House } from './house.ts'

/** What is sent by hand, for machines and people alike. */

export const Since = z.strictObject({ since: Moment })

/**
 * Sends what waits of a delivery, and gives the id of the attempt that this was: one that still waits where the server
 * is stopping. Throws 404 where the endpoint was deleted meanwhile.
 */
export async function sentNow(house: House, deliveryId: string): Promise<number> {
  await house.deliveries.sendNow(deliveryId)
  const delivery = { delivery: deliveryId }
  return found(house.read.find(lastEnded, delivery) ?? house.read.find(lastAttempt, delivery), 'Webhook.NotFound').id
}

/** Queues what failed or was missed since a moment, slice by slice, so that no commit waits for a long list. */
export async function recovered(house: House, principal: Principal, asked: Asked, moment: number): Promise<number> {
  const [last] = await house.scan.all(lastEventBefore, { organization: principal.organization, moment })
  const next = { after: last?.id ?? 0 }
  for (let requeued = 0; ; ) {
    const { value } = await house.submit('webhooks.recover', principal, next, { ...asked, idempotency: undefined })
    requeued += value.requeued
    house.deliveries.wakeFor(value.endpointId)
    if (value.after === undefined) return requeued
    next.after = value.after
  }
}
