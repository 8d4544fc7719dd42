import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem, problemCodes, problemJson } from '../domain/problem.ts'
import type { House } from './house.ts'
import { requestId } from './request-ids.ts'

/** Anything that is not a Problem is a fault of ours: logged whole, told as nothing but its errorId. */
export function problemOf(error: unknown, id: string, house: Pick<House, 'log'>): Problem {
  if (error instanceof Problem) return error
  house.log.error(
    { errorId: id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    'a fault of ours',
  )
  return new Problem('Internal.Error', 'Something went wrong on our side. The log has it under this errorId.')
}

/** No valid credential, or not the right: the log always tells who was kept out. */
export const keepsOut = ({ status }: Problem): boolean => status === 401 || status === 403

/** Answers with RFC 9457 problem JSON. */
export function answerProblem(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  house: Pick<House, 'log' | 'requests'>,
): void {
  const id = String(response.getHeader('X-Request-Id') ?? requestId(request))
  const problem = problemOf(error, id, house)
  if (keepsOut(problem)) house.requests.refused(request, id, problem)
  if (response.headersSent) {
    response.destroy()
    return
  }
  // Express shortens url to the part below a mounted router.
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '')
  const path = url.split('?')[0] ?? ''
  const text = JSON.stringify(problemJson(problem.data, path, id))
  response.writeHead(problemCodes[problem.code][0], {
    'Content-Type': 'application/problem+json',
    'Content-Length': Buffer.byteLength(text),
    'X-Request-Id': id,
    ...problem.headers,
  })
  response.end(text)
}
