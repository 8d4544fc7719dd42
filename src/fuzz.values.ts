import type { OpenApi } from './api/openapi.ts'
import type { Schema } from './api/openapi-schemas.ts'

/** For tests: values by their JSON Schema, and values that nobody asked for. The same seed gives the same ones. */
export class Chance {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** mulberry32: from 0 up to 1. */
  fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  whole(below: number): number {
    return Math.floor(this.fraction() * below)
  }

  happens(share: number): boolean {
    return this.fraction() < share
  }

  one<T>(of: readonly T[]): T {
    if (of.length === 0) throw new Error('There is nothing to choose from.')
    return of[this.whole(of.length)] as T
  }
}

/** Names that a member of a body or query may want; undefined for members that name nothing. */
export type Naming = (member: string) => string | undefined

/** Makes values that fit a schema of the document. */
export class Fitting {
  private readonly chance: Chance
  private readonly document: OpenApi
  private readonly naming: Naming
  private readonly now: () => number

  constructor(chance: Chance, document: OpenApi, naming: Naming, now: () => number) {
    this.chance = chance
    this.document = document
    this.naming = naming
    this.now = now
  }

  of(given: Schema, member = ''): unknown {
    const schema = this.resolved(given)
    const choices = schema.anyOf ?? schema.oneOf
    if (Array.isArray(choices)) return this.of(this.chance.one(choices as Schema[]), member)
    if ('const' in schema) return schema.const
    if (Array.isArray(schema.enum)) return this.spelled(this.chance.one(schema.enum))
    const types = [schema.type].flat() as (string | undefined)[]
    return this.typed(this.chance.one(types), schema, member)
  }

  private typed(type: string | undefined, schema: Schema, member: string): unknown {
    if (type === 'object') return this.object(schema)
    if (type === 'array') return this.array(schema, member)
    if (type === 'string') return this.text(schema, member)
    if (type === 'number' || type === 'integer') return this.number(type, schema)
    if (type === 'boolean') return this.chance.happens(0.5)
    return type === 'null' ? null : this.chance.one<unknown>([7, 'text', true, { a: [1] }, []])
  }

  private object({ properties = {}, required = [], additionalProperties }: Schema): object {
    const members = Object.entries(properties as Record<string, Schema>).filter(([name, each]) => {
      return (required as string[]).includes(name) || (!each.readOnly && this.chance.happens(0.45))
    })
    const more = additionalProperties === true && this.chance.happens(0.5) ? { any: this.chance.whole(9) } : {}
    return { ...more, ...Object.fromEntries(members.map(([name, each]) => [name, this.of(each, name)])) }
  }

  private array({ items, minItems = 0, maxItems = 3 }: Schema, member: string): unknown[] {
    const most = Math.min(Number(maxItems), Number(minItems) + 3)
    const length = Number(minItems) + this.chance.whole(most - Number(minItems) + 1)
    return Array.from({ length }, () => this.of((items ?? {}) as Schema, member))
  }

  private text(schema: Schema, member: string): string {
    const name = this.naming(member)
    if (name !== undefined) return name
    if (schema.format === 'date-time') return new Date(this.now() + (this.chance.fraction() - 0.4) * 4e9).toISOString()
    const slug = `fuzz-${this.chance.whole(1e9).toString(36)}`
    if (schema.pattern !== undefined)
      return /^\^\\d/.test(String(schema.pattern)) ? String(this.chance.whole(999)) : slug
    const text = this.chance.one([slug, 'Café Zürich', '日本 🍣', 'a', `${slug} "quoted" <b>`, '=1+1'])
    return text.padEnd(Number(schema.minLength ?? 0), 'x').slice(0, Number(schema.maxLength ?? 200))
  }

  private number(type: string, { minimum = -1000, maximum = 1000, multipleOf }: Schema): number {
    const [least, most] = [Number(minimum), Math.min(Number(maximum), Number(minimum) + 2000)]
    if (this.chance.happens(0.2)) return this.chance.one([least, most])
    const value = least + this.chance.fraction() * (most - least)
    return type === 'integer' || multipleOf !== undefined || this.chance.happens(0.5)
      ? Math.round(value)
      : Math.round(value * 1000) / 1000
  }

  /** Enums are read in any letter case. */
  private spelled(value: unknown): unknown {
    return typeof value === 'string' && this.chance.happens(0.2) ? value.toLowerCase() : value
  }

  private resolved(schema: Schema): Schema {
    if (typeof schema.$ref !== 'string') return schema
    const [, , , name = ''] = schema.$ref.split('/')
    return this.resolved(this.document.components.schemas[name] ?? {})
  }
}

export const texts = [
  '',
  ' ',
  'x'.repeat(5000),
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202eevil',
  '\r\nX-Injected: 1',
  '🍣'.repeat(60),
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' or 1=1 --",
  '%',
  '"*()',
  'NaN',
  'null',
  '-1',
  '0198c8f2-6b1e-7c3a-9d55-1f2e3d4c5b6a',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59-12:00',
  '0000-01-01T00:00:00+14:00',
  'new',
  'e\u0301'.repeat(40),
]

const nested = (levels: number, inside: unknown): unknown => (levels === 0 ? inside : [nested(levels - 1, inside)])
const manyMembers = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`m${n}`, n]))

export const oddities: readonly unknown[] = [
  ...texts,
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  1e-9,
  1e-300,
  1e15 + 1,
  2 ** 53,
  1e308,
  -1e308,
  [],
  {},
  [null],
  nested(31, 1),
  nested(40, 1),
  nested(3000, 1),
  { type: 'number', value: 1e15 },
  { type: 'number', value: '1' },
  { type: 'object', value: { deep: nested(28, 1) } },
  { type: 'object', value: 'x'.repeat(70_000) },
  { toString: 1, valueOf: null, hasOwnProperty: 1, constructor: { prototype: 1 } },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  { 'a\u0000b': 1, '': 2, '\ud800': 3 },
  Array.from({ length: 1500 }, () => 'many'),
  manyMembers,
]

/** The value with something in it that does not belong there: replaced, removed, added, or said twice. */
export function mutated(chance: Chance, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && chance.happens(0.7)) {
    const at = chance.whole(value.length)
    return value.map((each, index) => (index === at ? mutated(chance, each) : each))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return chance.one(oddities)
  const names = Object.keys(value)
  if (names.length === 0 || chance.happens(0.2)) return { ...value, [chance.one(texts)]: chance.one(oddities) }
  const name = chance.one(names)
  const member = value[name as keyof typeof value]
  const snake = name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
  if (chance.happens(0.15)) return { ...value, [snake]: member, [`${name} `]: member }
  if (chance.happens(0.15)) return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name))
  if (chance.happens(0.1)) return chance.one(oddities)
  return { ...value, [name]: mutated(chance, member) }
}
