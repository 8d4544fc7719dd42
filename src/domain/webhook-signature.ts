import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/**
 * How a receiver knows that a webhook is ours and unaltered: Standard Webhooks, with its three headers also under the
 * `svix-` names that existing receivers of Kaiten verify. Source: events.md, "Delivery"; standardwebhooks.com.
 */
const prefix = 'whsec_'

export const newSecret = (randomBytes: (size: number) => Uint8Array): string =>
  prefix + Buffer.from(randomBytes(32)).toString('base64')

/** Made once for each secret: with a key a signature takes 5 µs, with its bytes 30. */
export function signingKey(secret: string): KeyObject {
  if (!secret.startsWith(prefix)) throw new Error(`A webhook secret begins with ${prefix}.`)
  return createSecretKey(secret.slice(prefix.length), 'base64')
}

export interface Signable {
  /** The same on every attempt, so that receivers can tell a repetition. */
  id: string
  /** Whole seconds, of this attempt. */
  timestamp: number
  /** Exactly what is sent. */
  body: string | Uint8Array
  /** All that are valid at this moment: two for a day after a rotation. */
  keys: readonly KeyObject[]
}

export type SignatureHeaders = Record<`${'webhook' | 'svix'}-${'id' | 'timestamp' | 'signature'}`, string>

export function signed({ id, timestamp, body, keys }: Signable): SignatureHeaders {
  const seconds = String(timestamp)
  const signature = keys.map(key => `v1,${macOf(key, `${id}.${seconds}.`, body)}`).join(' ')
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signature,
    'svix-id': id,
    'svix-timestamp': seconds,
    'svix-signature': signature,
  }
}

const macOf = (key: KeyObject, head: string, body: string | Uint8Array): string =>
  createHmac('sha256', key).update(head).update(body).digest('base64')
