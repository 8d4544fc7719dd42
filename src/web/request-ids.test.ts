import { expect, test } from 'vitest'
import { newRequestId } from './request-ids.ts'

test('requests without an id are given sixteen digits that no other has', () => {
  const ids = Array.from({ length: 200_000 }, newRequestId)
  expect(ids.every(id => /^[0-9a-f]{16}$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  for (let place = 0; place < 16; place++) expect(new Set(ids.map(id => id.charAt(place))).size).toBe(16)
})
