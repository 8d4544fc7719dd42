import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { configure, type Inputs, nearest } from './config.ts'

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

test('a secret comes from a file where _FILE names one, and is never shown in a complaint', () => {
  const place = mkdtempSync(join(tmpdir(), 'kaiten-config-'))
  const path = join(place, 'token')
  const token = `ksh_${'s'.repeat(32)}`
  writeFileSync(path, `${token}\n`)
  expect(config({ environment: { KAITEN_BOOTSTRAP_TOKEN_FILE: path } }).config.bootstrapToken).toBe(token)
  expect(given({ environment: { KAITEN_BOOTSTRAP_TOKEN_FILE: join(place, 'none') } })).toEqual({
    wrong: [`KAITEN_BOOTSTRAP_TOKEN_FILE names ${join(place, 'none')}, which does not exist.`],
  })
  expect(given({ environment: { KAITEN_BOOTSTRAP_TOKEN: 'hunter2' } })).toEqual({
    wrong: ['bootstrap-token (environment) must be ksh_ followed by at least 32 letters and digits.'],
  })
  rmSync(place, { recursive: true })
})

test('the nearest name is the one that takes the fewest changes', () => {
  expect([nearest('prt'), nearest('dat'), nearest('loglevel'), nearest('host')]).toEqual([
    'port',
    'data',
    'log-level',
    'host',
  ])
})
