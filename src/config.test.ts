import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { configure, type Inputs, nearest } from './config.ts'
import { settings } from './settings.ts'

const given = (inputs: Partial<Inputs>) => configure({ options: {}, environment: {}, file: undefined, ...inputs })

const config = (inputs: Partial<Inputs>) => {
  const settled = given(inputs)
  if ('wrong' in settled) throw new Error(settled.wrong.join('\n'))
  return settled
}

test('an option goes before the environment, the environment before the file, the file before the default', () => {
  const file = 'port: 3\nhost: 127.0.0.3\norg: Three'
  const environment = { KAITEN_PORT: '2', KAITEN_HOST: '127.0.0.2' }
  const { config: settled, given: shown } = config({ options: { port: '1' }, environment, file })
  expect(settled).toMatchObject({ port: 1, host: '127.0.0.2', org: 'Three', data: resolve('data') })
  const sources = Object.fromEntries(shown.map(({ name, source }) => [name, source]))
  expect(sources).toMatchObject({ port: 'option', host: 'environment', org: 'file', data: 'default' })
})

test.each([
  [{ options: { port: 'x' } }, 'port (option) must be a number from 0 to 65535, not "x".'],
  [{ options: { port: '65536' } }, 'port (option) must be a number from 0 to 65535, not "65536".'],
  [
    { environment: { KAITEN_HOST: 'example' } },
    'host (environment) must be an IP address or localhost, not "example".',
  ],
  [{ options: { 'webhook-allow-http': 'yes' } }, 'webhook-allow-http (option) must be one of true, false, not "yes".'],
  [
    { options: { 'webhook-allow-cidr': '127.0.0.0/8,10.1.2.3/8' } },
    'webhook-allow-cidr (option) must have networks by their first address: 10.0.0.0/8, not 10.1.2.3/8, not "127.0.0.0/8,10.1.2.3/8".',
  ],
  [{ file: 'prot: 1' }, 'kaiten.yaml sets prot, which is no setting; port is the nearest.'],
  [{ environment: { KAITEN_DATTA: 'x' } }, 'KAITEN_DATTA sets datta, which is no setting; data is the nearest.'],
  [{ options: { 'tls-cert': 'a.pem' } }, 'tls-cert and tls-key are given together or not at all.'],
  [
    { options: { 'public-url': 'https://example.com/kaiten' } },
    'public-url (option) must be http:// or https:// with a host and no path, not "https://example.com/kaiten".',
  ],
  [
    { options: { 'trusted-proxies': 'loopback, 10.0.0.0/33' } },
    'trusted-proxies (option) must be addresses, ranges such as 10.0.0.0/8, or loopback, not "loopback, 10.0.0.0/33".',
  ],
  [
    { environment: { KAITEN_ALLOW_PLAIN_HTTP: 'yes' } },
    'allow-plain-http (environment) must be one of true, false, not "yes".',
  ],
  [{ file: 'min-free-space: 1 GB' }, 'min-free-space (file) must be a size such as 256M, 1G or 0, not "1 GB".'],
  [{ file: 'retention-audit: 0' }, 'retention-audit (file) must be off or a number of days, not "0".'],
  [{ file: '- 1' }, 'kaiten.yaml must hold names with values, such as "port: 6060".'],
])('%j is told as: %s', (inputs, sentence) => {
  expect(given(inputs)).toEqual({ wrong: [sentence] })
})

test('webhooks may call the open internet by https, and what is set beyond it', () => {
  expect(config({}).config).toMatchObject({ webhookAllowHttp: false, webhookAllowCidr: [] })
  const file = 'webhook-allow-http: true\nwebhook-allow-cidr: 127.0.0.0/8, ::1/128'
  expect(config({ file }).config).toMatchObject({
    webhookAllowHttp: true,
    webhookAllowCidr: ['127.0.0.0/8', '::1/128'],
  })
})

test('sizes, days and lists are read as they are meant', () => {
  const { config: settled } = config({
    options: { data: '/srv/kaiten', 'min-free-space': '2g', 'retention-audit': '90' },
    file: 'trusted-proxies: [loopback, 10.0.0.0/8]\nallow-plain-http: true',
  })
  expect(settled).toMatchObject({
    minFreeSpace: 2 * 1024 ** 3,
    retentionAudit: 90,
    retentionAttempts: undefined,
    retentionExportDir: '/srv/kaiten/archive',
    trustedProxies: ['loopback', '10.0.0.0/8'],
    allowPlainHttp: true,
  })
  expect(config({ options: { 'min-free-space': '0' } }).config.minFreeSpace).toBe(0)
})

