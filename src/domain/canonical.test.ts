import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from './canonical.ts'

test('is JSON of the value, the same in whichever order members were written', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), value => {
      const plain: unknown = JSON.parse(JSON.stringify(value))
      expect(JSON.parse(canonical(value))).toEqual(plain)
      expect(canonical(reversed(value))).toBe(canonical(value))
    }),
  )
})

test.each([
  ['"', String.raw`"\""`],
  ['\\', String.raw`"\\"`],
  ['\n', String.raw`"\n"`],
  ['Ölmühle', '"Ölmühle"'],
  ['plain & simple ~', '"plain & simple ~"'],
])('the text %j', (text, json) => {
  expect(canonical(text)).toBe(json)
})

test('a member that is undefined is none', () => {
  expect(canonical({ b: undefined, a: 1 })).toBe('{"a":1}')
})

function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(reversed)
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, reversed(member)] as const)
      .reverse(),
  )
}
