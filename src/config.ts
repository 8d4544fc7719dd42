import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { wrongCidr } from './domain/address.ts'
import { span } from './domain/backup.ts'
import { isRange } from './domain/cidr.ts'
import { type RetrySchedule, scheduleFrom, wrongSchedule } from './domain/retry.ts'
import { isKey } from './domain/seal.ts'
import { isBootstrapToken } from './domain/token.ts'

/** Everything that can be set, in force and frozen. */
export interface Config {
  data: string
  host: string
  port: number
  org: string
  bootstrapToken: string | undefined
  corsOrigins: readonly string[]
  rateLimit: number
  eventStreams: number
  secretKey: string | undefined
  webhookRetries: RetrySchedule
  webhookAllowHttp: boolean
  webhookAllowCidr: readonly string[]
  /** Where scheduled backups go; undefined for none. */
  backupDir: string | undefined
  /** Milliseconds. */
  backupEvery: number
  backupKeep: number
  /** Where people and apps find this house, where that is not what it listens on: https://kaiten.example.com */
  publicUrl: string | undefined
  /** Paths of certificate chain and key, both PEM: where they are given, the front door speaks TLS. */
  tls: { cert: string; key: string } | undefined
  /** May people sign in over http from another machine? */
  allowPlainHttp: boolean
  /** Addresses whose X-Forwarded headers are believed: ranges, or the word loopback. */
  trustedProxies: readonly string[]
  /** Bytes below which the data directory's disk takes no more reports and changes. */
  minFreeSpace: number
  /** Days that audit entries stay in the database before they go to the archive; undefined for ever. */
  retentionAudit: number | undefined
  /** Days that delivery attempts are kept; undefined for ever. */
  retentionAttempts: number | undefined
  /** Where archived audit entries go. */
  retentionExportDir: string
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  logFormat: 'auto' | 'json' | 'pretty'
}

export type Source = 'option' | 'environment' | 'file' | 'default'

interface Setting {
  /** `--data`, KAITEN_DATA and `data` in kaiten.yaml are the same setting. */
  name: string
  what: string
  default: string
  secret?: true
  /** What is wrong with a value, or nothing. */
  wrong?: (value: string) => string | undefined
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const oneOf =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value) ? undefined : `must be one of ${values.join(', ')}`

const listed = (value: string): string[] =>
  value
    .split(',')
    .map(each => each.trim())
    .filter(Boolean)
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

const days = (value: string): string | undefined =>
  value === 'off' || (/^\d{1,5}$/.test(value) && Number(value) > 0) ? undefined : 'must be off or a number of days'
const daysIn = (value: string): number | undefined => (value === 'off' ? undefined : Number(value))

/** 256M: what operators write, in bytes. */
const bytesIn = (value: string): number => {
  const [, number, unit = ''] = /^(\d{1,6})([KMGT]?)$/i.exec(value) ?? []
  return Number(number) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase())
}

