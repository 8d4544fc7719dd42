import { isRecord } from '../domain/input.ts'
import { invalid, Problem } from '../domain/problem.ts'
import { jsonOf } from '../web/bodies.ts'

/** Up to this size a body takes less than 5 ms to read, whatever it holds. */
const small = 64 * 1024
/** What a larger one may be made of: a megabyte of long texts reads as fast, one of 90,000 members takes 100 ms. */
const mostParts = 8192

/** The context in a body of OFREP; empty where there is none. Throws what becomes PARSE_ERROR or INVALID_CONTEXT. */
export function contextIn(bytes: Buffer): Record<string, unknown> {
  if (bytes.length > small && hasManyParts(bytes))
    throw invalid({ location: 'body', message: `has more than ${mostParts} parts and more than ${small} bytes` })
  const body = bytes.length === 0 ? {} : jsonOf(bytes)
  if (!isRecord(body)) throw new Problem('Request.MalformedJson', 'The body must be a JSON object.')
  const { context = {} } = body
  if (!isRecord(context)) throw invalid({ location: 'body.context', message: 'must be a JSON object' })
  return context
}

const beginsPart = new Uint8Array(256)
for (const byte of Buffer.from(',[{')) beginsPart[byte] = 1

/** In JSON that is not parsed yet; what texts hold counts too. */
function hasManyParts(json: Buffer): boolean {
  let parts = 0
  for (let at = 0; at < json.length && parts <= mostParts; at++) parts += beginsPart[json[at] as number] as number
  return parts > mostParts
}
