import { randomBytes } from 'node:crypto'
import { Webhook as StandardReceiver } from 'standardwebhooks'
import { Webhook as SvixReceiver } from 'svix'
import { describe, expect, test } from 'vitest'
import { newSecret, signed, signingKey } from './webhook-signature.ts'

const id = '0198c2f4-7d1e-7a3b-9c55-1f0e8d2b6a41'
const body = JSON.stringify({ id, name: 'CUSTOMER_CREATION', data: { name: 'Zürich · 東京 🎌' } })
const timestamp = Math.floor(Date.now() / 1000)
const [secret, other] = [newSecret(randomBytes), newSecret(randomBytes)]

/** Receivers that people have: each takes the payload and the headers of its own name. */
const receivers = [
  ['standardwebhooks', 'webhook', (key: string) => new StandardReceiver(key)],
  ['svix, by its own names', 'svix', (key: string) => new SvixReceiver(key)],
  ['svix, by the standard names', 'webhook', (key: string) => new SvixReceiver(key)],
] as const

describe.each(receivers)('%s', (_, brand, receiverWith) => {
  const takes = (change: {
    secrets?: string[]
    receiver?: string
    body?: string
    headers?: Record<string, string>
  }) => {
    const headers = Object.fromEntries(
      Object.entries(signed({ id, timestamp, body, keys: (change.secrets ?? [secret]).map(signingKey) })).filter(
        ([name]) => name.startsWith(brand),
      ),
    )
    const changed = Object.fromEntries(
      Object.entries(change.headers ?? {}).map(([name, value]) => [`${brand}-${name}`, value]),
    )
    try {
      receiverWith(change.receiver ?? secret).verify(change.body ?? body, { ...headers, ...changed })
      return true
    } catch {
      return false
    }
  }

  test('takes what was signed', () => {
    expect(takes({})).toBe(true)
  })

  test('takes either secret while both are valid', () => {
    expect(takes({ secrets: [secret, other], receiver: secret })).toBe(true)
    expect(takes({ secrets: [secret, other], receiver: other })).toBe(true)
    expect(takes({ secrets: [other], receiver: secret })).toBe(false)
  })

  test('refuses another secret, an altered body, id or time', () => {
    expect(takes({ receiver: other })).toBe(false)
    expect(takes({ body: body.replace('CREATION', 'DELETION') })).toBe(false)
    expect(takes({ body: `${body} ` })).toBe(false)
    expect(takes({ headers: { id: `${id.slice(0, -1)}2` } })).toBe(false)
    expect(takes({ headers: { timestamp: String(timestamp + 1) } })).toBe(false)
  })
})

test('the standard’s own example comes out as it says', () => {
  const headers = signed({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    keys: [signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')],
  })
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('bytes are signed as they are, a string as its UTF-8', () => {
  const ofText = signed({ id, timestamp, body, keys: [signingKey(secret)] })
  expect(signed({ id, timestamp, body: Buffer.from(body), keys: [signingKey(secret)] })).toEqual(ofText)
  const notText = Uint8Array.of(0xff, 0x00, 0xfe)
  expect(signed({ id, timestamp, body: notText, keys: [signingKey(secret)] })).not.toEqual(
    signed({ id, timestamp, body: Buffer.from(notText).toString(), keys: [signingKey(secret)] }),
  )
})

test('a secret is whsec_ and 32 random bytes', () => {
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(secret).not.toBe(other)
  expect(newSecret(size => new Uint8Array(size).fill(255))).toBe(`whsec_${'/'.repeat(42)}8=`)
})

test('what is no secret signs nothing', () => {
  expect(() => signingKey('hunter2')).toThrow('A webhook secret begins with whsec_.')
})
