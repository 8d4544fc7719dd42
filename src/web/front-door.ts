import type { IncomingMessage, ServerResponse } from 'node:http'
import type { House } from './house.ts'
import { answerProblem, requestId } from './problems.ts'

/**
 * The raw front door: what apps ask thousands of times a second is answered before Express, which costs two to four
 * times a bare handler. One small kit; everything else goes on to the app.
 */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

/** A handler for this request, or undefined if it is not a hot one. `path` is without its query. */
export type Hot = (request: IncomingMessage, path: string) => RawHandler | undefined

export const frontDoor =
  (hot: readonly Hot[], app: RawHandler, house: House): RawHandler =>
  (request, response) => {
    const url = request.url ?? '/'
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    for (const find of hot) {
      const handler = find(request, path)
      if (handler) return handle(handler, request, response, house)
    }
    return app(request, response)
  }

async function handle(
  handler: RawHandler,
  request: IncomingMessage,
  response: ServerResponse,
  house: House,
): Promise<void> {
  const id = requestId(request)
  response.setHeader('X-Request-Id', id)
  try {
    await handler(request, response)
  } catch (error) {
    answerProblem(request, response, error, house)
  }
}

/** Answers with JSON text that is ready. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
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
