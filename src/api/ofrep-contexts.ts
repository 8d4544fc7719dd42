import { isRecord } from '../domain/input.ts'
import { invalid, Problem } from '../domain/problem.ts'
import { countingOf, jsonOf } from '../web/bodies.ts'

/** Up to this size a body takes less than 5 ms to read, whatever it holds. */
const small = 64 * 1024
/** What a larger one may be made of: a megabyte of long texts reads as fast, one of 90,000 members takes 100 ms. */
const mostParts = 8192

/** The context in a body of OFREP; empty where there is none. Throws what becomes PARSE_ERROR or INVALID_CONTEXT. */
export function contextIn(bytes: Buffer): Record<string, unknown> {
  if (bytes.length > small && hasMoreParts(bytes, mostParts))
    throw invalid({ location: 'body', message: `has more than ${mostParts} parts and more than ${small} bytes` })
  const body = bytes.length === 0 ? {} : jsonOf(bytes)
  if (!isRecord(body)) throw new Problem('Request.MalformedJson', 'The body must be a JSON object.')
  const { context = {} } = body
  if (!isRecord(context)) throw invalid({ location: 'body.context', message: 'must be a JSON object' })
  return context
}

const hasMoreParts = countingOf(',[{')