export const settings: readonly Setting[] = [
  { name: 'data', what: 'data directory', default: './data' },
  {
    name: 'host',
    what: 'address to listen on',
    default: '127.0.0.1',
    wrong: value => (isIP(value) || value === 'localhost' ? undefined : 'must be an IP address or localhost'),
  },
  {
    name: 'port',
    what: 'port to listen on; 0 takes a free one',
    default: '6060',
    wrong: value => (/^\d+$/.test(value) && Number(value) <= 65535 ? undefined : 'must be a number from 0 to 65535'),
  },
  { name: 'org', what: 'name of the organization that a first start founds', default: 'Default' },
  {
    name: 'bootstrap-token',
    what: 'token of the service account that a first start makes (environment or file only)',
    default: '',
    secret: true,
    wrong: value =>
      value === '' || isBootstrapToken(value) ? undefined : 'must be ksh_ followed by at least 32 letters and digits',
  },
  {
    name: 'cors-origins',
    what: 'origins whose pages may evaluate flags over OFREP, with commas between, or * for all',
    default: '',
    wrong: value =>
      value === '*' || listed(value).every(isOrigin)
        ? undefined
        : 'must be * or origins such as https://app.example.com, with commas between',
  },
  {
    name: 'rate-limit',
    what: 'requests per second that each token may make; 0 for no limit',
    default: '0',
    wrong: value => (/^\d{1,6}$/.test(value) ? undefined : 'must be a whole number up to 999999'),
  },
  {
    name: 'event-streams',
    what: 'most OFREP event streams open at once, half of them of one organization; 0 for none',
    default: '10000',
    wrong: value => (/^\d{1,6}$/.test(value) ? undefined : 'must be a whole number up to 999999'),
  },
  {
    name: 'secret-key',
    what: 'what secrets are sealed with, 32 bytes in base64; kaiten.key in the data directory where it is not given',
    default: '',
    secret: true,
    wrong: value => (value === '' || isKey(value) ? undefined : 'must be 32 bytes in base64'),
  },
  {
    name: 'webhook-retries',
    what: 'wait before each attempt of a delivery, the first among them',
    default: '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h',
    wrong: wrongSchedule,
  },
  {
    name: 'webhook-allow-http',
    what: 'whether webhooks may call http:// too: true or false',
    default: 'false',
    wrong: oneOf('true', 'false'),
  },
  {
    name: 'public-url',
    what: 'where people and apps find this house, such as https://kaiten.example.com, if a proxy stands before it',
    default: '',
    wrong: value =>
      value === '' || (isOrigin(value) && /^https?:/.test(value))
        ? undefined
        : 'must be http:// or https:// with a host and no path',
  },
  { name: 'tls-cert', what: 'file with the certificate and its chain (PEM): serves https with tls-key', default: '' },
  { name: 'tls-key', what: 'file with the private key of tls-cert (PEM)', default: '' },
  {
    name: 'allow-plain-http',
    what: 'true lets people sign in over http from other machines, where passwords can be read on the way',
    default: 'false',
    wrong: oneOf('true', 'false'),
  },
  {
    name: 'webhook-allow-cidr',
    what: 'networks beyond the open internet that webhooks may call, as CIDRs with commas between',
    default: '',
    wrong: value => listed(value).map(wrongCidr).find(Boolean),
  },
  { name: 'backup-dir', what: 'directory for scheduled backups, of its own; empty for none', default: '' },
  {
    name: 'backup-every',
    what: 'time between scheduled backups, such as 24h, 30m or 7d',
    default: '24h',
    wrong: value => (span(value) === undefined ? 'must be a time from 1m to 366d, such as 24h' : undefined),
  },
  {
    name: 'backup-keep',
    what: 'how many scheduled backups are kept',
    default: '7',
    wrong: value => (/^[1-9]\d{0,3}$/.test(value) ? undefined : 'must be a whole number from 1 to 9999'),
  },
  {
    name: 'trusted-proxies',
    what: 'addresses whose X-Forwarded headers are believed: ranges with commas between, or loopback',
    default: '',
    wrong: value =>
      listed(value).every(isRange) ? undefined : 'must be addresses, ranges such as 10.0.0.0/8, or loopback',
  },
  {
    name: 'min-free-space',
    what: 'room on the disk below which reports and changes are refused, such as 256M or 1G; 0 for none',
    default: '128M',
    wrong: value => (Number.isFinite(bytesIn(value)) ? undefined : 'must be a size such as 256M, 1G or 0'),
  },
  {
    name: 'retention-audit',
    what: 'days after which audit entries leave the database for the archive, or off',
    default: 'off',
    wrong: days,
  },
  {
    name: 'retention-attempts',
    what: 'days after which attempts of deliveries are forgotten, or off',
    default: 'off',
    wrong: days,
  },
  { name: 'retention-export-dir', what: 'folder of the archive (default: archive in the data directory)', default: '' },
  { name: 'log-level', what: logLevels.join(', '), default: 'info', wrong: oneOf(...logLevels) },
  {
    name: 'log-format',
    what: 'json, pretty, or auto: pretty on a terminal',
    default: 'auto',
    wrong: oneOf('auto', 'json', 'pretty'),
  },
]

export interface Inputs {
  options: Record<string, string | undefined>
  environment: Record<string, string | undefined>
  /** Text of kaiten.yaml; undefined where there is none. */
  file: string | undefined
}

export type Given = { name: string; value: string; source: Source; secret: boolean }

