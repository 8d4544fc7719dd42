import { z } from 'zod'
import { type Finding, invalid } from './problem.ts'
import { isReserved, isSlugShaped } from './slug.ts'

/**
 * Reads input by its schema: snake_case spellings of schema members become camelCase, enums take any letter case, and
 * what is inside metadata, values and contexts is left alone. Throws `Request.Invalid` with a finding per mistake.
 */
export function parse<S extends z.ZodType>(schema: S, input: unknown, root = 'body'): z.output<S> {
  const findings: Finding[] = []
  const spelled = respell(schema, input, root, findings)
  const result = schema.safeParse(spelled)
  if (!result.success) findings.push(...result.error.issues.flatMap(issue => findingsOf(issue, spelled, root)))
  if (findings.length > 0) throw invalid(...findings.slice(0, 20))
  return result.data as z.output<S>
}

type Definition = {
  type: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  innerType?: z.ZodType
  options?: z.ZodType[]
  entries?: Record<string, string>
  /** Of a literal. */
  values?: unknown[]
  /** Of a string. */
  format?: string
  /** Of a pipe: what is read before it is transformed. */
  in?: z.ZodType
}

// zod documents `_zod.def` as the introspection door for library authors; the kinds below are all that we use.
export const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition

function respell(schema: z.ZodType, input: unknown, location: string, findings: Finding[]): unknown {
  const { type, shape, element, innerType, options, entries } = definitionOf(schema)
  if (innerType) return respell(innerType, input, location, findings)
  if (type === 'enum' && entries && typeof input === 'string')
    return Object.values(entries).find(value => value.toLowerCase() === input.toLowerCase()) ?? input
  if (type === 'array' && element && Array.isArray(input))
    return input.map((each, index) => respell(element, each, `${location}[${index}]`, findings))
  if (type === 'union' && options) {
    const fitting = options.find(option => fits(definitionOf(option), input))
    return fitting ? respell(fitting, input, location, findings) : input
  }
  if (type === 'object' && shape && isRecord(input)) return respellMembers(shape, input, location, findings)
  return input
}

function respellMembers(
  shape: Record<string, z.ZodType>,
  input: Record<string, unknown>,
  location: string,
  findings: Finding[],
): Record<string, unknown> {
  const members: [string, unknown][] = []
  let isAsGiven = true
  for (const key in input) {
    const value = input[key]
    const name = memberName(shape, key)
    if (name !== key && Object.hasOwn(input, name))
      findings.push({ location: `${location}.${key}`, message: `is given twice, also as ${name}` })
    const member = Object.hasOwn(shape, name) ? shape[name] : undefined
    const spelled = member ? respell(member, value, `${location}.${name}`, findings) : value
    if (name !== key || spelled !== value) isAsGiven = false
    members.push([name, spelled])
  }
  // Object.fromEntries defines own members, so a member called __proto__ stays data.
  return isAsGiven ? input : Object.fromEntries(members)
}

function memberName(shape: Record<string, z.ZodType>, key: string): string {
  if (Object.hasOwn(shape, key) || !key.includes('_')) return key
  const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.hasOwn(shape, camel) ? camel : key
}

/** Which branch of a union an input is meant for, told by its literal members (tagged values) and its JSON type. */
function fits({ type, shape, innerType }: Definition, input: unknown): boolean {
  if (innerType) return fits(definitionOf(innerType), input)
  if (type !== 'object' || !shape) return false
  return isRecord(input) && Object.entries(shape).every(([key, member]) => literalFits(member, input[key]))
}

function literalFits(member: z.ZodType, value: unknown): boolean {
  const { type, values } = definitionOf(member)
  return type !== 'literal' || values?.includes(value) === true
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function findingsOf(issue: z.core.$ZodIssue, input: unknown, root: string): Finding[] {
  const location = locationOf(root, issue.path)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({ location: `${location}.${key}`, message: 'is not a known member' }))
  const value = issue.path.reduce<unknown>((inside, key) => memberOf(inside, key), input)
  const isOfWrongKind = ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code)
  if (value === undefined && isOfWrongKind) return [{ location, message: 'is required' }]
  if (value === null && isOfWrongKind) return [{ location, message: 'cannot be null', value }]
  if (issue.code === 'invalid_value' && issue.values.length > 1)
    return [{ location, message: `must be one of ${issue.values.join(', ')}`, ...shown(value) }]
  return [{ location, message: plain(issue), ...shown(value) }]
}

