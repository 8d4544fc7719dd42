import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 } from 'uuid'
import type { Submit } from '../src/actions/submit.ts'
import { appliance, operator, type Principal } from '../src/domain/principal.ts'
import type { Reader } from '../src/engine/reader.ts'
import { entriesToIndex } from '../src/engine/search.ts'
import { unindexedEntries } from '../src/store/audit.ts'
import { allOrganizations } from '../src/store/organizations.ts'
import { inWaves, openData, padded, perWave } from './data.ts'

/**
 * A data directory with as many audit entries as are asked for, over a year, with their journal, rollups and full-text
 * index: made by the product's own actions and batches, with a clock that goes forward. What comes of an
 * entry's number is always the same, so a directory that was left half made is gone on with.
 */
export interface Scale {
  rows: number
  instances: number
  flags: number
}

const day = 86_400_000
const year = 365 * day
/** Instances that report on one day, beside the busy one. */
const perDay = 400

export const busy = { customer: 'customer-00000', instance: 'instance-00000' }
export const quotas = ['api-calls', 'storage', 'seats', 'exports', 'messages', 'minutes']
const features = ['sso', 'audit-log', 'region', 'priority-support']

/** Fills the directory of that many rows, where it is not full yet, and returns it. */
export async function scaleData(scale: Scale): Promise<string> {
  const data = `dist/bench-scale-${scale.rows}`
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const begun = begunAt(data)
  let now = begun
  const { read, submit, close } = openData(data, () => now)
  const made = (): number => read.one(unindexedEntries, {}).last ?? 0
  try {
    if (read.all(allOrganizations, {}).length === 0) await furnish(submit, scale)
    const organization = read.all(allOrganizations, {})[0]?.id ?? ''
    const reports = new Reports(submit, organization, scale)
    const [first, started] = [made(), performance.now()]
    for (let from = first; from < scale.rows; from += perWave) {
      const until = Math.min(from + perWave, scale.rows)
      const entries = Array.from({ length: until - from }, (_, index) => {
        now = begun + Math.floor(((from + index) / scale.rows) * year)
        return reports.send(from + index)
      })
      await Promise.all(entries)
      await index(submit, read)
      tell(until, scale.rows, until - first, started)
    }
    now = begun + year
    await rest(submit, read, organization)
    return data
  } finally {
    close()
  }
}

/** A year before the directory was begun. */
function begunAt(data: string): number {
  const file = join(data, 'begun')
  if (!existsSync(file)) writeFileSync(file, String(Date.now() - year))
  return Number(readFileSync(file, 'utf8'))
}

function tell(number: number, rows: number, made: number, started: number): void {
  const perSecond = made / ((performance.now() - started) / 1000)
  process.stderr.write(`${number} of ${rows} entries, ${Math.round(perSecond)} a second\n`)
}

/** What is sold, to whom, and the flags. */
async function furnish(submit: Submit, { rows, instances, flags }: Scale): Promise<void> {
  const principal = operator(v7())
  await submit('organizations.create', principal, { name: 'Default' })
  for (const slug of quotas) {
    const resets = slug === 'messages' ? { resetPeriod: 'MONTH' } : {}
    await submit('entitlements.create', principal, { name: `The ${slug}`, slug, type: 'NUMBER', ...resets })
  }
  for (const slug of features)
    await submit('entitlements.create', principal, { name: `The ${slug}`, slug, type: 'BOOLEAN' })
  await submit('licenses.create', principal, { name: 'Growth', slug: 'growth', type: 'PAID', isDefault: true })
  const grant = (entitlementSlug: string, value: object) =>
    submit('licenseEntitlements.assign', principal, { entitlementSlug, value }, { at: { license: 'growth' } })
  // Half of what is asked for: exports run out in the end, meters pass their lines, and reports are refused.
  const exports = Math.ceil((rows * 0.8 * 0.1) / instances / 2)
  for (const slug of quotas) await grant(slug, { type: 'number', value: slug === 'exports' ? exports : 1e9 })
  for (const slug of features) await grant(slug, { type: 'boolean', value: true })

  await inWaves(Math.ceil(instances / 4), number =>
    submit('customers.create', principal, {
      name: `Customer ${padded(number)}`,
      slug: `customer-${padded(number)}`,
    }),
  )
  await inWaves(instances, number => submit('instances.create', principal, instanceDraft(number)))
  await inWaves(flags, number =>
    submit('featureFlags.create', principal, {
      name: `Flag ${padded(number)}`,
      slug: `flag-${padded(number)}`,
      type: 'boolean',
      enabled: number % 3 > 0,
    }),
  )
}

