import { STATUS_CODES } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { problemCodes } from '../domain/problem.ts'
import type { Route } from '../web/routes.ts'
import { examples } from './openapi-examples.ts'
import { itemOf, nameSchemas, operationId, parameterText, queryText, tagOf } from './openapi-names.ts'
import { commonParameters, headers, introduction, problemResponses, problemSchema } from './openapi-parts.ts'
import { type Schema, schemaOf } from './openapi-schemas.ts'

/** The parts of an OpenAPI 3.1 document that we make. */
export interface OpenApi {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>> & { schemas: Record<string, Schema> }
}

export interface Operation {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  'x-scopes': readonly string[]
  security: Record<string, string[]>[]
  parameters: ({ name: string; in: string } | { $ref: string })[]
  requestBody?: object
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> } | { $ref: string }>
}

/**
 * The document of the routes: made from the same schemas by which requests are read and answers are typed. All at once it
 * takes 20 to 50 ms, the first time; so others have their turn after each route.
 */
export async function openApi(routes: readonly Route[], version: string): Promise<OpenApi> {
  nameSchemas()
  const schemas: Record<string, Schema> = { Problem: problemSchema }
  const paths: OpenApi['paths'] = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, schemas) }
    await setImmediate()
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Kaiten', version, description: introduction },
    servers: [{ url: '/api' }],
    tags: [...new Set(routes.map(({ path }) => tagOf(path)))].map(name => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'ksh_…' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
      parameters: commonParameters,
      headers,
      responses: problemResponses,
    },
  }
}

function operationOf(route: Route, schemas: Record<string, Schema>): Operation {
  const { path, summary, body, demand } = route
  const description = [route.description, demanded(route)].filter(Boolean).join('\n\n')
  const hasBody = body !== undefined && !(body instanceof z.ZodUndefined)
  return {
    operationId: operationId(route),
    summary,
    description,
    tags: [tagOf(path)],
    'x-scopes': scopesOf(demand),
    security: demand === 'nothing' ? [] : [{ bearer: [] }, { apiKey: [] }, ...(route.orLocal ? [{}] : [])],
    parameters: parametersOf(route),
    ...(hasBody && { requestBody: requestBodyOf(route, body, schemas) }),
    responses: {
      [route.status]: successOf(route, schemas),
      ...(route.others
        ? othersOf(route.others, schemas)
        : Object.fromEntries(refusalsOf(route, hasBody).map(status => [status, ref('responses', `Problem${status}`)]))),
    },
  }
}

const scopesOf = (demand: Route['demand']): readonly string[] => {
  if (demand === 'identity' || demand === 'nothing') return []
  return typeof demand === 'string' ? [demand] : demand
}

function demanded({ demand, orLocal }: Route): string {
  if (demand === 'nothing') return 'Needs no credential.'
  if (demand === 'identity') return 'Needs any valid credential.'
  const names = scopesOf(demand).map(scope => `\`${scope}\``)
  const needed = names.length === 1 ? `the scope ${names[0]}` : `one of the scopes ${names.join(', ')}`
  return orLocal ? `Needs ${needed}, or no credential on the machine itself.` : `Needs ${needed}.`
}

function parametersOf({ method, path, query }: Route): Operation['parameters'] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: parameterText(name),
    schema: { type: 'string' },
  }))
  const key = path.endsWith('/usage') ? 'Report-Key' : 'Idempotency-Key'
  const common = { GET: [], POST: isEvaluation(path) ? [] : [key], PUT: ['If-Match'], DELETE: ['If-Match'] }[method]
  return [
    ...inPath,
    ...(query ? queryOf(query) : []),
    ...[...common, 'X-Request-Id'].map(name => ref('parameters', name)),
  ]
}

/** Query members as people write them in addresses: `eventName` of the schema is `event_name`, and both are read. */
function queryOf(query: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(query, 'input', {}) as {
    properties?: Record<string, Schema>
    required?: string[]
  }
  return Object.entries(properties).map(([member, schema]) => {
    const name = member.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
    const { description = queryText(member), ...rest } = schema
    const words = [description, name !== member && `Also read as \`${member}\``].filter(Boolean).join('. ')
    return {
      name,
      in: 'query',
      required: required.includes(member),
      ...(words && { description: words }),
      schema: rest,
    }
  })
}

function requestBodyOf(route: Route, body: z.ZodType, schemas: Record<string, Schema>) {
  const schema = schemaOf(body, 'input', schemas)
  const example = examples[operationId(route)]
  return {
    required: !body.safeParse(undefined).success,
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  }
}

/** Evaluating changes nothing, so there is nothing to do twice. */
const isEvaluation = (path: string): boolean => path.startsWith('/ofrep/')

function successOf({ method, path, status, answers, contentTypes = [] }: Route, schemas: Record<string, Schema>) {
  const hasRevision = answers instanceof z.ZodObject && 'revision' in answers.shape
  const names = [
    ...(hasRevision ? ['ETag'] : []),
    ...(status === 201 ? ['Location'] : []),
    ...(method === 'POST' && !isEvaluation(path) ? ['Idempotent-Replayed'] : []),
    'X-Request-Id',
  ]
  const content = {
    ...(answers && status !== 204 && { 'application/json': { schema: schemaOf(answers, 'output', schemas) } }),
    ...Object.fromEntries(contentTypes.map(type => [type, { schema: { type: 'string' } }])),
  }
  return {
    description: successText(status, itemOf(answers) !== undefined),
    headers: Object.fromEntries(names.map(name => [name, ref('headers', name)])),
    ...(Object.keys(content).length > 0 && { content }),
  }
}

const othersOf = (others: NonNullable<Route['others']>, schemas: Record<string, Schema>): Operation['responses'] =>
  Object.fromEntries(
    Object.entries(others).map(([status, schema]) => {
      const content = schema && { 'application/json': { schema: schemaOf(schema, 'output', schemas) } }
      return [status, { description: STATUS_CODES[status] ?? '', ...(content && { content }) }]
    }),
  )

const successText = (status: Route['status'], isList: boolean): string => {
  if (status === 201) return 'Created'
  if (status === 204) return 'Done'
  return isList ? 'One page of the list' : 'OK'
}

/** The problem statuses that an operation can answer with, told by what it reads and does. */
function refusalsOf({ method, path, demand }: Route, hasBody: boolean): number[] {
  const changes = method !== 'GET'
  const possible: Record<number, boolean> = {
    400: changes || path.includes('{'),
    401: demand !== 'nothing',
    403: demand !== 'nothing' && demand !== 'identity',
    404: path.includes('{') || hasBody,
    409: changes,
    412: changes && (method !== 'POST' || path.includes('{')),
    413: changes,
    415: changes,
    422: true,
    429: demand !== 'nothing',
    500: true,
    503: true,
  }
  const known = new Set<number>(Object.values(problemCodes).map(([status]) => status))
  return Object.keys(possible)
    .map(Number)
    .filter(status => possible[status] && known.has(status))
}

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` })
