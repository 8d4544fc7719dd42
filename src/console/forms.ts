import type { IncomingMessage } from 'node:http'
import { type Fields, fieldsOf } from '../domain/form.ts'
import { invalid, Problem } from '../domain/problem.ts'
import { readBody } from '../web/bodies.ts'

const mostFields = 5000

/** The fields of a form as browsers send it: `application/x-www-form-urlencoded`. */
export async function readForm(request: IncomingMessage): Promise<Fields> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  const body = await readBody(request)
  if (body.length > 0 && type !== 'application/x-www-form-urlencoded')
    throw new Problem('Request.UnsupportedMediaType', 'Forms are sent as application/x-www-form-urlencoded.')
  const pairs = [...new URLSearchParams(body.toString())]
  if (pairs.length > mostFields) throw invalid({ location: 'body', message: `has more than ${mostFields} fields` })
  return fieldsOf(pairs)
}

/** The form's own fields: those of the kit start with an underscore. */
export const ownFields = (fields: Fields): Fields => new Map([...fields].filter(([name]) => !name.startsWith('_')))

/** For deletions that matter: the name must have been typed. */
export function demandName(fields: Fields, name: string): void {
  if (fields.get('_name')?.at(-1)?.trim() === name.trim()) return
  throw invalid({ location: 'body._name', message: `must be typed as it stands here: ${name}` })
}

/** The field of that name; of several the last. */
export const lastOf = (fields: Fields, name: string): string | undefined => fields.get(name)?.at(-1)

/** The form's own fields as they are, for what is no action. */
export const saidIn = (fields: Fields): Record<string, string | undefined> =>
  Object.fromEntries([...ownFields(fields)].map(([name, values]) => [name, values.at(-1)]))
