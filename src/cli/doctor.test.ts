import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding } from '../domain/finding.ts'
import { openWriter, packagedAddon } from '../engine/sqlite.ts'
import { type BuiltProgram, builtProgram } from '../test-program.ts'

let program: BuiltProgram
const place = mkdtempSync(join(tmpdir(), 'kaiten-doctor-'))
const data = join(place, 'data')
beforeAll(async () => {
  program = await builtProgram()
  expect(await program.run('org', 'list', '--data', data)).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(place, { recursive: true, force: true })
})

async function found(...words: string[]): Promise<{ code: number; findings: Finding[] }> {
  const { code, out } = await program.run('doctor', '--json', '--data', data, ...words)
  return { code, findings: JSON.parse(out) }
}
const about = (findings: Finding[], name: string) => findings.filter(finding => finding.about === name)

test('a healthy directory has no problem, beside a running server too, and each finding that is not ok says what to do', async () => {
  const alone = await found('--full')
  expect(alone.code).toBe(0)
  expect(about(alone.findings, 'server')[0]?.what).toBe('none is running')
  expect(about(alone.findings, 'integrity')[0]).toMatchObject({ level: 'ok', what: 'sound, with its indexes' })
  expect(about(alone.findings, 'backup')[0]).toMatchObject({ level: 'warning', what: 'none is known' })
  const server = await program.serve(data)
  const beside = await found()
  expect(beside.code).toBe(0)
  expect(about(beside.findings, 'server')[0]?.what).toBe('one is running')
  for (const { level, what, advice } of [...alone.findings, ...beside.findings])
    expect(level === 'ok' || Boolean(advice), what).toBe(true)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a backup that was taken is known, wherever it went', async () => {
  expect(await program.run('backup', join(place, 'b.tar.gz'), '--data', data)).toMatchObject({ code: 0 })
  const { findings } = await found('--backup-dir', join(data, 'not', 'there', 'yet'))
  expect(about(findings, 'backup')).toMatchObject([
    { level: 'ok' },
    { level: 'warning', what: expect.stringContaining('is on the disk of the data') },
  ])
})

test('a key that others may read is a problem, and ends it with 1', async () => {
  const key = join(data, 'kaiten.key')
  writeFileSync(key, 'a key')
  chmodSync(key, 0o644)
  const { code, findings } = await found()
  expect(code).toBe(1)
  expect(about(findings, 'key')).toEqual([
    {
      level: 'problem',
      about: 'key',
      what: 'kaiten.key has mode 0644: others may read it',
      advice: `chmod 600 ${key}`,
    },
  ])
  const told = await program.run('doctor', '--data', data)
  expect(told.code).toBe(1)
  expect(told.out).toMatch(/^PROBLEM {2}key/m)
  expect(told.error).toBe('One problem.\n')
  rmSync(key)
})

test('what ends soon, and a clock that is behind what was written down, are told', async () => {
  const connection = openWriter(join(data, 'kaiten.db'), packagedAddon())
  const now = Date.now()
  const organization = connection.database.prepare('select id from organizations').pluck().get()
  connection.database
    .prepare(
      `insert into instances (id, organizationId, name, slug, description, customerId, licenseId, startLicenseDate,
        endLicenseDate, metadata, createdAt, createdBy, updatedAt, updatedBy, revision)
        values ('i', ?, 'Acme', 'acme-prod', '', 'c', 'l', 1, ?, '{}', 1, 'x', 1, 'x', 1)`,
    )
    .run(organization, now + 86_400_000)
  connection.database
    .prepare(
      `insert into outbox_events (organizationId, eventName, eventType, subjectId, data, actor, occurredAt)
        values (?, 'CUSTOMER_CREATION', 't', 's', '{}', '{}', ?)`,
    )
    .run(organization, now + 86_400_000)
  connection.close()
  const { code, findings } = await found()
  expect(code).toBe(1)
  expect(about(findings, 'licenses')).toMatchObject([{ level: 'warning', what: expect.stringContaining('acme-prod') }])
  expect(about(findings, 'clock')).toMatchObject([{ level: 'problem' }])
})

test('a wrong configuration and a directory that is not there are problems among the others', async () => {
  expect(await found('--backup-every', 'often')).toEqual({
    code: 1,
    findings: [
      expect.objectContaining({
        about: 'configuration',
        what: expect.stringContaining('backup-every (option) must be'),
      }),
    ],
  })
  const nowhere = await program.run('doctor', '--data', join(place, 'nowhere'))
  expect(nowhere.code).toBe(1)
  expect(nowhere.out).toContain('there is no directory')
})
