import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { span } from './domain/backup.ts'
import { type RetrySchedule, scheduleFrom } from './domain/retry.ts'
import { bytesIn, daysIn, type LogLevel, listed, type Setting, settings } from './settings.ts'

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
  logLevel: LogLevel
  logFormat: 'auto' | 'json' | 'pretty'
}

/** A secret's own file is told with the variable that names it: KAITEN_SECRET_KEY_FILE=/etc/kaiten/secret-key */
export type Source = 'option' | 'environment' | 'file' | 'default' | `KAITEN_${string}_FILE=${string}`

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
  for (const variable of Object.keys(inputs.environment))
    if (variable.startsWith('KAITEN_')) wrong.push(...wrongVariable(variable))

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
  const option = options[name]
  if (option !== undefined) return { value: option, source: 'option' }
  const variable = variableOf(name)
  const fromEnvironment = environment[variable]
  const path = secret ? environment[`${variable}_FILE`] : undefined
  if (path !== undefined) {
    if (fromEnvironment !== undefined) wrong.push(`${variable} and ${variable}_FILE are both set: keep one of them.`)
    return { value: contentOf(path, `${variable}_FILE`, wrong), source: `${variable as 'KAITEN_'}_FILE=${path}` }
  }
  if (fromEnvironment !== undefined) return { value: fromEnvironment, source: 'environment' }
  if (file[name] !== undefined) return { value: String(file[name]), source: 'file' }
  return { value: fallback, source: 'default' }
}

/** What a secret's file holds. Nothing is no secret: the program would go on as if none had been meant. */
function contentOf(path: string, variable: string, wrong: string[]): string {
  try {
    const content = readFileSync(path, 'utf8').trim()
    if (content === '') wrong.push(`${variable} names ${path}, which is empty.`)
    return content
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined
    wrong.push(`${variable} names ${path || '""'}, which ${why ?? `cannot be read: ${error}`}.`)
    return ''
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a directory',
  EACCES: 'this user may not read',
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

const variableOf = (name: string): string => `KAITEN_${name.toUpperCase().replaceAll('-', '_')}`

function wrongVariable(variable: string): string[] {
  const ofFile = settings.find(({ name }) => `${variableOf(name)}_FILE` === variable)
  if (ofFile?.secret || settings.some(({ name }) => variableOf(name) === variable)) return []
  if (ofFile) return [`${variable} is not read, for ${ofFile.name} is no secret: set ${variableOf(ofFile.name)}.`]
  return [
    unknown(
      variable
        .replace(/^KAITEN_/, '')
        .toLowerCase()
        .replaceAll('_', '-'),
      variable,
    ),
  ]
}

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
