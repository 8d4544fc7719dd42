import { z } from 'zod'
import type { ProblemCode } from '../domain/problem.ts'
import { answerText } from '../web/front-door.ts'
import { documentHeaders } from '../web/headers.ts'
import type { House } from '../web/house.ts'
import { keepsOut, problemOf } from '../web/problems.ts'
import type { Call } from './ofrep.ts'

/** Error codes of OpenFeature that we answer with. */
export type ErrorCode = 'PARSE_ERROR' | 'INVALID_CONTEXT' | 'TARGETING_KEY_MISSING' | 'FLAG_NOT_FOUND' | 'GENERAL'

/** Clients discard the body of a refusal that has no errorCode, and of a single flag's that has no key. */
export const OfrepRefusal = z.object({
  key: z.string().optional(),
  errorCode: z.enum(['PARSE_ERROR', 'INVALID_CONTEXT', 'TARGETING_KEY_MISSING', 'FLAG_NOT_FOUND', 'GENERAL']),
  errorDetails: z.string(),
})

const errorCodes: Partial<Record<ProblemCode, ErrorCode>> = {
  'Request.MalformedJson': 'PARSE_ERROR',
  'Request.Malformed': 'PARSE_ERROR',
  'Request.Invalid': 'INVALID_CONTEXT',
}

export const failureText = (errorCode: string, errorDetails: string, key: string | undefined): string =>
  JSON.stringify({ key, errorCode, errorDetails })

/** Whatever went wrong, in the words of OFREP. The protocol knows no 422. */
export function answerRefusal(house: Pick<House, 'log' | 'requests'>, call: Call, error: unknown): void {
  const { request, response, id, key, cors } = call
  const problem = problemOf(error, id, house)
  if (keepsOut(problem)) house.requests.refused(request, id, problem)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const details = problem.status === 500 ? `${problem.message} ${id}` : problem.message
  const text = failureText(errorCodes[problem.code] ?? 'GENERAL', details, key)
  const headers = [...documentHeaders, ...Object.entries(problem.headers ?? {}).flat(), ...cors]
  answerText(response, id, problem.status === 422 ? 400 : problem.status, text, headers)
}
