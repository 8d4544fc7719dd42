import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * API tokens: `ksh_`, 43 characters of base62 (32 random bytes), 6 characters of checksum (CRC-32), so that secret
 * scanners and forms can tell a token from a typo. The server looks up by hash only. Source: security.md, "Tokens".
 */
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const prefix = 'ksh_'

export const tokenFrom = (random: Uint8Array): string => {
  const body = base62(
    random.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n),
    43,
  )
  return `${prefix}${body}${checksum(body)}`
}

/** What may stand in KAITEN_BOOTSTRAP_TOKEN: chosen by people, so no checksum is asked of it. */
export const isBootstrapToken = (text: string): boolean => /^ksh_[0-9A-Za-z]{32,}$/.test(text)

/** What is kept of a token. SHA-256: it is 32 random bytes, so nothing slower protects it better. */
export const hashOf = (token: string): string => hash('sha256', token, 'base64')

/** What cookies and links hold of 32 random bytes: 43 characters that stand in addresses as they are. */
export const secretFrom = (random: Uint8Array): string => Buffer.from(random).toString('base64url')

/** The part of a token that people may see, enough to tell two apart. */
export const visiblePrefix = (token: string): string => token.slice(0, 10)

const checksum = (body: string): string => base62(BigInt(crc32(body)), 6)

function base62(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= 62n) text = alphabet.charAt(Number(rest % 62n)) + text
  return text
}
