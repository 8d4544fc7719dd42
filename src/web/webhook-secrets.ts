import type { Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import type { WebhookRecord } from '../domain/webhook.ts'
import type { House } from './house.ts'

export interface ShownSecrets {
  secret: string
  /** Signs beside the other one while a rotation lasts. */
  previousSecret: string | null
  /** Epoch milliseconds. */
  previousSecretUntil: number | null
}

/** The signing secrets of an endpoint in the open. Every time is in the log. */
export function shownSecrets(house: House, principal: Principal, row: WebhookRecord): ShownSecrets {
  const secret = house.unseal(row.secret)
  if (secret === undefined)
    throw new Problem('Webhook.SecretUnreadable', 'The secret was sealed with another key. Rotate it.')
  house.log.info({ principal: principal.name, webhook: row.id }, 'a webhook secret was shown')
  const isRotating = row.previousSecret !== null && (row.previousSecretUntil ?? 0) > house.clock()
  return {
    secret,
    previousSecret: (isRotating && house.unseal(row.previousSecret ?? '')) || null,
    previousSecretUntil: isRotating ? row.previousSecretUntil : null,
  }
}
