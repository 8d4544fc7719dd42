import type { Attempt } from '../../views/webhook-history.tsx'
import { webhooksPath } from '../../views/webhook-notices.tsx'
import { found } from '../domain/problem.ts'
import type { WebhookRecord } from '../domain/webhook.ts'
import type { AttemptView } from '../domain/webhook-attempt.ts'
import { deliveryAt } from '../store/webhook-deliveries.ts'
import { webhookAt } from '../store/webhooks.ts'
import type { House } from '../web/house.ts'
import type { Ask } from './page.ts'

/** What all pages about an endpoint begin with. */
export const webhook = `${webhooksPath}/{webhook}`

export const webhookOf = (house: House, { principal, at }: Ask): WebhookRecord =>
  found(house.read.find(webhookAt(principal.organization, at.webhook)), 'Webhook.NotFound')

export const deliveryOf = (house: House, { principal: { organization }, at }: Ask) => {
  const delivery = found(house.read.find(deliveryAt(organization, at.delivery)), 'WebhookDelivery.NotFound')
  const row = found(house.read.find(webhookAt(organization, delivery.endpointId)), 'WebhookDelivery.NotFound')
  return { delivery, webhook: row }
}

/** Attempts as they stand at this moment: the table does not know which are under way. */
export const standing =
  ({ deliveries }: House) =>
  (row: AttemptView): Attempt => ({
    ...row,
    status: row.status === 'PENDING' && deliveries.sending.has(row.id) ? 'SENDING' : row.status,
  })
