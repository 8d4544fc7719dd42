import { expect, test } from 'vitest'
import { sizeText } from './size.ts'

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [52_428_800, '52.4 MB'],
  [136_000_000, '136 MB'],
  [9_663_676_416, '9.7 GB'],
])('%i bytes are told as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})
