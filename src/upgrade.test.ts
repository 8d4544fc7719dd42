import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Connection, openReader, openWriter, packagedAddon } from './engine/sqlite.ts'
import { migrations } from './store/migrations/index.ts'
import { asking, environment } from './test-load.ts'
import { type BuiltProgram, builtProgram } from './test-program.ts'

const addon = packagedAddon()
const newest = migrations.length
const levels = migrations.map((_, index) => index + 1)
const older = levels.slice(0, -1)

let program: BuiltProgram
const place = mkdtempSync(join(tmpdir(), 'kaiten-upgrade-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(place, { recursive: true, force: true })
})

/** What a company had in the first schema. Later schemas keep these tables and columns, or their migration fills them. */
const rows = {
  organizations: { id: 'org', name: 'Old', slug: 'old', createdAt: 1, updatedAt: 1, revision: 1 },
  customers: { ...owned('customer'), name: 'Acme', slug: 'acme' },
  entitlements: {
    ...owned('entitlement'),
    name: 'Calls',
    slug: 'calls',
    type: 'NUMBER',
    meterType: 'RAW_EVENT',
    aggregationMethod: 'SUM',
    warningThresholdPercent: 80,
  },
  license_families: { organizationId: 'org', slug: 'plan', lastVersion: 1, deletedVersions: '[]' },
  licenses: {
    ...owned('license'),
    name: 'Plan',
    slug: 'plan',
    type: 'PAID',
    familySlug: 'plan',
    version: 1,
    isActive: 1,
    isDefault: 0,
  },
  license_entitlements: {
    ...owned('grant'),
    licenseId: 'license',
    entitlementId: 'entitlement',
    value: '{"type":"number","value":100}',
    limitCapExceededOveragePercent: 0,
  },
  instances: {
    ...owned('instance'),
    name: 'Acme Prod',
    slug: 'acme-prod',
    description: '',
    customerId: 'customer',
    licenseId: 'license',
    startLicenseDate: 1,
    metadata: '{}',
  },
  entitlement_usages: {
    organizationId: 'org',
    instanceId: 'instance',
    entitlementId: 'entitlement',
    periodStart: 0,
    usage: '5000000000',
    usageReal: 5,
    sum: '5000000000',
    eventCount: 1,
    latches: 0,
    judgedWarningPercent: 80,
    updatedAt: 1,
  },
}

function owned(id: string) {
  return { id, organizationId: 'org', createdAt: 1, createdBy: 'x', updatedAt: 1, updatedBy: 'x', revision: 1 }
}

/** A directory whose database has run the first `level` migrations and holds the rows above. */
function directoryOf(level: number): string {
  const data = join(place, `level-${level}-${readdirSync(place).length}`)
  mkdirSync(data)
  const connection = openWriter(join(data, 'kaiten.db'), addon)
  for (const migration of migrations.slice(0, level)) connection.exec(migration)
  connection.exec(`pragma user_version = ${level}`)
  for (const [table, row] of Object.entries(rows)) insert(connection, table, row)
  connection.close()
  return data
}

function insert({ database }: Connection, table: string, row: object): void {
  const names = Object.keys(row)
  database
    .prepare(`insert into ${table} (${names.map(name => `"${name}"`).join()}) values (${names.map(() => '?').join()})`)
    .run(...Object.values(row))
}

function about(file: string) {
  const connection = openReader(file, addon)
  try {
    const broken = connection.database.prepare('pragma foreign_key_check').all()
    return { schema: connection.pragma('user_version'), sound: connection.pragma('integrity_check'), broken }
  } finally {
    connection.close()
  }
}

function metersIn(file: string) {
  const connection = openReader(file, addon)
  try {
    return connection.database.prepare('select "usageReal", "underLicenseId" from entitlement_usages').all()
  } finally {
    connection.close()
  }
}

const snapshotsIn = (data: string) => readdirSync(data).filter(name => name.includes('.before-'))

test.each(levels)('a database of schema version %i opens, with what is in it, and is kept as it was', async level => {
  const data = directoryOf(level)
  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  expect((await ask('GET', '/api/customers/acme')).body).toMatchObject({ name: 'Acme' })
  expect((await ask('GET', '/api/instances/acme-prod/entitlements')).status).toBe(200)
  const report = await ask('POST', '/api/instances/acme-prod/entitlements/calls/usage', { value: 7 })
  expect(report).toMatchObject({ status: 200, body: { current_usage: 12 } })
  expect((await ask('POST', '/api/feature-flags', { name: 'New', type: 'boolean' })).status).toBe(201)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(about(join(data, 'kaiten.db'))).toEqual({ schema: newest, sound: 'ok', broken: [] })
  expect(metersIn(join(data, 'kaiten.db'))).toEqual([{ usageReal: 12, underLicenseId: 'license' }])
  expect(snapshotsIn(data)).toEqual(level === newest ? [] : [`kaiten.db.before-${level}`])
  for (const name of snapshotsIn(data))
    expect(about(join(data, name))).toEqual({ schema: level, sound: 'ok', broken: [] })
})

describe('kaiten migrate', () => {
  test.each(older)('brings schema version %i forward, and --check only says so', async level => {
    const data = directoryOf(level)
    const file = join(data, 'kaiten.db')
    const would = await program.run('migrate', '--check', '--data', data)
    expect(would).toMatchObject({ code: 0, error: '' })
    expect(would.out).toBe(
      `The database would be brought from schema version ${level} to ${newest}. As it was before, it would be kept in ${file}.before-${level}.\n`,
    )
    expect(about(file).schema).toBe(level)
    const told = JSON.parse((await program.run('migrate', '--json', '--data', data)).out)
    expect(told).toEqual({ from: level, to: newest, snapshot: `${file}.before-${level}` })
    expect(about(file).schema).toBe(newest)
    expect((await program.run('migrate', '--data', data)).out).toContain('There is nothing to do.')
  })

  test('is refused beside a running server, which --check is not, and for a newer database', async () => {
    const data = directoryOf(newest)
    const server = await program.serve(data, environment)
    expect(await program.run('migrate', '--data', data)).toMatchObject({ code: 5, out: '' })
    expect(await program.run('migrate', '--check', '--data', data)).toMatchObject({ code: 0 })
    expect(await server.end('SIGTERM')).toBe(0)
    const connection = openWriter(join(data, 'kaiten.db'), addon)
    connection.exec('pragma user_version = 999')
    connection.close()
    for (const words of [['migrate'], ['migrate', '--check'], ['serve', '--port', '0']]) {
      const refused = await program.run(...words, '--data', data)
      expect(refused.code).toBe(5)
      expect(refused.error).toContain(`has schema version 999, this program knows ${newest}. Use the newer program`)
    }
  })
})

test.each(older)('a backup made with schema version %i is brought forward as it is restored', async level => {
  const [data, restored] = [directoryOf(level), join(place, `restored-${level}`)]
  const file = join(place, `level-${level}.tar.gz`)
  expect(await program.run('backup', file, '--data', data)).toMatchObject({ code: 0 })
  expect(about(join(data, 'kaiten.db')).schema).toBe(level)
  const told = await program.run('restore', file, '--data', restored)
  expect(told.out).toContain(`schema version ${newest}, brought from ${level}`)
  expect(about(join(restored, 'kaiten.db'))).toEqual({ schema: newest, sound: 'ok', broken: [] })
  expect(snapshotsIn(restored)).toEqual([])
})
