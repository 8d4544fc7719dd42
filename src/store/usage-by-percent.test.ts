import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ListQuery, Sort } from '../domain/list.ts'
import { type Connection, openWriter, packagedAddon } from '../engine/sqlite.ts'
import { recordExpiry } from './instances.ts'
import { putMeter } from './meters.ts'
import { migrations } from './migrations/index.ts'
import { pageOf, type Source } from './pages.ts'
import { insertRow, type Statement, updateRow } from './query.ts'
import type { EntitlementUsageRecord } from './tables.ts'
import { usageByPercent } from './usage-by-percent.ts'

/**
 * The order of percent is held against a plain computation over all rows, whatever licenses grant, instances use and
 * become: page by page in both directions, where pages of one row begin at each.
 */
const now = 1000
const organizationId = 'organization'
const entitlements = ['exports', 'seats']
const licenses = ['one', 'two', 'three', 'four']

const folder = mkdtempSync(join(tmpdir(), 'kaiten-percent-'))
let connection: Connection
beforeAll(() => {
  connection = openWriter(join(folder, 'kaiten.db'), packagedAddon())
  for (const migration of migrations) connection.exec(migration)
  // What is not about use stays the same.
  const stamps = { createdAt: 1, createdBy: 'x', updatedAt: 1, updatedBy: 'x', revision: 1 }
  const named = (id: string) => ({ id, organizationId, name: id, slug: id, ...stamps })
  const { id, name, slug } = named(organizationId)
  put('organizations', { id, name, slug, createdAt: 1, updatedAt: 1, revision: 1 })
  put('customers', named('acme'))
  for (const each of entitlements) put('entitlements', { ...named(each), type: 'NUMBER' })
  put('license_families', { organizationId, slug: 'plan', lastVersion: 9, deletedVersions: '[]' })
  for (const [version, each] of licenses.entries())
    put('licenses', { ...named(each), type: 'PAID', familySlug: 'plan', version, isActive: 1, isDefault: 0 })
})
afterAll(() => {
  connection.close()
  rmSync(folder, { recursive: true })
})
const emptied = () => {
  for (const table of ['entitlement_usages', 'instances', 'license_entitlements'])
    connection.exec(`delete from ${table}`)
}

const inOneCommit = (write: () => void) => connection.database.transaction(write)()
const put = (table: string, row: object) => connection.run(insertRow(table as 'customers', row as never))
const all = <Row>(sql: string): Row[] => connection.all({ sql, parameters: [] } as Statement<Row>)

// ---- what there may be

/** Many ties, and three that are one percent of 3 as doubles. */
const use = fc.constantFrom(0, 0, 1, 1, 5, 5, 5.000000000000001, 5.000000000000002, 0.1 + 0.2, 0.3, -1, -3, 1e15)
/** Equal ones, which rows of two licenses tie by; -1 is no limit, null no grant. */
const threshold = fc.constantFrom(-1, 0, 3, 3, 5, 5, 0.3, 1e-9, null)
const license = fc.constantFrom(...licenses)
const window = fc.constantFrom(
  'none',
  'lifetime',
  'over',
  'rolled over',
  'present',
  'present after one',
  'present after two',
)
const meter = fc.record({ window, use, useBefore: use })
const instance = fc.record({
  id: fc.uuid(),
  license,
  start: fc.constantFrom(0, 0, 0, now, now + 1),
  end: fc.constantFrom(null, null, null, 1, now, now + 1),
  isTold: fc.boolean(),
  deletedAt: fc.constantFrom(null, null, null, 1),
  exports: meter,
  seats: meter,
})
type Instance = typeof instance extends fc.Arbitrary<infer Drawn> ? Drawn : never
const instances = fc.uniqueArray(instance, { selector: ({ id }) => id, maxLength: 25, size: 'max' })

const change = fc.oneof(
  fc.record({ licenseId: license }),
  fc.record({ deletedAt: fc.constantFrom(null, 2) }),
  fc.record({ endLicenseDate: fc.constantFrom(null, 1, now + 1) }),
  fc.record({ use }),
  fc.constantFrom('expires', 'rolls over'),
)
const changes = fc.array(fc.tuple(fc.nat(), change), { minLength: 5, maxLength: 30 })
const grants = fc.tuple(threshold, threshold, threshold, threshold)

// ---- how it comes about, by the statements of the actions

const meterRow = (
  instanceId: string,
  entitlementId: string,
  periodStart: number,
  more: Partial<EntitlementUsageRecord>,
) =>
  ({
    ...{ organizationId, instanceId, entitlementId, periodStart, usage: '0', usageReal: 0, sum: '0', eventCount: 1 },
    ...{ latches: 0, judgedThreshold: null, judgedWarningPercent: 0, updatedAt: 1 },
    ...{ periodEnd: null, rolledOverAt: null, ...more },
  }) satisfies EntitlementUsageRecord

function windowsOf(given: Instance, entitlement: 'exports' | 'seats'): EntitlementUsageRecord[] {
  const row = (start: number, more: Partial<EntitlementUsageRecord>) => meterRow(given.id, entitlement, start, more)
  const { window, use: usageReal, useBefore } = given[entitlement]
  const present = row(now, { periodEnd: now + 1, usageReal })
  const before = row(now - 9, { periodEnd: now, usageReal: useBefore })
  const longBefore = row(1, { periodEnd: 9, usageReal: useBefore, rolledOverAt: 9 })
  return {
    none: [],
    lifetime: [row(0, { usageReal })],
    over: [before],
    'rolled over': [longBefore],
    present: [present],
    'present after one': [before, present],
    'present after two': [longBefore, { ...before, rolledOverAt: now }, present],
  }[window]
}

