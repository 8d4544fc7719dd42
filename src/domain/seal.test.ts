import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'

const key = randomBytes(32)

test('what was sealed is read again with the same key', () => {
  for (const text of ['', 'whsec_abc', 'ünïcödé'.repeat(100)])
    expect(unseal(key, seal(key, text, randomBytes(12)))).toBe(text)
})

test('one text is sealed differently each time, and does not show', () => {
  const first = seal(key, 'whsec_abc', randomBytes(12))
  expect(seal(key, 'whsec_abc', randomBytes(12))).not.toBe(first)
  expect(Buffer.from(first.slice(3), 'base64').toString('latin1')).not.toContain('whsec')
})

test('another key, an altered seal and no seal at all give nothing', () => {
  const sealed = seal(key, 'whsec_abc', randomBytes(12))
  const bytes = Buffer.from(sealed.slice(3), 'base64')
  expect(unseal(randomBytes(32), sealed)).toBeUndefined()
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(unseal(key, `v1.${altered.toString('base64')}`)).toBeUndefined()
  }
  for (const none of ['', 'v1.', 'whsec_abc', 'v1.AAAA', sealed.slice(3)]) expect(unseal(key, none)).toBeUndefined()
})