/** The configuration, or what is wrong with it, one sentence each. */
export function configure(inputs: Inputs): { config: Config; given: Given[] } | { wrong: string[] } {
  const wrong: string[] = []
  const file = fileOf(inputs.file, wrong)
  for (const name of Object.keys(file)) if (!known(name)) wrong.push(unknown(name, 'kaiten.yaml'))
  for (const name of Object.keys(inputs.environment))
    if (name.startsWith('KAITEN_') && !known(settingName(name))) wrong.push(unknown(settingName(name), name))

  const given = settings.map(setting => {
    const found = settledValue(setting, inputs, file, wrong)
    const complaint = setting.wrong?.(found.value)
    if (complaint)
      wrong.push(
        `${setting.name} (${found.source}) ${complaint}${setting.secret ? '' : `, not ${JSON.stringify(found.value)}`}.`,
      )
    return { name: setting.name, ...found, secret: setting.secret === true }
  })
  const value = (name: string) => given.find(each => each.name === name)?.value ?? ''
  const [cert, key] = [value('tls-cert'), value('tls-key')]
  if (Boolean(cert) !== Boolean(key)) wrong.push('tls-cert and tls-key are given together or not at all.')
  if (wrong.length > 0) return { wrong }
  const config: Config = {
    data: resolve(value('data')),
    host: value('host'),
    port: Number(value('port')),
    org: value('org'),
    bootstrapToken: value('bootstrap-token') || undefined,
    corsOrigins: listed(value('cors-origins')),
    rateLimit: Number(value('rate-limit')),
    eventStreams: Number(value('event-streams')),
    secretKey: value('secret-key') || undefined,
    webhookRetries: scheduleFrom(value('webhook-retries')),
    webhookAllowHttp: value('webhook-allow-http') === 'true',
    webhookAllowCidr: listed(value('webhook-allow-cidr')),
    backupDir: value('backup-dir') ? resolve(value('backup-dir')) : undefined,
    backupEvery: span(value('backup-every')) ?? 0,
    backupKeep: Number(value('backup-keep')),
    publicUrl: value('public-url') || undefined,
    tls: cert && key ? { cert: resolve(cert), key: resolve(key) } : undefined,
    allowPlainHttp: value('allow-plain-http') === 'true',
    trustedProxies: listed(value('trusted-proxies')),
    minFreeSpace: bytesIn(value('min-free-space')),
    retentionAudit: daysIn(value('retention-audit')),
    retentionAttempts: daysIn(value('retention-attempts')),
    retentionExportDir: resolve(value('retention-export-dir') || join(value('data'), 'archive')),
    logLevel: value('log-level') as Config['logLevel'],
    logFormat: value('log-format') as Config['logFormat'],
  }
  return { config: Object.freeze(config), given }
}

function settledValue(
  { name, default: fallback, secret }: Setting,
  { options, environment }: Inputs,
  file: Record<string, unknown>,
  wrong: string[],
): { value: string; source: Source } {
  const variable = `KAITEN_${name.toUpperCase().replaceAll('-', '_')}`
  const option = options[name]
  if (option !== undefined) return { value: option, source: 'option' }
  const path = secret ? environment[`${variable}_FILE`] : undefined
  if (path !== undefined) {
    if (existsSync(path)) return { value: readFileSync(path, 'utf8').trim(), source: 'environment' }
    wrong.push(`${variable}_FILE names ${path}, which does not exist.`)
  }
  const fromEnvironment = environment[variable]
  if (fromEnvironment !== undefined) return { value: fromEnvironment, source: 'environment' }
  if (file[name] !== undefined) return { value: String(file[name]), source: 'file' }
  return { value: fallback, source: 'default' }
}

function fileOf(text: string | undefined, wrong: string[]): Record<string, unknown> {
  if (text === undefined) return {}
  try {
    const parsed: unknown = parseYaml(text) ?? {}
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
    wrong.push('kaiten.yaml must hold names with values, such as "port: 6060".')
  } catch (error) {
    wrong.push(`kaiten.yaml cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  return {}
}

const settingName = (variable: string): string =>
  variable
    .replace(/^KAITEN_/, '')
    .replace(/_FILE$/, '')
    .toLowerCase()
    .replaceAll('_', '-')

const known = (name: string): boolean => settings.some(setting => setting.name === name)

const unknown = (name: string, where: string): string =>
  `${where} sets ${name}, which is no setting; ${nearest(name)} is the nearest.`

/** The setting whose name takes the fewest letters changed, added or removed. */
export function nearest(name: string): string {
  const distances = settings.map(setting => [distance(name, setting.name), setting.name] as const)
  return distances.reduce((best, each) => (each[0] < best[0] ? each : best))[1]
}

/** Levenshtein. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    row = next
  }
  return row[b.length] ?? 0
}