/** Where the schema has no words of its own, the library's are no sentence about the member. */
function plain(issue: z.core.$ZodIssue): string {
  const isNumber = 'origin' in issue && (issue.origin === 'number' || issue.origin === 'int')
  if (isNumber && issue.code === 'too_big' && /^Too big/.test(issue.message)) return `must be at most ${issue.maximum}`
  if (isNumber && issue.code === 'too_small' && /^Too small/.test(issue.message))
    return `must be at least ${issue.minimum}`
  const kind = issue.code === 'invalid_type' && kinds[issue.expected]
  return kind && /^Invalid input/.test(issue.message) ? `must be ${kind}` : issue.message
}

const kinds: Record<string, string> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
}

/** The offending value is shown where it is short enough to be read. */
const shown = (value: unknown): { value?: unknown } =>
  (typeof value === 'string' && value.length <= 200) || typeof value === 'number' || typeof value === 'boolean'
    ? { value }
    : {}

const memberOf = (inside: unknown, key: PropertyKey): unknown =>
  typeof inside === 'object' && inside !== null && Object.hasOwn(inside, key)
    ? (inside as Record<PropertyKey, unknown>)[key]
    : undefined

/** `body`, ['variants', 2, 'name'] → `body.variants[2].name` */
export const locationOf = (root: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`), root)

// ---- the members that many schemas share

/** For actions that take no input: an empty body. */
export const Nothing = z.undefined()

export const Name = z.string().trim().min(1, 'must not be empty').max(200, 'must be at most 200 characters')
export const Slug = z
  .string()
  .refine(isSlugShaped, 'must be 2 to 100 of a–z, 0–9 and hyphen, starting and ending with a letter or digit')
  .refine(slug => !isReserved(slug), 'is a reserved word or looks like an id')
  .meta({ minLength: 2, maxLength: 100, pattern: '^[a-z0-9][a-z0-9-]*[a-z0-9]$' })
export const Reference = z.string().min(1, 'must not be empty').max(100, 'must be at most 100 characters')
export const Description = z.string().max(4000, 'must be at most 4,000 characters')

/** What RFC 3339 can write; an offset in the input could lead beyond. */
const firstMoment = Date.parse('0000-01-01T00:00:00.000Z')
export const lastMoment = Date.parse('9999-12-31T23:59:59.999Z')

/** A moment as RFC 3339 text, kept as epoch milliseconds. */
export const Moment = z.iso
  .datetime({ offset: true, abort: true, error: 'must be an RFC 3339 time such as 2026-01-31T00:00:00Z' })
  .refine(text => Number.isFinite(Date.parse(text)), 'is not a day of the calendar')
  .refine(
    text => !(Date.parse(text) < firstMoment || Date.parse(text) > lastMoment),
    'is beyond the years 0000 to 9999',
  )

export type JsonObject = Record<string, unknown>

/** A JSON object of at most `kibibytes` KiB. Its members are data, whatever they are called. */
export const jsonObject = (kibibytes: number) =>
  z
    .custom<JsonObject>(isRecord, 'must be a JSON object')
    .refine(
      value => Buffer.byteLength(JSON.stringify(value)) <= kibibytes * 1024,
      `must be at most ${kibibytes} KiB of JSON`,
    )
    .meta({ type: 'object', additionalProperties: true })

/** Any JSON but null. */
export const jsonValue = (kibibytes: number) =>
  z
    .custom<unknown>(value => value !== null && value !== undefined, 'must be JSON other than null')
    .refine(
      value => Buffer.byteLength(JSON.stringify(value)) <= kibibytes * 1024,
      `must be at most ${kibibytes} KiB of JSON`,
    )
    .meta({ not: { type: 'null' } })

export const Metadata = jsonObject(64)

/**
 * RFC 3339 in UTC with milliseconds, from epoch milliseconds. Moments that are told one after another are mostly of one
 * day, whose text is kept: toISOString takes five times as long.
 */
export function rfc3339(epochMilliseconds: number): string {
  const day = Math.floor(epochMilliseconds / dayLength)
  // The last day that there is has one moment alone; once its text is kept, nobody else would refuse the next.
  if (epochMilliseconds > latestMoment) throw new RangeError(`no moment: ${epochMilliseconds}`)
  if (day !== lastDay.day) lastDay = { day, text: new Date(epochMilliseconds).toISOString().split('T', 1)[0] ?? '' }
  const milliseconds = epochMilliseconds - day * dayLength
  const seconds = Math.floor(milliseconds / 1000)
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return `${lastDay.text}T${two(hour)}:${two(minute)}:${two(seconds % 60)}.${String(milliseconds % 1000).padStart(3, '0')}Z`
}

const dayLength = 86_400_000
const latestMoment = 8.64e15
let lastDay = { day: Number.NaN, text: '' }
const two = (number: number): string => (number < 10 ? `0${number}` : String(number))

export const rfc3339OrNull = (at: number | null): string | null => (at === null ? null : rfc3339(at))
