import { createCipheriv, createDecipheriv } from 'node:crypto'

/**
 * Secrets that have to be read again (a webhook's signing secret) are kept sealed: AES-256-GCM with the key of the data
 * directory, so that a stolen database alone signs nothing. `nonce` is 12 random bytes, new for every seal.
 */
export function seal(key: Uint8Array, text: string, nonce: Uint8Array): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${sealed.toString('base64')}`
}

/** The text, or undefined where it was sealed with another key or altered. */
export function unseal(key: Uint8Array, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed.replace(/^v1\./, ''), 'base64')
  if (!sealed.startsWith('v1.') || bytes.length < 28) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** A key as the file and the setting `secret-key` have it: 32 bytes in base64. */
export const isKey = (text: string): boolean => /^[A-Za-z0-9+/]{43}=$/.test(text)
