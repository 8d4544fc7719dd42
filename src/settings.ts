import { isIP } from 'node:net'
import { wrongCidr } from './domain/address.ts'
import { span } from './domain/backup.ts'
import { isRange } from './domain/cidr.ts'
import { wrongSchedule } from './domain/retry.ts'
import { isKey } from './domain/seal.ts'
import { isBootstrapToken } from './domain/token.ts'

/** Everything that can be set, as it is written in an option, in the environment or in kaiten.yaml. */
export interface Setting {
  /** `--data`, KAITEN_DATA and `data` in kaiten.yaml are the same setting. */
  name: string
  what: string
  default: string
  secret?: true
  /** What is wrong with a value, or nothing. */
  wrong?: (value: string) => string | undefined
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const oneOf =
  (...values: readonly string[]) =>
  (value: string) =>
    values.includes(value) ? undefined : `must be one of ${values.join(', ')}`

export const listed = (value: string): string[] =>
  value
    .split(',')
    .map(each => each.trim())
    .filter(Boolean)
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

const days = (value: string): string | undefined =>
  value === 'off' || (/^\d{1,5}$/.test(value) && Number(value) > 0) ? undefined : 'must be off or a number of days'
export const daysIn = (value: string): number | undefined => (value === 'off' ? undefined : Number(value))

/** 256M: what operators write, in bytes. */
export const bytesIn = (value: string): number => {
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
  { name: 'org', what: 'name of the organization that the first start makes', default: 'Default' },
  {
    name: 'bootstrap-token',
    what: 'ksh_ and at least 32 letters and digits: token of the service account that is made where there is none',
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
    what: '32 bytes in base64: what webhook secrets are sealed with; left out, kaiten.key in the data directory',
    default: '',
    secret: true,
    wrong: value => (value === '' || isKey(value) ? undefined : 'must be 32 bytes in base64'),
  },
  {
    name: 'webhook-retries',
    what: 'time to wait before each attempt of a delivery to a webhook, the first among them',
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
    what: 'where people and apps find the server, such as https://kaiten.example.com, if a proxy stands before it',
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
  { name: 'log-level', what: `what is logged: ${logLevels.join(', ')}`, default: 'info', wrong: oneOf(...logLevels) },
  {
    name: 'log-format',
    what: 'json, pretty, or auto: pretty on a terminal',
    default: 'auto',
    wrong: oneOf('auto', 'json', 'pretty'),
  },
]
