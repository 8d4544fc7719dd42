import type { IncomingMessage } from 'node:http'
import { putHex } from '../domain/hex.ts'

const codes = Array<number>(16).fill(0)

/**
 * Sixteen hexadecimal digits by chance, as traces have them for a span: a name for the log, and no secret. A UUID costs three
 * times as much to make, and is five words in the index of the audit trail, none of which comes again.
 */
export function newRequestId(): string {
  putHex(codes, 0, (Math.random() * 2 ** 32) >>> 0)
  putHex(codes, 8, (Math.random() * 2 ** 32) >>> 0)
  return String.fromCharCode(...codes)
}

/** The caller's X-Request-Id where it is fit for a log line, or a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[\w.:/+=-]{1,128}$/.test(given) ? given : newRequestId()
}
