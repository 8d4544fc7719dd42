import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addByte, addNumber, addText, begin, hash128, murmur3, murmur3OfPair } from './murmur3.ts'

describe('x86 32 over UTF-8', () => {
  test.each([
    ['ejOoVL', 0x00000000],
    ['6LvT0', 0x80000000],
    ['ceQdGm', 0xffffffff],
    ['a', 0x3c2569b2],
    ['ü', 0x7840e6aa],
    ['日本語', 0xa5a47297],
    ['', 0],
  ])('%s', (text, hash) => {
    expect(murmur3(text)).toBe(hash)
  })

  test('texts longer than the buffer hash like any other, and the next one is not disturbed', () => {
    const long = murmur3('日本語'.repeat(1_000))
    expect(murmur3('a')).toBe(0x3c2569b2)
    expect(murmur3('日本語'.repeat(1_000))).toBe(long)
  })
})

test('a pair is hashed as the text that it makes with a zero byte between', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 600, unit: 'binary' }),
    fc.string({ maxLength: 40, unit: 'grapheme-ascii' }),
  )
  fc.assert(
    fc.property(text, text, (first, second) => {
      expect(murmur3OfPair(first, second)).toBe(murmur3(`${first}\0${second}`))
    }),
  )
})

function murmur3x128(...texts: string[]): string {
  begin()
  for (const text of texts) addText(text)
  return [...hash128()].map(word => word.toString(16).padStart(8, '0')).join('')
}

/** As murmurhash3js-revisited has them, another implementation. */
describe('x86 128 over UTF-8', () => {
  test.each([
    ['', '00000000000000000000000000000000'],
    ['a', 'a794933c5556b01b5556b01b5556b01b'],
    ['abcd', '96b6ccaa45afc62e45afc62e45afc62e'],
    ['0123456789abcde', '3c76c46d4d0818c0add433daa78673fa'],
    ['0123456789abcdef', 'fb7d440936aed30a48ad1d9b572b3bfd'],
    ['0123456789abcdefg', '7f1f9836516b3876ac29c030f9d6f374'],
    ['日本語', 'bdfcba6fc3f6209ca8a354fd3b43196f'],
    ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
  ])('%s', (text, hash) => {
    expect(murmur3x128(text)).toBe(hash)
  })

  test('what is put in piece by piece is hashed as one', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ minLength: 90, maxLength: 500 }))
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        expect(murmur3x128(...pieces)).toBe(murmur3x128(pieces.join('')))
      }),
    )
  })

  test('bytes and numbers are put in among them', () => {
    begin()
    for (const letter of 'abc') addByte(letter.charCodeAt(0))
    addNumber(new Float64Array(new TextEncoder().encode('d0123456').buffer)[0] ?? 0)
    const hash = [...hash128()]
    begin()
    addText('abcd0123456')
    expect([...hash128()]).toEqual(hash)
  })

  test('what a longer text left in the buffer is no part of a shorter one', () => {
    expect(murmur3x128('x'.repeat(1_000))).toBe('02508d27189b6cffc11edb6e79f64f4b')
    expect(murmur3x128('a')).toBe('a794933c5556b01b5556b01b5556b01b')
  })
})
