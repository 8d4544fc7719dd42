import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parse } from '../domain/input.ts'
import type { House } from '../web/house.ts'
import { routes } from './index.ts'
import { conforms, validatorOf } from './openapi.conforms.ts'
import { type Operation, openApi } from './openapi.ts'
import { examples } from './openapi-examples.ts'
import { itemOf, operationId } from './openapi-names.ts'

// Routes touch the house only when they are asked.
const known = routes({} as House)
const document = await openApi(known, '0')
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: operation.operationId })),
)

test('every route is in the document and nothing else', () => {
  const inDocument = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`)
  expect(inDocument.toSorted()).toEqual(known.map(({ path, method }) => `${method} ${path}`).toSorted())
})

test('every operation has a name of its own that reads like code', () => {
  const names = operations.map(({ name }) => name)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  for (const name of names) expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)*$/)
})

describe.each(operations)('$name', ({ path, method, operation }) => {
  test('declares each parameter once, and all of its path', () => {
    const parameters = operation.parameters.map(each => ('$ref' in each ? each.$ref : `${each.in} ${each.name}`))
    expect(parameters).toEqual([...new Set(parameters)])
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path ${name}`)
    expect(parameters.filter(each => each.startsWith('path '))).toEqual(inPath)
  })

  test('says how it ends, well and badly', () => {
    const statuses = Object.keys(operation.responses)
    expect(statuses.filter(status => status.startsWith('2'))).toHaveLength(1)
    expect(statuses).toContain('500')
    expect(operation.summary).not.toMatch(/\.$/)
    expect(operation.security.length > 0).toBe(statuses.includes('401'))
  })

  test('has schemas that compile', () => {
    const escaped = path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
    for (const pointer of schemasOf(operation))
      expect(validatorOf(document).getSchema(`api#/paths/${escaped}/${method}/${pointer}`), pointer).toBeTypeOf(
        'function',
      )
  })

  test('asks for members that say what they are', () => {
    for (const [place, schema] of inputs(operation))
      expect(Object.keys(schema), `${place} may be anything: give its zod schema a .meta`).not.toEqual([])
  })
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(match => match[1] as string)
  expect(references.length).toBeGreaterThan(100)
  for (const reference of new Set(references)) {
    const found = reference.split('/').reduce<unknown>((inside, name) => (inside as Record<string, unknown>)?.[name], {
      ...document,
    })
    expect(found, reference).toBeDefined()
  }
})

test('what the house keeps has a name in the document', () => {
  for (const route of known) {
    const answers = itemOf(route.answers) ?? route.answers
    if (answers instanceof z.ZodObject && 'createdAt' in answers.shape)
      expect(
        z.globalRegistry.get(answers)?.id,
        `${route.method} ${route.path} answers with an object that has no name: add it to openapi-names.ts`,
      ).toBeDefined()
  }
})

test('the examples fit the operations that they are for', () => {
  for (const [name, example] of Object.entries(examples)) {
    const route = known.find(each => operationId(each) === name)
    if (route?.body) parse(route.body, example)
  }
})

describe('an answer does not conform', () => {
  const path = '/api/customers/acme'
  const problem = {
    type: '/api/problems#Customer.NotFound',
    title: 'No such customer',
    status: 404,
    detail: 'There is no such customer.',
    instance: path,
    code: 'Customer.NotFound',
    errorId: '1',
  }
  const moment = '2026-01-01T00:00:00.000Z'
  const customer = {
    id: '0198c8f2-0000-7000-8000-000000000000',
    name: 'Acme',
    slug: 'acme',
    externalCustomerId: null,
    createdAt: moment,
    createdBy: 'x',
    updatedAt: moment,
    updatedBy: 'x',
    revision: 1,
  }
  test('unless it does', () => {
    expect(conforms(document, 'GET', path, 200, customer)).toBeUndefined()
    expect(conforms(document, 'GET', path, 404, problem)).toBeUndefined()
    expect(conforms(document, 'DELETE', path, 204, undefined)).toBeUndefined()
  })
  test.each([
    ['with an unknown member', 'GET', path, 200, { ...customer, secret: 1 }, /getCustomer .*additional properties/],
    ['without a member', 'GET', path, 200, { ...customer, name: undefined }, /required property 'name'/],
    ['with a malformed member', 'GET', path, 200, { ...customer, createdAt: 'today' }, /createdAt .*date-time/],
    ['with an unknown member in a list', 'GET', '/api/customers?limit=1', 200, page({ ...customer, x: 1 }), /"x"/],
    ['with an undocumented status', 'GET', path, 202, customer, /a status that the document does not give/],
    ['with a body where none is', 'DELETE', path, 204, {}, /does not mention/],
    ['at an undocumented address', 'GET', '/api/secrets', 200, {}, /the document does not know/],
    ['with an error that is no problem', 'GET', path, 404, { error: 'no' }, /no problem of ours/],
    ['with a code of another status', 'GET', path, 409, { ...problem, status: 409 }, /another status/],
  ])('%s', (_, method, asked, status, body, sentence) => {
    expect(conforms(document, method, asked, status, body)).toMatch(sentence)
  })
})

const page = (item: object) => ({ items: [item], total: 1, hasMore: false })

/** JSON pointers of the schemas of an operation. */
function schemasOf({ requestBody, responses, parameters }: Operation): string[] {
  const answers = Object.entries(responses).flatMap(([status, response]) =>
    'content' in response && response.content?.['application/json']
      ? [`responses/${status}/content/application~1json/schema`]
      : [],
  )
  const given = parameters.flatMap((each, at) => ('schema' in each ? [`parameters/${at}/schema`] : []))
  return [...answers, ...given, ...(requestBody ? ['requestBody/content/application~1json/schema'] : [])]
}

/** The members of a request, with their places. */
function inputs({ requestBody, parameters }: Operation): [string, object][] {
  const content = requestBody as { content: Record<string, { schema: { properties?: Record<string, object> } }> }
  const members = Object.entries(content?.content['application/json']?.schema.properties ?? {})
  const queries = parameters.flatMap(each =>
    'name' in each && 'schema' in each ? [[`${each.in}.${each.name}`, each.schema as object] as [string, object]] : [],
  )
  return [...members.map(([name, schema]): [string, object] => [`body.${name}`, schema]), ...queries]
}
