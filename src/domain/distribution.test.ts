import { expect, test } from 'vitest'
import { Distribution } from './distribution.ts'

test('a value falls into the first bucket whose end it does not pass', () => {
  const distribution = new Distribution([1, 10])
  for (const value of [0, 1, 1.5, 10, 11, 1e9]) distribution.add(value)
  expect(distribution.counts).toEqual([2, 2, 2])
  expect(distribution.sum).toBe(1e9 + 23.5)
})
