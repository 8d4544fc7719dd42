import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whyRefused } from './address.ts'
import { type Allowed, whyNotCallable } from './callable.ts'

const nothing: Allowed = { http: false, cidrs: [] }
const everything: Allowed = { http: true, cidrs: ['0.0.0.0/0', '::/0'] }

test.each([
  ['https://example.com'],
  ['https://example.com/'],
  ['HTTPS://EXAMPLE.COM/Hooks'],
  ['https://example.com:8443/hooks/kaiten?tenant=a%20b&x=1'],
  ['https://example.com?x'],
  ['https://a.b-c.d_e.example'],
  ['https://xn--bcher-kva.example/b%C3%BCcher'],
  ['https://hooks.0x.example.com'],
  ['https://127.0.0.1.example.com'],
  ['https://1e100.net'],
  ['https://receiver'],
  ['https://8.8.8.8/hook'],
  ['https://[2606:4700:4700::1111]:8443/hook'],
  ['https://example.com/@home/:x/[y]'],
  ['https://localhost.example.com'],
])('%s may be saved', url => {
  expect(whyNotCallable(url, nothing)).toBeUndefined()
})

describe('numeric hosts that are not plain dotted decimal', () => {
  test.each([
    ['0x7f.0.0.1'],
    ['0x7f.1'],
    ['0X7F.0x0.0x0.0x1'],
    ['0x7f000001'],
    ['0x'],
    ['a.0x'],
    ['2130706433'],
    ['017700000001'],
    ['0177.0.0.1'],
    ['0177.0.0.01'],
    ['127.0.0.01'],
    ['127.000.000.001'],
    ['127.1'],
    ['127.0.1'],
    ['0'],
    ['1'],
    ['127.0.0.1.'],
    ['127.1.'],
    ['2130706433.'],
    ['8.8.8.8.'],
    ['8.8.2056'],
    ['256.256.256.256'],
    ['1.2.3.4.5'],
    ['08.8.8.8'],
    ['4294967296'],
    ['99999999999999999999'],
    ['example.123'],
    ['example.0x1f'],
  ])('https://%s', host => {
    const sentence = `must write a numeric host as four plain decimal numbers, such as 203.0.113.7, not as ${host.toLowerCase()}`
    expect(whyNotCallable(`https://${host}/`, everything)).toBe(sentence)
    expect(whyNotCallable(`https://${host}:443/x`, everything)).toBe(sentence)
  })
})

describe('literal addresses', () => {
  test.each([
    ['127.0.0.1', 'a loopback address'],
    ['10.0.0.1', 'a private address'],
    ['0.0.0.0', 'an unspecified address'],
    ['203.0.113.7', 'a reserved address'],
    ['[::1]', 'a loopback address'],
    ['[::]', 'an unspecified address'],
    ['[::ffff:127.0.0.1]', 'a loopback address'],
    ['[::FFFF:7f00:1]', 'a loopback address'],
    ['[64:ff9b::10.0.0.1]', 'a private address'],
    ['[2002:7f00:1::]', 'a 6to4 address'],
    ['[fd00::1]', 'a unique-local address'],
    ['localhost', 'a loopback address'],
    ['LOCALHOST', 'a loopback address'],
    ['api.localhost', 'a loopback address'],
  ])('https://%s is refused unless listed', (host, kind) => {
    const lower = host.toLowerCase()
    const sentence = `names ${lower}, which is ${kind}, which webhooks may call only where webhook-allow-cidr has it`
    expect(whyNotCallable(`https://${host}:8443/hook`, nothing)).toBe(sentence)
    expect(whyNotCallable(`https://${host}:8443/hook`, everything)).toBeUndefined()
  })

  test.each([
    ['169.254.169.254'],
    ['[fd00:ec2::254]'],
    ['[::ffff:a9fe:a9fe]'],
    ['100.100.100.200'],
  ])('https://%s is never called', host => {
    const sentence = `names ${host}, which is a cloud metadata address, which webhooks never call`
    expect(whyNotCallable(`https://${host}/latest/meta-data`, everything)).toBe(sentence)
  })

  test.each([
    ['[fe80::1%eth0]'],
    ['[fe80::1%25eth0]'],
    ['[::ffff:0x7f.0.0.1]'],
    ['[1::2::3]'],
    ['[v1.x]'],
    ['[]'],
  ])('https://%s cannot be read', host => {
    const sentence = `names ${host}, which is an address that cannot be read, which webhooks never call`
    expect(whyNotCallable(`https://${host}/`, everything)).toBe(sentence)
  })
})

const https = 'must begin with https://'
const either = 'must begin with https:// or http://'
const ascii = 'must be of visible ASCII characters without \\; names beyond that are written as xn--…, paths with %'
const credentials = 'must have no name or password; receivers know us by the signature'
const port = 'must have a port from 1 to 65535 after the colon, or none'
const named = (host: string) => `must name its host by letters, digits, hyphens and dots, not as ${host}`

