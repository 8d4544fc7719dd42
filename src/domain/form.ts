import type { z } from 'zod'
import { definitionOf, isRecord } from './input.ts'
import { invalid } from './problem.ts'

/**
 * What people type becomes the input that an action reads: a form has texts only, so the action's own schema says what
 * each is meant to be. Names are paths: `name`, `value.type`, `variants[0].name`. A name may be repeated for a list. An
 * object whose members nobody knows is JSON text, or rows of `metadata.key[]` and `metadata.value[]`.
 *
 * Nothing typed means null where that is allowed, else the member is left out; but in a change, where every member may be
 * left out, it stays empty text: whoever empties a name hears that it must not be empty. No JSON is nothing, not a text.
 */
export function inputOf(schema: z.ZodType, fields: Fields): Record<string, unknown> {
  const { shape = {} } = definitionOf(unwrapped(schema).schema)
  const isChange = Object.values(shape).every(member => unwrapped(member).isOptional)
  const known = Object.entries(shape).map(([name, member]) => [name, read(member, name, { fields, isChange })] as const)
  const unknown = [...fields].filter(([name]) => !Object.hasOwn(shape, name.split(/[.[]/)[0] ?? ''))
  return Object.fromEntries([...known.filter(([, value]) => value !== undefined), ...unknown])
}

/** The fields of a form by name, each with all its values. */
export type Fields = ReadonlyMap<string, readonly string[]>

export const fieldsOf = (pairs: Iterable<readonly [string, string]>): Fields => {
  const fields = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const values = fields.get(name)
    // Browsers end lines with CRLF in what they send, whatever was typed.
    const text = value.replaceAll('\r\n', '\n')
    if (values) values.push(text)
    else fields.set(name, [text])
  }
  return fields
}

interface Form {
  fields: Fields
  isChange: boolean
}

/** Undefined where the form has nothing of that name. */
function read(given: z.ZodType, name: string, form: Form): unknown {
  const { schema, isOptional, isNullable } = unwrapped(given)
  const { type, shape, options, element, format } = definitionOf(schema)
  if (type === 'object' && shape) return readMembers(shape, name, form)
  if (type === 'array' && element) return readItems(element, name, form)
  if (type === 'union' && options) return read(branchOf(options, name, form), name, form)
  const values = form.fields.get(name)
  const keys = form.fields.get(`${name}.key[]`)
  if (keys) return rows(keys, form.fields.get(`${name}.value[]`) ?? [])
  // A checkbox stands behind a hidden "false" of the same name, so the last one counts.
  const text = values?.at(-1)
  if (text === undefined) return undefined
  const isJson = type === 'custom' || type === 'record' || type === 'any'
  if (text.trim() === '') return isNullable ? null : (isOptional && !form.isChange) || isJson ? undefined : text
  if (type === 'number' || type === 'int') return numberOf(text)
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (isJson) return jsonOf(text, name)
  // What a date-time field gives is a time of UTC here, and says so beside it.
  if (format === 'datetime' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text))
    return `${text}Z`.replace(/T(\d\d:\d\d)Z$/, 'T$1:00Z')
  return text
}

function readMembers(shape: Record<string, z.ZodType>, name: string, form: Form): unknown {
  if (![...form.fields.keys()].some(each => each.startsWith(`${name}.`))) return undefined
  const members = Object.entries(shape).map(([member, schema]) => [member, read(schema, `${name}.${member}`, form)])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined))
}

/** Repeated names, or `name[0]`, `name[1].member`. Empty texts count for nothing, so that a form can send an empty list. */
function readItems(element: z.ZodType, name: string, form: Form): unknown {
  const repeated = form.fields.get(name)?.filter(text => text !== '')
  const start = `${name}[`
  const places = [...form.fields.keys()]
    .filter(each => each.startsWith(start))
    .map(each => Number.parseInt(each.slice(start.length), 10))
    .filter(Number.isInteger)
  const indexed = [...new Set(places)].sort((a, b) => a - b).map(index => read(element, `${name}[${index}]`, form))
  const items = [
    ...(repeated ?? []).map(text => read(element, name, { ...form, fields: new Map([[name, [text]]]) })),
    ...indexed.filter(item => item !== undefined),
  ]
  return items.length > 0 || repeated ? items : undefined
}

/** The branch whose literal members are what the form has there: of tagged values, by their tag. */
function branchOf(options: z.ZodType[], name: string, { fields }: Form): z.ZodType {
  const fitting = options.find(option =>
    Object.entries(definitionOf(option).shape ?? {}).every(([member, schema]) => {
      const { type, values } = definitionOf(schema)
      return type !== 'literal' || values?.includes(fields.get(`${name}.${member}`)?.at(-1)) === true
    }),
  )
  return fitting ?? (options[0] as z.ZodType)
}

/** A value that reads as JSON is that JSON, any other is a text. */
const rows = (keys: readonly string[], values: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    keys.flatMap((key, index) => (key.trim() === '' ? [] : [[key.trim(), cellValue(values[index] ?? '')]])),
  )

function cellValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** The same back, so that what is shown and saved untouched stays what it was. */
export const cellText = (value: unknown): string =>
  typeof value === 'string' && cellValue(value) === value ? value : JSON.stringify(value)

function numberOf(text: string): unknown {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable'
    throw invalid({ location: `body.${name}`, message: `is not JSON: ${why}` })
  }
}

function unwrapped(schema: z.ZodType, isOptional = false, isNullable = false): Unwrapped {
  const { type, innerType, in: before } = definitionOf(schema)
  const inner = innerType ?? before
  if (!inner) return { schema, isOptional, isNullable }
  return unwrapped(inner, isOptional || type === 'optional' || type === 'default', isNullable || type === 'nullable')
}

interface Unwrapped {
  schema: z.ZodType
  isOptional: boolean
  isNullable: boolean
}

/** Can a JSON object be edited as rows of key and value? Nested ones are better off as JSON. */
export const fitsRows = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && Object.values(value).every(each => typeof each !== 'object' || each === null)
