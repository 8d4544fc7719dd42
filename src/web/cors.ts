import type { IncomingMessage, ServerResponse } from 'node:http'
import { type FlatHeaders, flatHeadersOf } from './headers.ts'

const none: FlatHeaders = []
const mayRead = 'ETag, Retry-After, X-Request-Id'
const maySend = 'content-type, authorization, x-api-key, if-none-match, last-event-id, x-request-id'
/** A day: the longest that a browser remembers a preflight. */
const remembered = '86400'

/**
 * The headers that let pages of the given origins read an answer: `*` lets all, an empty list none. Credentials of the
 * browser (cookies) are never allowed: callers send their token.
 */
export function corsOf(origins: readonly string[]): (request: IncomingMessage) => FlatHeaders {
  if (origins.length === 0) return () => none
  const headersOf = (origin: string): FlatHeaders => [
    'Access-Control-Allow-Origin',
    origin,
    'Access-Control-Expose-Headers',
    mayRead,
  ]
  if (origins.includes('*')) {
    const forAll = headersOf('*')
    return () => forAll
  }
  // Caches must not give one origin's answer to another.
  const vary: FlatHeaders = ['Vary', 'Origin']
  const known = new Map(origins.map(origin => [origin, [...vary, ...headersOf(origin)]]))
  return request => known.get(request.headers.origin ?? '') ?? vary
}

/** Answers a browser that asks whether it may ask. Without the allowing headers in `cors` it takes that for a no. */
export function answerPreflight(response: ServerResponse, id: string, methods: string, cors: FlatHeaders): void {
  const allowed = cors.includes('Access-Control-Allow-Origin')
  response.writeHead(204, [
    ...flatHeadersOf(response),
    'X-Request-Id',
    id,
    'Allow',
    methods,
    ...cors,
    ...(allowed
      ? [
          'Access-Control-Allow-Methods',
          methods,
          'Access-Control-Allow-Headers',
          maySend,
          'Access-Control-Max-Age',
          remembered,
        ]
      : []),
  ])
  response.end()
}