test.each([
  ['', either],
  ['example.com', either],
  ['//example.com', either],
  ['https:example.com', either],
  ['https:/example.com', either],
  ['https//example.com', either],
  ['ftp://example.com', either],
  ['file:///etc/passwd', either],
  ['gopher://example.com', either],
  ['ws://example.com', either],
  ['javascript:alert(1)', either],
  ['data:text/plain,x', either],
  ['https+unix://socket', either],
  ['view-source:https://example.com', either],
  ['blob:https://example.com/x', either],
  [' https://example.com', ascii],
  ['https://example.com ', ascii],
  ['https://exa\tmple.com', ascii],
  ['https://exam\nple.com', ascii],
  ['ht\ntps://example.com', ascii],
  ['https://example.com/\r\nHost: internal', ascii],
  ['https://example.com\u0000', ascii],
  ['https:\\\\example.com', ascii],
  ['https://example.com\\@127.0.0.1', ascii],
  ['https://１２７.0.0.1', ascii],
  ['https://①②⑦.⓪.⓪.①', ascii],
  ['https://127。0。0。1', ascii],
  ['https://127.0.0.1\u00ad', ascii],
  ['https://ⓛocalhost', ascii],
  ['https://bücher.example', ascii],
  ['https://example.com/bücher', ascii],
  ['https://user@example.com', credentials],
  ['https://user:secret@example.com', credentials],
  ['https://@example.com', credentials],
  ['https://:@example.com', credentials],
  ['https://example.com@127.0.0.1', credentials],
  ['https://example.com:443@127.0.0.1', credentials],
  ['https://127.0.0.1#@example.com', 'must have no #…, which is never sent'],
  ['https://example.com/#top', 'must have no #…, which is never sent'],
  ['https://example.com/?x#', 'must have no #…, which is never sent'],
  ['https://', 'must name a host'],
  ['https:///example.com', 'must name a host'],
  ['https://?x', 'must name a host'],
  ['https://:443', 'must name a host'],
  ['https://example.com:', port],
  ['https://example.com:0', port],
  ['https://example.com:00443', port],
  ['https://example.com:65536', port],
  ['https://example.com:443:443', port],
  ['https://example.com:https', port],
  ['https://[::1', port],
  ['https://[::1]x', port],
  ['https://::1', port],
  [
    'https://%31%32%37.0.0.1',
    'must write a numeric host as four plain decimal numbers, such as 203.0.113.7, not as %31%32%37.0.0.1',
  ],
  ['https://127.0.0.%31', named('127.0.0.%31')],
  ['https://%6cocalhost', named('%6cocalhost')],
  ['https://example.com.', named('example.com.')],
  ['https://localhost.', named('localhost.')],
  ['https://.example.com', named('.example.com')],
  ['https://example..com', named('example..com')],
  ['https://-example.com', named('-example.com')],
  ['https://example-.com', named('example-.com')],
  ['https://exa*mple.com', named('exa*mple.com')],
  ['https://a,b', named('a,b')],
  ['https://a;b', named('a;b')],
  ['https://a&b', named('a&b')],
  ['https://$(id)', named('$(id)')],
  ['https://]', named(']')],
  ['https://*', named('*')],
  ['https://...', named('...')],
  ['https://127.0.0.1..', named('127.0.0.1..')],
  [`https://${'a'.repeat(64)}.com`, named(`${'a'.repeat(64)}.com`)],
  [`https://${'a.'.repeat(127)}com`, named(`${'a.'.repeat(127)}com`)],
  ['https://[127.0.0.1]', 'names a host that cannot be read: [127.0.0.1]'],
  ['https://xn--', named('xn--')],
  [`https://example.com/${'x'.repeat(2029)}`, 'must be at most 2048 characters'],
])('%j is refused', (url, sentence) => {
  expect(whyNotCallable(url, everything)).toBe(sentence)
})

test('plain http is for those who allow it', () => {
  expect(whyNotCallable('http://example.com', nothing)).toBe(https)
  expect(whyNotCallable('HTTP://example.com', nothing)).toBe(https)
  expect(whyNotCallable('http://example.com', everything)).toBeUndefined()
})

describe('of all texts', () => {
  const pieces = fc.constantFrom(
    ...[
      '127',
      '0',
      '1',
      '0x7f',
      '0177',
      '10',
      '169.254.169.254',
      '.',
      '.',
      '.',
      ':',
      '@',
      '%2e',
      '%31',
      '[',
      ']',
      '::',
    ],
    ...[
      '::1',
      'ffff',
      'localhost',
      'xn--',
      'a',
      'com',
      '-',
      '_',
      '/',
      '\\',
      '?',
      '#',
      '８',
      '。',
      '2130706433',
      '80',
      '\t',
    ],
  )
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 9 }).map(parts => parts.join('')),
    fc.ipV4Extended(),
    fc.ipV6().map(address => `[${address}]`),
    fc.domain(),
    fc.webAuthority({ withIPv4Extended: true, withIPv6: true, withUserInfo: true, withPort: true }),
  )

  test('what may be saved is read by a URL parser as a name, or as an address that may be called', () => {
    let saved = 0
    fc.assert(
      fc.property(fc.constantFrom('https://', 'HTTPS://', 'http://', 'https:', ''), texts, (start, text) => {
        if (whyNotCallable(start + text, nothing) !== undefined) return
        saved++
        const { protocol, username, password, hash, hostname } = new URL(start + text)
        expect({ protocol, username, password, hash }).toEqual({
          protocol: 'https:',
          username: '',
          password: '',
          hash: '',
        })
        const address = hostname.replace(/^\[|\]$/g, '')
        if (isIP(address)) expect(whyRefused(address, []), hostname).toBeUndefined()
        expect(hostname).not.toMatch(/^(.+\.)?localhost\.?$/)
      }),
      { numRuns: 20_000 },
    )
    expect(saved).toBeGreaterThan(500)
  })

  test('nothing that is typed makes the check itself fail', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' }), texts), text => {
        expect(['string', 'undefined']).toContain(typeof whyNotCallable(text, everything))
      }),
      { numRuns: 5000 },
    )
  })
})
