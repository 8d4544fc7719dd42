import { expect, test } from 'vitest'
import { z } from 'zod'
import { cellText, fieldsOf, inputOf } from './form.ts'
import { Description, jsonObject, Moment, Name, parse, Slug } from './input.ts'

const Draft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  note: Description.nullish(),
  count: z.int().optional(),
  isOn: z.boolean().optional(),
  at: Moment.nullish(),
  metadata: jsonObject(1).optional(),
  slugs: z.array(Slug).optional(),
  rules: z.array(z.strictObject({ name: Name, weight: z.number().optional() })).optional(),
  value: z
    .union([
      z.strictObject({ type: z.literal('number'), value: z.number().nullable() }),
      z.strictObject({ type: z.literal('boolean'), value: z.boolean() }),
    ])
    .optional(),
})

const read = (text: string, schema: z.ZodType = Draft) => inputOf(schema, fieldsOf(new URLSearchParams(text)))

test.each([
  ['name=Acme', { name: 'Acme' }],
  ['name=Acme&slug=&note=&at=&count=', { name: 'Acme', note: null, at: null }],
  ['name=', { name: '' }],
  ['name=A&count=12&isOn=false&isOn=true', { name: 'A', count: 12, isOn: true }],
  ['name=A&count=twelve&isOn=false', { name: 'A', count: 'twelve', isOn: false }],
  ['at=2026-03-15T12:00', { at: '2026-03-15T12:00:00Z' }],
  ['at=2026-03-15T12:00:05.123', { at: '2026-03-15T12:00:05.123Z' }],
  ['at=yesterday', { at: 'yesterday' }],
  ['note=one%0D%0Atwo', { note: 'one\ntwo' }],
  ['metadata={"a":{"b":[1]}}', { metadata: { a: { b: [1] } } }],
  ['slugs=&slugs=one&slugs=two', { slugs: ['one', 'two'] }],
  ['slugs=', { slugs: [] }],
  ['rules[0].name=A&rules[0].weight=1.5&rules[3].name=B', { rules: [{ name: 'A', weight: 1.5 }, { name: 'B' }] }],
  ['value.type=number&value.value=1000', { value: { type: 'number', value: 1000 } }],
  ['value.type=number&value.value=', { value: { type: 'number', value: null } }],
  ['value.type=boolean&value.value=true', { value: { type: 'boolean', value: true } }],
  ['nmae=A', { nmae: ['A'] }],
])('%s is read as its schema means it', (text, input) => {
  expect(read(text)).toEqual(input)
})

test('a body that may be left out is read like any other', () => {
  expect(read('name=Acme&slug=', Draft.optional())).toEqual({ name: 'Acme' })
})

test('rows become members, and go back into rows as they were', () => {
  const metadata = {
    plain: 'text',
    seats: 5,
    word: '5',
    quoted: '"x"',
    no: false,
    nothing: null,
    ['__proto__']: 'data',
  }
  const rows = Object.entries(metadata).flatMap(([key, value]) => [
    ['metadata.key[]', key],
    ['metadata.value[]', cellText(value)],
  ])
  const { metadata: again } = inputOf(Draft, fieldsOf([...rows, ['metadata.key[]', ' ']] as [string, string][]))
  expect(JSON.stringify(again)).toBe(JSON.stringify(metadata))
})

test('what is no JSON is told at its field', () => {
  expect(() => read('metadata={a')).toThrow(/^body\.metadata: is not JSON: /)
})

test('in a change, a member that is emptied is not left out', () => {
  const Changes = Draft.partial()
  expect(read('name=', Changes)).toEqual({ name: '' })
  expect(() => parse(Changes, read('name=', Changes))).toThrow('body.name: must not be empty')
  expect(read('note=', Changes)).toEqual({ note: null })
})