test('everything that is wrong is told at once', () => {
  const settled = given({ options: { port: 'x', host: 'y' }, file: 'a: 1' })
  expect('wrong' in settled && settled.wrong).toHaveLength(3)
})

test('a secret is never shown in a complaint', () => {
  expect(given({ environment: { KAITEN_BOOTSTRAP_TOKEN: 'hunter2' } })).toEqual({
    wrong: ['bootstrap-token (environment) must be ksh_ followed by at least 32 letters and digits.'],
  })
})

describe('a secret in a file that _FILE names', () => {
  const place = mkdtempSync(join(tmpdir(), 'kaiten-config-'))
  chmodSync(place, 0o711)
  afterAll(() => rmSync(place, { recursive: true }))
  const path = join(place, 'secret')
  const token = `ksh_${'s'.repeat(32)}`
  const key = Buffer.alloc(32, 7).toString('base64')

  test('is read without the end of its line, and its place is told', () => {
    writeFileSync(path, `${token}\n`)
    const { config: settled, given: shown } = config({ environment: { KAITEN_BOOTSTRAP_TOKEN_FILE: path } })
    expect(settled.bootstrapToken).toBe(token)
    expect(shown.find(({ name }) => name === 'bootstrap-token')?.source).toBe(`KAITEN_BOOTSTRAP_TOKEN_FILE=${path}`)
    writeFileSync(path, `${key}\r\n`)
    expect(config({ environment: { KAITEN_SECRET_KEY_FILE: path } }).config.secretKey).toBe(key)
  })

  test('goes before kaiten.yaml, whichever secret it is', () => {
    writeFileSync(path, key)
    for (const { name } of settings.filter(({ secret }) => secret)) {
      const variable = `KAITEN_${name.toUpperCase().replaceAll('-', '_')}_FILE`
      const settled = given({ environment: { [variable]: path }, file: `${name}: ${token}` })
      const complaints = 'wrong' in settled ? settled.wrong.join() : ''
      expect(complaints || ('given' in settled && JSON.stringify(settled.given))).toContain(`${variable}=${path}`)
    }
  })

  test.each([
    ['/nowhere', undefined, 'KAITEN_SECRET_KEY_FILE names /nowhere, which does not exist.'],
    [place, undefined, `KAITEN_SECRET_KEY_FILE names ${place}, which is a directory.`],
    ['', undefined, 'KAITEN_SECRET_KEY_FILE names "", which does not exist.'],
    [path, ' \n', `KAITEN_SECRET_KEY_FILE names ${path}, which is empty.`],
    [path, 'hunter2', `secret-key (KAITEN_SECRET_KEY_FILE=${path}) must be 32 bytes in base64.`],
  ])('%j with %j is refused: %s', (named, content, sentence) => {
    if (content !== undefined) writeFileSync(named, content)
    expect(given({ environment: { KAITEN_SECRET_KEY_FILE: named } })).toEqual({ wrong: [sentence] })
  })

  test('is refused where the user may not read it', () => {
    writeFileSync(path, key)
    chmodSync(path, 0)
    const wrong = [`KAITEN_SECRET_KEY_FILE names ${path}, which this user may not read.`]
    expect(asNobody(() => given({ environment: { KAITEN_SECRET_KEY_FILE: path } }))).toEqual({ wrong })
    chmodSync(path, 0o600)
  })

  test('and beside it in the environment is one too many', () => {
    writeFileSync(path, key)
    const wrong = ['KAITEN_SECRET_KEY and KAITEN_SECRET_KEY_FILE are both set: keep one of them.']
    expect(given({ environment: { KAITEN_SECRET_KEY: key, KAITEN_SECRET_KEY_FILE: path } })).toEqual({ wrong })
  })

  test('is for secrets alone: what is none is refused by name, as is what is no setting', () => {
    expect(given({ environment: { KAITEN_PORT_FILE: path, KAITEN_SECRET_KEI_FILE: path } })).toEqual({
      wrong: [
        'KAITEN_PORT_FILE is not read, for port is no secret: set KAITEN_PORT.',
        'KAITEN_SECRET_KEI_FILE sets secret-kei-file, which is no setting; secret-key is the nearest.',
      ],
    })
  })
})

test('the nearest name is the one that takes the fewest changes', () => {
  expect([nearest('prt'), nearest('dat'), nearest('loglevel'), nearest('host')]).toEqual([
    'port',
    'data',
    'log-level',
    'host',
  ])
})

/** Root reads everything: tests that run as root step down for a moment. */
function asNobody<T>(work: () => T): T {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65534)
  try {
    return work()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