function settle(thresholds: readonly (number | null)[], given: readonly Instance[]): void {
  grant(thresholds)
  for (const each of given) {
    const { id, license: licenseId, start: startLicenseDate, end: endLicenseDate, deletedAt, isTold } = each
    const stamps = { createdAt: 1, createdBy: 'x', updatedAt: 1, updatedBy: 'x', revision: 1 }
    const place = { organizationId, name: id, description: '', customerId: 'acme', licenseId, metadata: '{}' }
    put('instances', { id, ...place, startLicenseDate, endLicenseDate, deletedAt, ...stamps })
    if (isTold) happens(id, 'expires')
    for (const entitlement of ['exports', 'seats'] as const)
      for (const row of windowsOf(each, entitlement)) connection.run(putMeter, row)
  }
}

function grant(thresholds: readonly (number | null)[]): void {
  connection.exec('delete from license_entitlements')
  for (const [index, value] of thresholds.entries()) {
    const stamps = { createdAt: 1, createdBy: 'x', updatedAt: 1, updatedBy: 'x', revision: 1 }
    const row = { id: `grant-${index}`, organizationId, licenseId: licenses[index], limitCapExceededOveragePercent: 0 }
    if (value !== null)
      put('license_entitlements', { ...row, entitlementId: 'exports', value: { type: 'number', value }, ...stamps })
  }
}

type Change = typeof change extends fc.Arbitrary<infer Drawn> ? Drawn : never
function happens(id: string, what: Change): void {
  const meters = all<EntitlementUsageRecord>(`select * from entitlement_usages where "instanceId" = '${id}'`)
  if (what === 'expires') {
    const [{ end }] = all<{ end: number | null }>(
      `select "endLicenseDate" as "end" from instances where id = '${id}'`,
    ) as [{ end: number | null }]
    if (end !== null && end <= now) connection.run(recordExpiry, { id, end })
  } else if (what === 'rolls over') {
    for (const row of meters.filter(({ periodEnd }) => periodEnd !== null && periodEnd <= now))
      connection.run(putMeter, { ...row, rolledOverAt: now })
  } else if ('use' in what) {
    const last = meters.findLast(({ periodEnd }) => periodEnd === null || periodEnd > now)
    const row = last ?? meterRow(id, 'exports', now, { periodEnd: now + 1 })
    connection.run(putMeter, { ...row, usageReal: what.use })
  } else connection.run(updateRow('instances', { id, organizationId }, what as never))
}

// ---- the same without an index

interface Stored {
  id: string
  license: string
  start: number
  end: number | null
}

function byPercent(): { id: string; percent: number }[] {
  const granted = new Map(
    all<{ license: string; value: { value: number } }>(
      `select "licenseId" as "license", "value" from license_entitlements where "entitlementId" = 'exports'`,
    ).map(({ license, value }) => [license, value.value]),
  )
  const meters = all<EntitlementUsageRecord>(
    `select * from entitlement_usages where "entitlementId" = 'exports' order by "periodStart"`,
  )
  const percentOf = ({ id, license, start, end }: Stored): number => {
    const limit = granted.get(license) as number
    if (start > now || (end !== null && end <= now)) return -2
    if (limit === -1) return -1
    if (limit === 0) return 100
    const last = meters.findLast(({ instanceId }) => instanceId === id)
    const isOver = last === undefined || (last.periodEnd !== null && last.periodEnd <= now)
    return ((isOver ? 0 : last.usageReal) * 100) / limit
  }
  return all<Stored>(
    `select id, "licenseId" as "license", "startLicenseDate" as "start", "endLicenseDate" as "end"
     from instances where "deletedAt" is null`,
  )
    .filter(({ license }) => granted.has(license))
    .map(each => ({ id: each.id, percent: percentOf(each) }))
    .sort((a, b) => a.percent - b.percent || (a.id < b.id ? -1 : 1))
}

const directions = { createdAt: byPercent, '-createdAt': () => byPercent().reverse() }
const keyOf = ({ id, percent }: { id: string; percent: number }) => ({ id, percent })

function pageFrom(source: Source<object>, query: ListQuery) {
  const queries = pageOf(source, query)
  return queries.page(connection.all(queries.rows), connection.one(queries.total).counted)
}

function agrees(limit: number): void {
  const source = usageByPercent(organizationId, 'exports', now)
  for (const sort of ['createdAt', '-createdAt'] as const satisfies Sort[]) {
    const expected = directions[sort]()
    let cursor: string | undefined
    for (let at = 0; at === 0 || cursor !== undefined; at += limit) {
      const page = pageFrom(source, { limit, sort, ...(cursor && { cursor }) })
      expect(page.items.map(item => keyOf(item as never))).toEqual(expected.slice(at, at + limit))
      expect(page.total).toBe(expected.length)
      expect(page.hasMore).toBe(expected.length > at + limit)
      cursor = page.nextCursor
    }
    // What is searched or sorted by name has the percent computed for all.
    const { walked: _, ...scanning } = source
    expect(pageFrom(scanning, { limit: 100, sort }).items.map(item => keyOf(item as never))).toEqual(expected)
  }
}

test('pages in order of percent are what a computation over all of them gives, whatever becomes of them', () => {
  const small = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(grants, instances, changes, grants, small, (first, given, all, later, limit) => {
      inOneCommit(() => {
        emptied()
        settle(first, given)
      })
      agrees(limit)
      inOneCommit(() => {
        for (const [index, what] of given.length > 0 ? all : [])
          happens(given[index % given.length]?.id as string, what)
        grant(later)
      })
      agrees(limit)
    }),
    { numRuns: 150 },
  )
}, 60_000)
