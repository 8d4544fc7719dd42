import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holdsOf } from '../test-holds.ts'
import { bitsOf, complaintAbout, couldBePassword, normalized } from './password.ts'

const about = ['anna.meier@acme.example', 'Anna Meier', 'Acme Software']
const easy = expect.stringContaining('too easy')

describe('refused, for everybody tries it', () => {
  test.each([
    'password1234',
    'Passw0rd1234!',
    'P@ssword2024!',
    'Welcome2026!!',
    'Summer2025!!!',
    'qwertyuiopas',
    'qwerty123456',
    '1q2w3e4r5t6y',
    '1qaz2wsx3edc',
    '123456789012',
    '098765432109',
    'abcdefghijkl',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'passwordpassword',
    'administrator',
    'iloveyou1234',
    'letmeinletmein',
    'monkeydragon1',
    'correcthorsebatterystaple',
    'correct horse battery staple',
    'thequickbrownfox',
    'michael19870512',
    'football-2024',
    'changeme12345',
    'kaitenkaiten1',
    'a'.repeat(256),
    'ab'.repeat(100),
    'q1'.repeat(20),
  ])('%s', password => {
    expect(complaintAbout(password, [])).toEqual(easy)
  })

  test.each([
    'annameier2026',
    'Anna.Meier1990',
    'AcmeSoftware!1',
    'acme-anna-1984',
    'anna.meier@acme.example',
  ])('%s, of Anna Meier at Acme', password => {
    expect(complaintAbout(password, about)).toEqual(easy)
  })
})

describe('taken, for it is long and nobody tries it early', () => {
  test.each([
    'purple tractor beneath lantern',
    'stapler-gravel-oboe-mist',
    'xk7#pQ2v9!Lm',
    'hjkdsfrteuwq',
    'Grüezi mitenand, liebi Lüüt',
    '中文密码也可以很长而且安全',
    '🙂🐙🎻🪨🧵🛶🥨🪁🪗🪤🫖🧭',
    'Tr0ub4dor&3 has company',
    'anna likes gravel and oboes',
  ])('%s', password => {
    expect(complaintAbout(password, about)).toBeUndefined()
  })

  test('what a generator makes', () => {
    const characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
    const generated = fc.array(fc.constantFrom(...characters), { minLength: 16, maxLength: 64 })
    // Fixed, for one in millions would be a word of ours by chance.
    const options = { seed: 42, numRuns: 500 }
    fc.assert(
      fc.property(fc.noShrink(generated), made => {
        if (new Set(made).size > 10) expect(complaintAbout(made.join(''), about)).toBeUndefined()
      }),
      options,
    )
  })
})

test('length is counted in characters as people see them typed, from 12 to 256', () => {
  expect(complaintAbout('🙂🐙🎻🪨🧵🛶🥨🪁🪗🪤🫖', [])).toBe('must have at least 12 characters')
  expect(complaintAbout('xk7#pQ2v9!L', [])).toBe('must have at least 12 characters')
  const long = Array.from({ length: 257 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join('')
  expect(complaintAbout(long, [])).toBe('must have at most 256 characters')
  expect(complaintAbout([...long].slice(1).join(''), [])).toBeUndefined()
  expect([couldBePassword(long), couldBePassword(''), couldBePassword('short')]).toEqual([false, false, true])
})

test('one text is one password, however Unicode spells it', () => {
  expect(normalized('Zu\u0308rich')).toBe(normalized('Zürich'))
})

test('what is known of somebody never makes a password look stronger', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12, maxLength: 60, unit: 'grapheme' }), password => {
      expect(bitsOf(password, about)).toBeLessThanOrEqual(bitsOf(password, []))
    }),
  )
})

test('taking the longest password apart holds nobody up', () => {
  for (const password of ['a'.repeat(256), 'ab1'.repeat(85), 'password'.repeat(32), 'q1w2'.repeat(64)]) {
    expect(Math.min(...holdsOf(() => complaintAbout(password, about))), password).toBeLessThan(250)
  }
})
