import { expect, test } from 'vitest'
import { cost, Passwords } from './passwords.ts'

const password = 'purple tractor beneath lantern'
const cheap = { memory: 64, passes: 1, parallelism: 1 }
const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[\w+/]{22}\$[\w+/]{43}$/

test('a password is kept as argon2id in PHC text, with at least what OWASP and ASVS ask for, and a salt of its own', async () => {
  const passwords = new Passwords()
  const [one, two] = [await passwords.hash(password), await passwords.hash(password)]
  const [, memory, passes, lanes] = phc.exec(one) ?? []
  expect(Number(memory)).toBeGreaterThanOrEqual(19_456)
  expect(Number(passes)).toBeGreaterThanOrEqual(2)
  expect(Number(lanes)).toBe(1)
  expect(one).not.toBe(two)
  expect(await passwords.verify(one, password)).toBe(true)
  expect(await passwords.verify(one, `${password} `)).toBe(false)
  expect(await passwords.verify(one, password.toUpperCase())).toBe(false)
})

test('one text in two Unicode spellings is one password', async () => {
  const passwords = new Passwords(cheap)
  const stored = await passwords.hash('Grüezi mitenand zäme')
  expect(await passwords.verify(stored, 'Gru\u0308ezi mitenand za\u0308me')).toBe(true)
})

test('a hash made with less is told apart, and still lets its owner in', async () => {
  const stored = await new Passwords(cheap).hash(password)
  const today = new Passwords()
  expect(today.isOutdated(stored)).toBe(true)
  expect(await today.verify(stored, password)).toBe(true)
  expect(today.isOutdated(await today.hash(password))).toBe(false)
})

test('where there is no password to compare with, the work is that of one', async () => {
  const passwords = new Passwords()
  const stored = await passwords.hash(password)
  const took = async (known: string | undefined) => {
    const begun = process.cpuUsage()
    expect(await passwords.verify(known, 'something else entirely')).toBe(false)
    const { user, system } = process.cpuUsage(begun)
    return user + system
  }
  const median = async (known: string | undefined) => {
    const all: number[] = []
    for (let time = 0; time < 7; time++) all.push(await took(known))
    return all.sort((a, b) => a - b)[3] ?? 0
  }
  const ratio = (await median(undefined)) / (await median(stored))
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

test('no password fits where there is none', async () => {
  const passwords = new Passwords(cheap)
  for (const stored of [undefined, null]) expect(await passwords.verify(stored, password)).toBe(false)
})

test('what is longer than any password costs no hash', async () => {
  const passwords = new Passwords({ ...cost, memory: 1_000_000 })
  expect(await passwords.verify(undefined, 'x'.repeat(1_000_000))).toBe(false)
})

test('so many wait and no more: the next is told to come back in a second, and later ones are served again', async () => {
  const passwords = new Passwords({ ...cheap, memory: 2048 })
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash(password)))
  const busy = all.filter(each => each.status === 'rejected')
  expect(busy).toHaveLength(6)
  for (const { reason } of busy)
    expect(reason).toMatchObject({ code: 'Server.Busy', status: 503, headers: { 'Retry-After': '1' } })
  expect(await passwords.hash(password)).toMatch(phc)
})

test('a password that somebody chooses is looked at first', async () => {
  const refused = new Passwords(cheap).chosen('annameier2026', ['anna.meier@example.com'])
  await expect(refused).rejects.toMatchObject({ code: 'Request.Invalid', errors: [{ location: 'body.password' }] })
})
