import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordsOf } from './audit.ts'

test('words are runs of letters and digits, in small letters and without accents', () => {
  expect(wordsOf('Région: EU-west_2, ﬁve!')).toEqual(['region', 'eu', 'west', '2', 'five'])
  expect(wordsOf('/v1/Resource7 request-12')).toEqual(['v1', 'resource7', 'request', '12'])
  expect(wordsOf(' – ')).toEqual([])
})

test('a text has the same words beside one that has to be folded', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), text => {
      expect(wordsOf(`${text} É`)).toEqual([...wordsOf(text), 'e'])
    }),
  )
})
