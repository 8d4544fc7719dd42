import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { invalid, Problem } from '../domain/problem.ts'

const mostBytes = 1024 * 1024
const deepest = 32

/**
 * Reads a body to its end, within a MiB, and hands it over in the turn of the loop that brought the end: to resolve
 * a promise costs what evaluating a flag does. A body that is too large is refused at once and the connection closed
 * after the answer, so that nobody has to send the rest. One of the two is called, once; what is wrong with the head
 * alone is thrown.
 */
export function whenRead(
  request: IncomingMessage,
  done: (body: Buffer) => void,
  failed: (problem: Problem) => void,
): void {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > mostBytes) throw tooLarge()
  const source = decoded(request)
  const chunks: Buffer[] = []
  let size = 0
  let over = false
  const fail = (problem: Problem) => {
    if (over) return
    over = true
    failed(problem)
  }
  source.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= mostBytes) chunks.push(chunk)
    else {
      source.removeAllListeners('data')
      // What unpacks beyond the limit is not unpacked to its end.
      if (source !== request) source.destroy()
      fail(tooLarge())
    }
  })
  source.on('end', () => {
    if (over) return
    over = true
    done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
  })
  const unreadable = () => fail(new Problem('Request.Malformed', 'The body could not be read to its end.'))
  source.on('error', unreadable)
  if (source !== request) request.on('error', unreadable)
}

/** The same as a promise, which what is wrong with the head rejects too. */
export const readBody = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => whenRead(request, resolve, reject))

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase()
  if (encoding === 'identity') return request
  if (encoding === 'gzip') return request.pipe(createGunzip())
  throw new Problem(
    'Request.UnsupportedEncoding',
    `The Content-Encoding ${encoding} is not read; send identity or gzip.`,
  )
}

const tooLarge = (): Problem =>
  new Problem('Request.TooLarge', `The body is larger than ${mostBytes} bytes.`, { headers: { Connection: 'close' } })

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
  // What opens no more brackets than it may be deep needs no walk, which takes as long as parsing.
  if (opensMoreThan(body, deepest)) demandShallow(parsed)
  return parsed
}

/** Tells whether JSON that is not parsed yet has more than so many of some ASCII characters. Those in texts count too. */
export function countingOf(characters: string): (json: Buffer, most: number) => boolean {
  const isCounted = new Uint8Array(256)
  for (const byte of Buffer.from(characters)) isCounted[byte] = 1
  return (json, most) => {
    let count = 0
    for (let at = 0; at < json.length && count <= most; at++) count += isCounted[json[at] as number] as number
    return count > most
  }
}

const opensMoreThan = countingOf('{[')

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
