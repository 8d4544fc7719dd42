import { expect, test } from 'vitest'
import { Problem } from '../domain/problem.ts'
import { RateLimit } from './rate-limit.ts'

const limited = (perSecond: number) => {
  let now = 1000
  const limit = new RateLimit(perSecond, () => now)
  const allowed = (credential = 'a') => {
    try {
      limit.spend(credential)
      return true
    } catch (error) {
      if (error instanceof Problem) return error.headers?.['Retry-After']
      throw error
    }
  }
  return { allowed, pass: (milliseconds: number) => (now += milliseconds) }
}

test('a credential may make a second’s worth at once and then as many as come in', () => {
  const { allowed, pass } = limited(5)
  expect(Array.from({ length: 6 }, () => allowed())).toEqual([true, true, true, true, true, '1'])
  pass(200)
  expect([allowed(), allowed()]).toEqual([true, '1'])
  pass(60_000)
  expect(Array.from({ length: 6 }, () => allowed()).filter(each => each === true)).toHaveLength(5)
})

test('one credential does not spend what another has', () => {
  const { allowed } = limited(1)
  expect([allowed('a'), allowed('a'), allowed('b')]).toEqual([true, '1', true])
})

test('a clock that is set back neither fills nor locks', () => {
  const { allowed, pass } = limited(1)
  expect(allowed()).toBe(true)
  pass(-500_000)
  expect(allowed()).toBe('1')
  pass(1000)
  expect(allowed()).toBe(true)
})

test('no limit is set by 0', () => {
  const { allowed } = limited(0)
  expect(Array.from({ length: 1000 }, () => allowed()).every(each => each === true)).toBe(true)
})
