import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical } from './canonical.ts'
import { names, tagOf } from './etag.ts'

const tag = tagOf(['a', 'b'])

test('equal parts give an equal tag, others another, also where they run together', () => {
  expect(tagOf(['a', 'b'])).toBe(tag)
  expect(tag).toMatch(/^"[0-9a-f]{16}"$/)
  expect(new Set([tag, tagOf(['ab', '']), tagOf(['a']), tagOf(['b', 'a'])]).size).toBe(4)
})

/** Few names and values, so that many are nearly alike. */
const lookalikes = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('', 'a', 'b', 'ab', '\0', 'null', 0, -0, 1, 'ü', true, false, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('', 'a', 'b'), tie('value')), { selector: ([name]) => name, maxLength: 2 })
      .map(members => Object.fromEntries(members)),
  ),
})).value

test('of many lists of values, those have one tag whose canonical JSON is one, and no others', () => {
  const tags = new Map<string, string>()
  for (const values of fc.sample(fc.array(lookalikes, { maxLength: 2 }), 20_000)) {
    const known = tags.get(canonical(values))
    if (known) expect(tagOf(values)).toBe(known)
    tags.set(canonical(values), tagOf(values))
  }
  expect(tags.size).toBeGreaterThan(1000)
  expect(new Set(tags.values()).size).toBe(tags.size)
})

test('the order of members, however deep, makes no difference', () => {
  const turned = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(turned)
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, member]) => [name, turned(member)]),
    )
  }
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), value => {
      expect(tagOf([turned(value)])).toBe(tagOf([value]))
    }),
  )
})

test('nor does it where there are many', () => {
  const shuffled = fc
    .uniqueArray(fc.string(), { maxLength: 40, size: 'max' })
    .chain(names => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })))
  const numbered = (names: string[], order: string[]) =>
    Object.fromEntries(order.map(name => [name, names.indexOf(name)]))
  fc.assert(
    fc.property(shuffled, ([names, order]) => {
      expect(tagOf([numbered(names, order)])).toBe(tagOf([numbered(names, names)]))
    }),
  )
})

test.each([
  [tag],
  [`W/${tag}`],
  [`w/${tag}`],
  [tag.slice(1, -1)],
  [` ${tag} `],
  [`"other", ${tag}`],
  [`W/"other",W/${tag},"third"`],
  [`other, ${tag.slice(1, -1)}`],
  ['*'],
  [' * '],
])('If-None-Match: %s names it', header => {
  expect(names(header, tag)).toBe(true)
})

test.each([
  [undefined],
  [''],
  ['""'],
  ['"'],
  ['W/'],
  ['"other"'],
  [`${tag}x`],
  [tag.slice(0, -2)],
  ['"*"'],
  [',,,'],
])('If-None-Match: %s does not', header => {
  expect(names(header, tag)).toBe(false)
})
