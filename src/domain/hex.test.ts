import fc from 'fast-check'
import { expect, test } from 'vitest'
import { putHex } from './hex.ts'

test('32 bits are eight digits, of numbers with a sign too, and nothing else is touched', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), fc.nat({ max: 5 }), (word, at) => {
      const codes = Array<number>(14).fill(45)
      putHex(codes, at, word)
      const hex = (word >>> 0).toString(16).padStart(8, '0')
      expect(String.fromCharCode(...codes)).toBe(`${'-'.repeat(at)}${hex}`.padEnd(14, '-'))
    }),
  )
})