/** Most licenses never end; some have ended, and some end soon. */
const instanceDraft = (number: number) => ({
  name: `Instance ${padded(number)}`,
  slug: `instance-${padded(number)}`,
  customerSlug: `customer-${padded(number >> 2)}`,
  licenseSlug: 'growth',
  endLicenseDate: number % 4 === 3 ? new Date(Date.now() + ((number % 500) - 50) * day).toISOString() : null,
})

const routes = Array.from({ length: 50 }, (_, number) => `/v1/resource${number}`)

/** Of ten entries one is a read, and one of the others an export, which is refused in the end; a fifth are of the busy instance. */
class Reports {
  private readonly submit: Submit
  private readonly principal: Principal
  private readonly scale: Scale

  constructor(submit: Submit, organization: string, scale: Scale) {
    this.submit = submit
    this.principal = { ...operator(organization), kind: 'token', name: 'app/data-plane' }
    this.scale = scale
  }

  send = (number: number): Promise<unknown> => (number % 10 === 0 ? this.read(number) : this.report(number))

  private report(number: number) {
    const entitlement = quotas[number % 10 === 9 ? 3 : mixed(number, 5) % quotas.length] ?? 'seats'
    const metadata = {
      route: routes[mixed(number, 3) % routes.length],
      region: number % 3 === 0 ? 'europe' : 'america',
      ...(number % 100_000 === 7 && { note: 'zanzibar' }),
    }
    const at = { instance: this.instance(number), entitlement }
    return this.submit('usage.report', this.principal, { value: 1, metadata }, { at, requestId: `request-${number}` })
  }

  private read(number: number) {
    const at = { instance: this.instance(number), entitlement: quotas[mixed(number, 5) % quotas.length] ?? 'seats' }
    return this.submit('usage.read', this.principal, {}, { at, requestId: `request-${number}` })
  }

  private instance(number: number): string {
    if (mixed(number, 1) % 5 === 0) return busy.instance
    const today = Math.floor((number / this.scale.rows) * 365)
    const among = (today * perDay + (mixed(number, 2) % perDay)) % this.scale.instances
    return `instance-${padded(among)}`
  }
}

/** A number that looks like chance, and is always the same. */
function mixed(number: number, salt: number): number {
  let hash = Math.imul(number ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** What is due by the clock, so that the program finds nothing to do at its start. */
async function rest(submit: Submit, read: Reader, organization: string): Promise<void> {
  const until = async (name: 'usage.rollOver' | 'instances.expire', principal: Principal) => {
    for (let more = true; more; ) more = (await submit(name, principal, undefined)).value
  }
  // Whoever was stopped in the middle may have left some.
  await index(submit, read)
  await until('usage.rollOver', appliance(organization))
  await until('instances.expire', appliance(organization))
}

/** Brings the full-text index on to the last entry. */
async function index(submit: Submit, read: Reader): Promise<void> {
  for (;;) {
    const { mark } = read.one(unindexedEntries, {})
    const { count, last, entries } = read.one(entriesToIndex, { after: mark, limit: perWave })
    if (count === 0) return
    await submit('audit.index', appliance(''), { after: mark, last, entries })
  }
}

if (import.meta.main) {
  const [rows = 1_000_000, instances = 20_000, flags = 10_000] = process.argv.slice(2).map(Number)
  process.stdout.write(`${await scaleData({ rows, instances, flags })}\n`)
}
