import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { keptWith } from '../domain/kept-with.ts'
import { type ProblemCode, problemCodes } from '../domain/problem.ts'
import type { OpenApi, Operation } from './openapi.ts'

/**
 * For tests: what is wrong with an answer, held against the document, or undefined. `path` is as it was asked. Members
 * that the document does not know are wrong too, although it tells clients to take them.
 */
export function conforms(
  document: OpenApi,
  method: string,
  path: string,
  status: number,
  body: unknown,
): string | undefined {
  const told = `${method} ${path} answered ${status}`
  const wrong = (sentence: string) => `${told}, ${sentence}: ${JSON.stringify(body)?.slice(0, 500)}`
  const template = templateOf(document, path)
  const operation = template && document.paths[template]?.[method.toLowerCase()]
  // A protocol with refusals of its own has schemas for them.
  const isProblem = status >= 400 && !hasJson(operation ? operation.responses[status] : undefined)
  if (isProblem) {
    const why = wrongProblem(document, status, body)
    if (why) return wrong(`which is no problem of ours (${why})`)
  }
  if (!operation) return status >= 400 || isAboutTheApi(path) ? undefined : wrong('which the document does not know')
  const response = operation.responses[status]
  if (!response) return wrong(`a status that the document does not give to ${operation.operationId}`)
  if (isProblem || typeof body === 'string') return undefined
  if (!hasJson(response))
    return body === undefined ? undefined : wrong('with a body that the document does not mention')
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', 'application/json']
  const why = mismatch(document, [...pointer, 'schema'], body)
  return why && wrong(`which does not fit the schema of ${operation.operationId} (${why})`)
}

const hasJson = (response: Operation['responses'][string] | undefined): boolean =>
  response !== undefined && 'content' in response && response.content?.['application/json'] !== undefined

/** What tells of the API, and what is not of it at all. */
const isAboutTheApi = (path: string): boolean =>
  !path.startsWith('/api/') || /^\/api\/(openapi\.json|problems|docs(\/.*)?)?(\?|$)/.test(path)

function wrongProblem(document: OpenApi, status: number, body: unknown): string | undefined {
  const { code, status: told } = (body ?? {}) as { code?: ProblemCode; status?: number }
  if (told !== status) return `its status is ${told}`
  if (code && problemCodes[code]?.[0] !== status) return `${code} has another status in the table`
  return mismatch(document, ['components', 'schemas', 'Problem'], body)
}

/** The path template of an address below /api; of two that fit, the one that fits by more words. */
function templateOf(document: OpenApi, path: string): string | undefined {
  const asked = path
    .replace(/^\/api/, '')
    .replace(/\?.*$/, '')
    .split('/')
  return templatesOf(document).find(
    ({ segments }) =>
      segments.length === asked.length && segments.every((each, at) => each.startsWith('{') || each === asked[at]),
  )?.template
}

interface Template {
  template: string
  segments: string[]
}

/** Those with more words first. */
const templatesOf = keptWith((document: OpenApi): Template[] =>
  Object.keys(document.paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .map(template => ({ template, segments: template.split('/') })),
)

function mismatch(document: OpenApi, at: string[], body: unknown): string | undefined {
  const pointer = at.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  const validate = validatorOf(document).getSchema(`api#/${pointer}`) as ValidateFunction
  if (validate(body)) return undefined
  const { instancePath, message, params } = validate.errors?.[0] ?? {}
  return `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`
}

export const validatorOf = keptWith((document: OpenApi): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, discriminator: false })
  formats.default(ajv)
  ajv.addSchema(closed(document) as object, 'api')
  return ajv
})

/** The same with every object closed that does not say that it is open. */
export function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each)]))
  return 'properties' in copy && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy
}
