import { STATUS_CODES } from 'node:http'
import { problemCodes } from '../domain/problem.ts'
import type { Schema } from './openapi-schemas.ts'

/** What every operation of the document shares: the introduction, problems, headers. */

export const introduction = `The control plane of a company that sells B2B software.

Send a token as \`Authorization: Bearer ksh_…\` or \`X-API-Key: ksh_…\`; everything happens in the organization that it
belongs to. Members are camelCase, and read in snake_case too; enums are read in any letter case. Unknown members are
refused. An id may stand wherever a slug does.

**Lists** answer \`{items, total, hasMore, nextCursor}\`: ask again with \`cursor\` for what follows. Totals are exact up
to 10,000. **PUT** merges: members left out keep their value, \`null\` clears an optional one, and read-only members may
be sent back as they were read. **ETag** is the revision of an object; send it as \`If-Match\` to change it only if
nobody else has. **Idempotency-Key** on POST makes a retry safe for 24 hours.

Errors are [problems](/api/problems) with a stable \`code\`.`

const codes = Object.keys(problemCodes)

export const problemSchema: Schema = {
  description: 'RFC 9457. Some codes have further members, such as `limit` or `revision`.',
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'errorId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Where the code is explained' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What is wrong here, for people' },
    instance: { type: 'string', description: 'The path that was asked' },
    code: { type: 'string', enum: codes, description: 'What programs branch on' },
    errorId: { type: 'string', description: 'The request in our log: the same as X-Request-Id' },
    errors: {
      type: 'array',
      description: 'What is wrong with the input, place by place',
      items: {
        type: 'object',
        required: ['location', 'message'],
        properties: {
          location: { type: 'string', examples: ['body.name', 'query.limit'] },
          message: { type: 'string' },
          value: {},
          ...Object.fromEntries(
            ['line', 'column', 'endLine', 'endColumn'].map(name => [
              name,
              { type: 'integer', minimum: 1, description: 'Where in the text of a rule; the end is exclusive' },
            ]),
          ),
        },
      },
    },
  },
  additionalProperties: true,
}

const header = (description: string, more: Schema = {}) => ({ description, schema: { type: 'string', ...more } })

export const headers = {
  'X-Request-Id': header('Of the request, or a new one'),
  ETag: header('The revision of the object', { examples: ['"3"'] }),
  Location: header('Where the new object is', { format: 'uri-reference' }),
  'Idempotent-Replayed': header('`true` where this is the first answer to the Idempotency-Key once more'),
  Allow: header('The methods that are known here'),
  'Retry-After': header('Seconds after which to try again', { type: 'integer' }),
  'WWW-Authenticate': header('How to authenticate'),
}

const parameter = (name: string, description: string, maxLength?: number) => ({
  name,
  in: 'header',
  description,
  schema: { type: 'string', ...(maxLength && { minLength: 1, maxLength }) },
})

export const commonParameters = {
  'If-Match': parameter('If-Match', 'An ETag: do it only if the object is still at that revision; otherwise 412'),
  'Idempotency-Key': parameter(
    'Idempotency-Key',
    'The same key and body within 24 hours are answered with the first answer; another body is refused',
    255,
  ),
  'Report-Key': parameter('Idempotency-Key', 'Stands for the transactionId where the body has none', 120),
  'X-Request-Id': parameter('X-Request-Id', 'Your id of this request, for the log and for problems', 128),
}

const headersOf: Record<number, (keyof typeof headers)[]> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
}

const problems = Object.entries(problemCodes)

/** Problem404 and its like: one for each status of the table. Of many codes the table tells better. */
export const problemResponses = Object.fromEntries(
  [...new Set(problems.map(([, [status]]) => status))].map(status => {
    const its = problems.filter(([, [each]]) => each === status)
    const names = its.length > 3 ? 'see [its codes](/api/problems)' : its.map(([code]) => `\`${code}\``).join(', ')
    return [
      `Problem${status}`,
      {
        description: `${STATUS_CODES[status]}: ${names}`,
        headers: Object.fromEntries(
          ['X-Request-Id', ...(headersOf[status] ?? [])].map(name => [name, { $ref: `#/components/headers/${name}` }]),
        ),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            example: its[0] && exampleOf(...its[0]),
          },
        },
      },
    ]
  }),
)

function exampleOf(code: string, [status, title]: readonly [number, string]) {
  const type = `/api/problems#${code}`
  return {
    type,
    title,
    status,
    detail: title,
    instance: '/api/…',
    code,
    errorId: '7e0f2c9a-5d0b-4c55-9a51-0d3f6b1c2e77',
  }
}
