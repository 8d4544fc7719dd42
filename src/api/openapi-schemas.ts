import { z } from 'zod'
import { itemOf } from './openapi-names.ts'

/** A JSON Schema of draft 2020-12, which is what OpenAPI 3.1 speaks. */
export type Schema = { [keyword: string]: unknown }

/**
 * The JSON Schema of a zod schema; named ones, lists of named ones and what they refer to go into `components`.
 * Bodies refuse unknown members. Answers leave them open, for clients must not break when an object learns a new one.
 */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Schema>): Schema {
  const { $schema, $defs, ...whole } = z.toJSONSchema(schema, { io, override: opened, unrepresentable }) as Schema
  for (const [name, inner] of Object.entries(($defs ?? {}) as Record<string, Schema>)) keep(components, name, inner)
  const name = pageName(schema)
  if (!name) return tidied(whole)
  keep(components, name, whole)
  return { $ref: `#/components/schemas/${name}` }
}

/** The same with all that it refers to inside, for readers who have no OpenAPI document around it. */
export const wholeSchemaOf = (schema: z.ZodType): Schema =>
  z.toJSONSchema(schema, { io: 'output', override: opened, unrepresentable }) as Schema

/** CustomerPage, for lists that go on by cursor. */
function pageName(schema: z.ZodType): string | undefined {
  const item = itemOf(schema)
  const id = item && z.globalRegistry.get(item)?.id
  return id && schema instanceof z.ZodObject && 'nextCursor' in schema.shape ? `${id}Page` : undefined
}

function opened({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  const { type, catchall } = zodSchema._zod.def as { type: string; catchall?: unknown }
  if (type === 'object' && !catchall) delete jsonSchema.additionalProperties
}

/** Custom schemas say in `.meta` what they are; of anything else that JSON Schema cannot say, zod throws. */
const unrepresentable: z.core.UnrepresentableHandler<z.core.$ZodTypes> = ({ zodSchema }) =>
  zodSchema._zod.def.type === 'custom' ? 'any' : 'throw'

function keep(components: Record<string, Schema>, name: string, schema: Schema): void {
  const tidy = tidied(schema)
  const kept = components[name]
  if (kept && JSON.stringify(kept) !== JSON.stringify(tidy))
    throw new Error(`${name} names two schemas in the OpenAPI document: as a body it differs from what answers show.`)
  components[name] = tidy
}

/** Without what zod adds that says nothing to a reader: patterns beside formats, bounds of every integer, unions with null. */
function tidied(schema: Schema): Schema {
  const tidy = Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, inside(keyword, value)]))
  if (tidy.format !== undefined) delete tidy.pattern
  if (tidy.maximum === Number.MAX_SAFE_INTEGER) delete tidy.maximum
  if (tidy.minimum === Number.MIN_SAFE_INTEGER) delete tidy.minimum
  if (typeof tidy.$ref === 'string') tidy.$ref = tidy.$ref.replace('#/$defs/', '#/components/schemas/')
  return orNull(tidy)
}

function inside(keyword: string, value: unknown): unknown {
  const isSchema = (each: unknown): each is Schema => typeof each === 'object' && each !== null
  if (['items', 'not', 'additionalProperties', 'propertyNames'].includes(keyword) && isSchema(value))
    return tidied(value)
  if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(keyword)) return (value as Schema[]).map(tidied)
  if (keyword === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([name, each]) => [name, tidied(each)]),
    )
  return value
}

/** `anyOf [{type: string, …}, {type: null}]` → `{type: [string, null], …}` */
function orNull({ anyOf, ...rest }: Schema): Schema {
  if (!Array.isArray(anyOf)) return rest
  const [one, other] = anyOf as Schema[]
  const simple = anyOf.length === 2 && other?.type === 'null' && typeof one?.type === 'string' && !('const' in one)
  if (!simple || !one) return { anyOf, ...rest }
  const { type, enum: values, ...more } = one
  return { type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }), ...more, ...rest }
}
