import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { invalid, Problem } from '../domain/problem.ts'
import { type BodyTaker, DirectRequest } from './direct-request.ts'

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
  const body = new Body(done, problem => {
    // What unpacks beyond the limit is not unpacked to its end.
    if (source !== request) source.destroy()
    failed(problem)
  })
  if (source instanceof DirectRequest) {
    source.handTo(body)
    return
  }
  source.on('data', (chunk: Buffer) => body.add(chunk))
  source.on('end', () => body.end())
  source.on('error', () => body.fail())
  if (source !== request) request.on('error', () => body.fail())
}

class Body implements BodyTaker {
  private chunks: Buffer[] = []
  private size = 0
  private over = false
  private readonly done: (body: Buffer) => void
  private readonly failed: (problem: Problem) => void

  constructor(done: (body: Buffer) => void, failed: (problem: Problem) => void) {
    this.done = done
    this.failed = failed
  }

  add(chunk: Buffer): void {
    if (this.over) return
    this.size += chunk.length
    if (this.size > mostBytes) this.refuse(tooLarge())
    else this.chunks.push(chunk)
  }

  end(): void {
    if (this.over) return
    this.over = true
    this.done(this.chunks.length === 1 ? (this.chunks[0] as Buffer) : Buffer.concat(this.chunks))
  }

  fail(): void {
    this.refuse(new Problem('Request.Malformed', 'The body could not be read to its end.'))
  }

  private refuse(problem: Problem): void {
    if (this.over) return
    this.over = true
    this.chunks = []
    this.failed(problem)
  }
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
  let text: string
  let parsed: unknown
  try {
    text = utf8.decode(body)
    parsed = JSON.parse(text)
  } catch (error) {
    throw new Problem(
      'Request.MalformedJson',
      `The body is not JSON: ${error instanceof Error ? error.message : 'unreadable'}.`,
    )
  }
  // What opens no more brackets than it may be deep needs no walk, which takes as long as parsing.
  if (opens(text, '{') + opens(text, '[') > deepest) demandShallow(parsed)
  return parsed
}

/** How often a bracket stands in a text, counted to one more than a body may be deep. */
function opens(text: string, bracket: string): number {
  let count = 0
  for (let at = text.indexOf(bracket); at !== -1 && count <= deepest; at = text.indexOf(bracket, at + 1)) count++
  return count
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
