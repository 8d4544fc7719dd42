import { expect, test } from 'vitest'
import { Problem } from '../domain/problem.ts'
import { SignInAttempts } from './sign-in-attempts.ts'

/** A guesser: each try is wrong, unless it is told. The answer is the seconds to wait, or 0. */
function guessing() {
  let now = 1_000_000
  const attempts = new SignInAttempts(() => now)
  const begin = (account: string, address: string) => {
    try {
      return attempts.begin(account, address)
    } catch (error) {
      if (error instanceof Problem && error.code === 'Auth.TooManyAttempts')
        return Number(error.headers?.['Retry-After'])
      throw error
    }
  }
  const wait = (account = 'anna', address = '192.0.2.1') => {
    const attempt = begin(account, address)
    return typeof attempt === 'number' ? attempt : 0
  }
  return { attempts, wait, begin, pass: (seconds: number) => (now += seconds * 1000) }
}

test('after five wrong passwords each further one waits twice as long, and at most a quarter of an hour', () => {
  const { wait, pass } = guessing()
  for (let n = 0; n < 5; n++) expect(wait()).toBe(0)
  for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]) {
    expect(wait()).toBe(seconds)
    pass(seconds - 1)
    expect(wait()).toBe(1)
    pass(1)
    expect(wait()).toBe(0)
  }
})

test('many at once count as many', () => {
  const { wait } = guessing()
  expect(Array.from({ length: 100 }, () => wait()).filter(seconds => seconds === 0)).toHaveLength(5)
})

test('the right password forgives the account, and the address only this once', () => {
  const { attempts, wait } = guessing()
  for (let n = 0; n < 4; n++) wait()
  attempts.begin('anna', '192.0.2.1').succeeded()
  for (let n = 0; n < 5; n++) expect(wait()).toBe(0)
  expect(wait()).toBeGreaterThan(0)
  expect(wait('berta')).toBe(0)
})

test('nobody stays locked out: after an hour all is forgotten', () => {
  const { wait, pass } = guessing()
  for (let n = 0; n < 30; n++) {
    wait()
    pass(900)
  }
  pass(3600)
  for (let n = 0; n < 5; n++) expect(wait()).toBe(0)
})

test('one address that tries many accounts has to wait', () => {
  const { wait } = guessing()
  for (let n = 0; n < 30; n++) expect(wait(`user-${n}`)).toBe(0)
  expect(wait('anybody')).toBe(1)
  expect(wait('anybody', '192.0.2.2')).toBe(0)
})

test('one account that is tried from many addresses waits, and its owner for half a minute at most', () => {
  const { wait, pass } = guessing()
  for (let n = 0; n < 50; n++) expect(wait('anna', `192.0.2.${n}`)).toBe(0)
  for (let n = 0; n < 40; n++) {
    const seconds = wait('anna', `198.51.100.${n}`)
    expect(seconds).toBeLessThanOrEqual(30)
    pass(seconds)
    wait('anna', `198.51.100.${n}`)
  }
  expect(wait('anna', '203.0.113.1')).toBe(30)
})

test('all addresses of an IPv6 network are one, and IPv4 in IPv6 is what it is', () => {
  const { wait } = guessing()
  for (let n = 0; n < 5; n++) expect(wait('anna', `2001:db8:0:7::${n + 1}`)).toBe(0)
  expect(wait('anna', '2001:db8:0:7:ffff:ffff:ffff:ffff')).toBe(1)
  expect(wait('anna', '2001:db8:0:8::1')).toBe(0)
  for (let n = 0; n < 5; n++) expect(wait('berta', '::ffff:192.0.2.9')).toBe(0)
  expect(wait('berta', '192.0.2.9')).toBe(1)
  expect(wait('berta', '::ffff:192.0.2.10')).toBe(0)
})

test('an attempt whose password was never looked at does not count', () => {
  const { attempts, wait } = guessing()
  for (let n = 0; n < 100; n++) attempts.begin('anna', '192.0.2.1').withdrawn()
  expect(wait()).toBe(0)
})

test('a flood of accounts and addresses does not fill the memory', () => {
  const { attempts, begin } = guessing()
  for (let n = 0; n < 30_000; n++) begin(`user-${n}`, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
  // What it keeps is its own affair; that it keeps no more than it says is not.
  expect((attempts as unknown as { counts: Map<string, object> }).counts.size).toBeLessThanOrEqual(20_000)
})
