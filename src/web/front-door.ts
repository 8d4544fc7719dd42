import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { Problem } from '../domain/problem.ts'
import { whenRead } from './bodies.ts'
import { type FlatHeaders, flatHeadersOf, setMachineHeaders, unchangedHeadersOf } from './headers.ts'
import type { House } from './house.ts'
import { answerProblem } from './problems.ts'
import { requestId } from './request-ids.ts'
import { otherRoute } from './requests.ts'

/**
 * The raw front door: what apps ask thousands of times a second is answered before Express, which costs two to four
 * times a bare handler. One small kit; everything else goes on to the app.
 */
export type RawHandler = (request: IncomingMessage, response: ServerResponse, id: string) => WithBody | undefined

/**
 * What a handler gives back that needs the body: who may not ask is refused before it is read. Whoever can answer at
 * once gives back no promise, for each on the way costs a tenth of an evaluation.
 */
export type WithBody = (body: Buffer) => Promise<void> | void

/** A handler with the template of its route, for the counts: /api/ofrep/v1/evaluate/flags/{key} */
export interface HotRoute {
  route: string
  answer: RawHandler
  /** Tells what went wrong, where that is not told in problem JSON. */
  refuse?: (response: ServerResponse, id: string, error: unknown) => void
}

/** A handler for this request, or undefined if it is not a hot one. `path` is without its query. */
export type Hot = (request: IncomingMessage, path: string) => HotRoute | undefined

export const frontDoor =
  (
    hot: readonly Hot[],
    app: (request: IncomingMessage, response: ServerResponse) => void,
    house: House,
  ): ((request: IncomingMessage, response: ServerResponse) => void) =>
  (request, response) => {
    if (request.headers.host === undefined && request.httpVersionMinor === 1)
      return handle(hostless, request, response, house)
    const url = request.url ?? '/'
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    for (const find of hot) {
      const found = find(request, path)
      if (found) return handle(found, request, response, house)
    }
    const begun = performance.now()
    response.once('close', () => {
      const id = String(response.getHeader('X-Request-Id') ?? '')
      house.requests.answered(templateOf(request), request, response, begun, id)
    })
    return app(request, response)
  }

/** What Express writes into a request when it has found who answers. */
interface Routed {
  baseUrl?: string
  route?: { path: unknown }
}

/** /api/customers/{customer} */
function templateOf({ baseUrl = '', route }: IncomingMessage & Routed): string {
  return typeof route?.path === 'string' ? (baseUrl + route.path).replace(/:(\w+)/g, '{$1}') : otherRoute
}

/** HTTP/1.1 demands it (RFC 9112, 3.2). */
const hostless: HotRoute = {
  route: otherRoute,
  answer: () => {
    const headers = { Connection: 'close' }
    throw new Problem('Request.Malformed', 'A request of HTTP/1.1 needs a Host header.', { headers })
  },
}

/** No header is set before the handler writes all of them at once: setting them one by one costs 3 µs of 20. */
function handle(
  { route, answer, refuse }: HotRoute,
  request: IncomingMessage,
  response: ServerResponse,
  house: House,
): void {
  const begun = performance.now()
  const id = requestId(request)
  const answered = () => house.requests.answered(route, request, response, begun, id)
  const failed = (error: unknown) => {
    if (refuse) refuse(response, id, error)
    else {
      if (!response.headersSent) setHeaders(response, id)
      answerProblem(request, response, error, house)
    }
    answered()
  }
  const take = (step: () => ReturnType<RawHandler> | ReturnType<WithBody>) => {
    try {
      const next = step()
      if (next === undefined) answered()
      else if (typeof next === 'function') whenRead(request, body => take(() => next(body)), failed)
      else next.then(answered, failed)
    } catch (error) {
      failed(error)
    }
  }
  take(() => answer(request, response, id))
}

/** Sets what a refusal and a stream have, which go on to set their own one by one. */
export function setHeaders(response: ServerResponse, id: string): void {
  setMachineHeaders(response)
  response.setHeader('X-Request-Id', id)
}

/** Answers with JSON text that is ready. `bytes` is its length in UTF-8, for those who know it without counting. */
export function answerText(
  response: ServerResponse,
  id: string,
  status: number,
  text: string,
  headers: FlatHeaders = [],
  bytes = Buffer.byteLength(text),
): void {
  response.writeHead(status, [
    ...flatHeadersOf(response),
    'X-Request-Id',
    id,
    'Content-Type',
    'application/json; charset=utf-8',
    'Content-Length',
    String(bytes),
    ...headers,
  ])
  // As many bytes as characters: plain ASCII, which is written faster as what it is.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8')
}

/** Tells that what the asker has is still so. What only describes a content is left out. Source: RFC 9110, 15.4.5. */
export function answerUnchanged(response: ServerResponse, id: string, headers: FlatHeaders): void {
  response.writeHead(304, [...unchangedHeadersOf(response), 'X-Request-Id', id, ...headers])
  response.end()
}

/** A part of a path as it was meant, or undefined where its percent signs are none. */
export function decodedPart(part: string): string | undefined {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
