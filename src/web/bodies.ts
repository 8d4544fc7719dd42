import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { invalid, Problem } from '../domain/problem.ts'

export const mostBytes = 1024 * 1024
export const deepest = 32

/**
 * Reads a body to its end, within the limit. A body that is too large is answered at once and the connection closed
 * after the answer, so that nobody has to send the rest.
 */
export function readBody(request: IncomingMessage, limit = mostBytes): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) return Promise.reject(tooLarge(limit))
  const source = decoded(request)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    source.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else {
        source.removeAllListeners('data')
        // What unpacks beyond the limit is not unpacked to its end.
        if (source !== request) source.destroy()
        reject(tooLarge(limit))
      }
    })
    source.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    const fail = () => reject(new Problem('Request.Malformed', 'The body could not be read to its end.'))
    source.on('error', fail)
    if (source !== request) request.on('error', fail)
  })
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding === 'identity') return request
  if (encoding === 'gzip') return request.pipe(createGunzip())
  throw new Problem(
    'Request.UnsupportedEncoding',
    `The Content-Encoding ${encoding} is not read; send identity or gzip.`,
  )
}

const tooLarge = (limit: number): Problem =>
  new Problem('Request.TooLarge', `The body is larger than ${limit} bytes.`, { headers: { Connection: 'close' } })

/** The JSON of a body; undefined where it is empty. Throws `Request.MalformedJson`, and refuses nesting beyond 32. */
export function jsonOf(body: Buffer): unknown {
  if (body.length === 0) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(utf8.decode(body))
  } catch (error) {
    throw new Problem(
      'Request.MalformedJson',
      `The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    )
  }
  demandShallow(parsed)
  return parsed
}

export function demandShallow(body: unknown): void {
  if (deeperThan(body, deepest)) throw invalid({ location: 'body', message: `is nested deeper than ${deepest} levels` })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  // JSON has no inherited members, and a list of the values would be made for each object of each request.
  for (const name in value) if (deeperThan((value as Record<string, unknown>)[name], levels - 1)) return true
  return false
}
