import { expect, test } from 'vitest'
import { names, tagOf } from './etag.ts'

const tag = tagOf(['a', 'b'])

test('equal parts give an equal tag, others another, also where they run together', () => {
  expect(tagOf(['a', 'b'])).toBe(tag)
  expect(tag).toMatch(/^"[0-9a-f]{32}"$/)
  expect(new Set([tag, tagOf(['ab', '']), tagOf(['a']), tagOf(['b', 'a'])]).size).toBe(4)
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
