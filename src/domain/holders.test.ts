import { expect, test } from 'vitest'
import { holders, holdersAtMost } from './holders.ts'

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: `${n}`, name: `Acme ${n}` }))

test('what holds something is counted, and the first three are named', () => {
  expect(holders(rows(1), 'instance')).toBe('1 instance: Acme 0')
  expect(holders(rows(3), 'instance')).toBe('3 instances: Acme 0, Acme 1, Acme 2')
  expect(holders(rows(4), 'license')).toBe('4 licenses: Acme 0, Acme 1, Acme 2, …')
})

test('a holder that comes in several rows counts once, and two of one name count twice', () => {
  expect(holders([...rows(2), ...rows(2)], 'instance')).toBe('2 instances: Acme 0, Acme 1')
  expect(
    holders(
      [
        { id: 'a', name: 'Production' },
        { id: 'b', name: 'Production' },
      ],
      'instance',
    ),
  ).toBe('2 instances: Production, Production')
})

test('where not all rows were looked at, the count says so', () => {
  expect(holders(rows(holdersAtMost), 'instance')).toMatch(/^1000 instances: /)
  expect(holders(rows(holdersAtMost + 1), 'instance')).toMatch(/^at least 1001 instances: /)
})
