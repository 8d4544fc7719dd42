import { randomInt } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReader, openWriter, packagedAddon } from './engine/sqlite.ts'
import { type Answer, acts, asking, callers, customers, environment, sell, sound, succeeded } from './test-load.ts'
import { type BuiltProgram, builtProgram } from './test-program.ts'

/** Backups taken under load; more by `BACKUP_ROUNDS=100 vitest run src/backup`. */
const rounds = Number(process.env.BACKUP_ROUNDS ?? 3)
const timeout = rounds * 60_000

let program: BuiltProgram
const place = mkdtempSync(join(tmpdir(), 'kaiten-backup-'))
const data = join(place, 'data')
const file = join(place, 'backup.tar.gz')
const key = `${Buffer.alloc(32, 7).toString('base64')}\n`

/** A directory with something in it, and a backup of that. */
beforeAll(async () => {
  program = await builtProgram()
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'kaiten.key'), key, { mode: 0o600 })
  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  await sell(ask)
  expect(await program.run('backup', file, '--data', data)).toMatchObject({ code: 0, error: '' })
  await customers.attempt(ask, 'after-the-backup')
  expect(await server.end('SIGTERM')).toBe(0)
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(place, { recursive: true, force: true })
})

let folders = 0
const folder = (): string => join(place, `restored-${folders++}`)

/** Names, sizes and times of all that is in a directory: what must be the same when nothing was touched. */
const listing = (path: string): unknown[] =>
  readdirSync(path, { recursive: true })
    .map(name => [name, statSync(join(path, String(name))).size, statSync(join(path, String(name))).mtimeMs])
    .filter(([name]) => !String(name).startsWith('kaiten.lock'))
    .sort()

test(`${rounds} backups taken under load restore to a consistent prefix of what was done`, { timeout }, async () => {
  const busy = folder()
  const server = await program.serve(busy, environment)
  const ask = asking(server.url)
  await sell(ask)
  const done = new Map(acts.map(act => [act, new Map<string, Answer>()]))
  done.get(customers)?.set('acme', await customers.attempt(ask, 'acme'))
  for (let round = 0; round < rounds; round++) {
    let isLoading = true
    const attempted = Array.from({ length: callers }, (): string[] => [])
    const caller = async (number: number) => {
      for (let attempt = 0; isLoading; attempt++) {
        const act = acts[(number + attempt) % acts.length] as (typeof acts)[number]
        const n = `${round}-${number}-${attempt}`
        attempted[number]?.push(n)
        done.get(act)?.set(n, await succeeded(act.attempt(ask, n)))
      }
    }
    const load = Array.from({ length: callers }, (_, number) => caller(number))
    await wait(randomInt(30, 600))
    const acknowledged = acts.flatMap(act => [...(done.get(act)?.keys() ?? [])])
    const target = join(place, `round-${round}.tar.gz`)
    expect(await program.run('backup', target, '--data', busy)).toMatchObject({ code: 0 })
    const begun = attempted.flat().length
    isLoading = false
    await Promise.all(load)

    const restored = folder()
    expect(await program.run('restore', target, '--data', restored)).toMatchObject({ code: 0 })
    expect(sound(restored)).toBe('ok')
    const copy = await program.serve(restored, environment)
    const askCopy = asking(copy.url)
    const present = new Set<string>()
    for (const act of acts) {
      const found = await act.found(askCopy)
      for (const n of found) present.add(n)
      await act.check(askCopy, new Map(found.map(n => [n, done.get(act)?.get(n) as Answer])))
    }
    expect(acknowledged.filter(n => !present.has(n))).toEqual([])
    expect(begun).toBeGreaterThan(callers)
    // No caller's later attempt is there without all that it did before.
    for (const attempts of attempted) {
      const last = attempts.findLastIndex(n => present.has(n))
      expect(attempts.slice(0, last + 1).filter(n => !present.has(n))).toEqual([])
    }
    expect(await copy.end('SIGTERM')).toBe(0)
  }
  expect(await server.end('SIGTERM')).toBe(0)
})

describe('a backup', () => {
  test('is its owner’s alone, never replaces a file unasked, and leaves nothing else behind', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = listing(place)
    const again = await program.run('backup', file, '--data', data)
    expect(again).toMatchObject({ code: 5, out: '' })
    expect(again.error).toBe(`backup.tar.gz exists already in ${place}. Choose another name, or say --force.\n`)
    expect(listing(place)).toEqual(before)
    expect(await program.run('backup', file, '--data', data, '--force')).toMatchObject({ code: 0 })
    expect(readdirSync(place).filter(name => name.startsWith('.'))).toEqual([])
  })

  test('is told to scripts as JSON, and goes to standard output for a dash', async () => {
    const target = join(place, 'json.tar.gz')
    const told = JSON.parse((await program.run('backup', target, '--data', data, '--json')).out)
    expect(told).toMatchObject({
      file: target,
      bytes: statSync(target).size,
      manifest: {
        form: 1,
        organizations: [{ slug: 'default', name: 'Default' }],
        parts: [{ name: 'kaiten.db' }, { name: 'kaiten.key', bytes: key.length }],
      },
    })
    const piped = await program.run('backup', '-', '--data', data)
    expect(piped.error).toContain('kaiten.key is in it: whoever reads this file can read webhook secrets.')
  })

  test('into a directory is named by its time', async () => {
    const into = folder()
    mkdirSync(into)
    expect(await program.run('backup', into, '--data', data)).toMatchObject({ code: 0 })
    expect(readdirSync(into)).toEqual([expect.stringMatching(/^kaiten-\d{4}-\d\d-\d\dT\d{6}Z\.tar\.gz$/)])
  })

  test('is taken by the running server where backup-dir is set, and can be restored', async () => {
    const into = folder()
    const server = await program.serve(data, { ...environment, KAITEN_BACKUP_DIR: into })
    const taken = () => (existsSync(into) ? readdirSync(into).filter(name => /^kaiten-.*gz$/.test(name)) : [])
    await expect.poll(taken, { timeout: 30_000 }).toHaveLength(1)
    expect(await server.end('SIGTERM')).toBe(0)
    const restored = folder()
    expect(await program.run('restore', join(into, String(taken()[0])), '--data', restored)).toMatchObject({ code: 0 })
    expect(rows(restored, 'select count(*) from customers')).toBe(rows(data, 'select count(*) from customers'))
  })

  test('of a directory without a database, and into a directory that is not there, is refused', async () => {
    const nothing = await program.run('backup', join(place, 'x'), '--data', join(place, 'nowhere'))
    expect(nothing).toMatchObject({ code: 4, out: '' })
    expect(nothing.error).toContain('There is no database in')
    const nowhere = await program.run('backup', join(place, 'nowhere', 'x'), '--data', data)
    expect(nowhere.code).toBe(5)
    expect(nowhere.error).toMatch(/^Nothing can be written in .*nowhere: ENOENT/)
  })

  test('of a damaged database is not made', async () => {
    const hurt = folder()
    expect(await program.run('restore', file, '--data', hurt)).toMatchObject({ code: 0 })
    damage(hurt)
    const target = join(place, 'hurt.tar.gz')
    const refused = await program.run('backup', target, '--data', hurt)
    expect(refused.code).toBe(1)
    expect(refused.error).toMatch(/malformed|is damaged and was not backed up/)
    expect(existsSync(target)).toBe(false)
    const found = await program.run('doctor', '--data', hurt)
    expect(found.code).toBe(1)
    expect(found.out).toMatch(/^PROBLEM {2}integrity/m)
  })
})

describe('a restore', () => {
  test('brings back database and key as they were, also where there was none', async () => {
    const restored = folder()
    const told = await program.run('restore', file, '--data', restored)
    expect(told).toMatchObject({ code: 0, error: '' })
    expect(told.out).toContain('kaiten.key was put back')
    expect(told.out).toContain('Webhook deliveries that were waiting then are sent again')
    expect(readFileSync(join(restored, 'kaiten.key'), 'utf8')).toBe(key)
    expect(statSync(join(restored, 'kaiten.key')).mode & 0o777).toBe(0o600)
    expect(statSync(restored).mode & 0o777).toBe(0o700)
    expect(readdirSync(restored).sort()).toEqual(['kaiten.db', 'kaiten.key', 'kaiten.lock'])
    const server = await program.serve(restored, environment)
    expect(await customers.found(asking(server.url))).toEqual(expect.arrayContaining(['acme']))
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test('over live data takes --force, and puts aside what was there', async () => {
    const target = folder()
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    const server = await program.serve(target, environment)
    await customers.attempt(asking(server.url), 'lost')
    // Killed, its last changes are in the log alone.
    expect(await server.end('SIGKILL')).toBeNull()
    const before = listing(target)
    const refused = await program.run('restore', file, '--data', target)
    expect(refused.code).toBe(5)
    expect(refused.error).toMatch(/is not empty: kaiten\.db, .*say --force to put aside/)
    expect(listing(target)).toEqual(before)

    const told = JSON.parse((await program.run('restore', file, '--data', target, '--force', '--json')).out)
    expect(readdirSync(told.aside)).toEqual(expect.arrayContaining(['kaiten.db', 'kaiten.db-wal', 'kaiten.key']))
    expect(rows(told.aside, "select count(*) from customers where name = 'Customer lost'")).toBe(1)
    expect(rows(target, "select count(*) from customers where name = 'Customer lost'")).toBe(0)
  })

  test('beside a running server is refused, and the server goes on', async () => {
    const server = await program.serve(data, environment)
    const refused = await program.run('restore', file, '--data', data, '--force')
    expect(refused).toMatchObject({ code: 5, out: '' })
    expect(refused.error).toContain('Another Kaiten process works in')
    expect((await asking(server.url)('GET', '/api/me')).status).toBe(200)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test.each([
    ['cut short', (whole: Buffer) => whole.subarray(0, whole.length * 0.7), 'is cut short: it ends before its end.'],
    ['empty', () => Buffer.alloc(0), 'is '],
    ['altered', (whole: Buffer) => altered(whole, whole.length / 2), 'was altered or damaged'],
    [
      'a letter',
      () => Buffer.from('Dear operator'),
      'is no backup, or was altered or damaged: incorrect header check.',
    ],
    ['another tar', () => gzipSync(gunzipSync(readFileSync(file)).subarray(1024)), 'It has no manifest.'],
    ['of a newer form', changed('"form": 1', '"form": 2'), 'has form 2, this program knows 1. Use the newer program.'],
    [
      'of a newer schema',
      changed('"schema": ', '"schema":9'),
      'Use the newer program, or restore a backup made before',
    ],
  ])('of a file that is %s is refused with a sentence, and nothing is touched', async (name, make, sentence) => {
    const bad = join(place, `${name}.tar.gz`)
    writeFileSync(bad, make(readFileSync(file)))
    const before = listing(data)
    const refused = await program.run('restore', bad, '--data', data, '--force')
    expect(refused).toMatchObject({ code: 5, out: '' })
    expect(refused.error).toContain(sentence)
    expect(refused.error.split('\n')).toHaveLength(2)
    expect(listing(data)).toEqual(before)
  })

  test('of a file that is not there ends with 4, of a directory with 2', async () => {
    expect(await program.run('restore', join(place, 'none'), '--data', folder())).toMatchObject({ code: 4 })
    expect(await program.run('restore', place, '--data', folder())).toMatchObject({ code: 2 })
  })

  test('that was interrupted keeps every program from the directory until it is run again', async () => {
    const target = folder()
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    mkdirSync(join(target, 'kaiten.restoring'))
    const refused = await program.run('serve', '--data', target, '--port', '0')
    expect(refused.code).toBe(5)
    expect(refused.error).toContain('was interrupted. Run "kaiten restore FILE --force" again')
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 5 })
    expect(await program.run('restore', file, '--data', target, '--force')).toMatchObject({ code: 0 })
    const server = await program.serve(target, environment)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test('gives no number of an event or of a version of the flags a second time', async () => {
    const target = folder()
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    const server = await program.serve(target, environment)
    const ask = asking(server.url)
    const begun = Date.now() - 60_000
    await succeeded(ask('POST', '/api/feature-flags', { name: 'New', type: 'boolean' }))
    const flags = await ask('POST', '/api/ofrep/v1/evaluate/flags', { context: { targetingKey: 'x' } })
    expect((flags.body.metadata as { version: number }).version).toBeGreaterThan(begun)
    expect(await server.end('SIGTERM')).toBe(0)
    expect(rows(target, 'select max(id) from outbox_events')).toBeGreaterThan(begun)
  })
})

describe('after an unclean stop', () => {
  test('the next start looks through the database while it serves, and one after a clean stop does not', async () => {
    const target = folder()
    const info = { ...environment, KAITEN_LOG_LEVEL: 'info' }
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    const first = await program.serve(target, info)
    expect(await first.end('SIGKILL')).toBeNull()
    const second = await program.serve(target, info)
    await expect.poll(() => second.log(), { timeout: 20_000 }).toContain('the database is sound')
    expect(await second.end('SIGTERM')).toBe(0)
    const third = await program.serve(target, info)
    expect(await third.end('SIGTERM')).toBe(0)
    expect(third.log()).not.toContain('looking through the database')
    expect((await program.run('doctor', '--data', target)).out).toContain('1 unclean in the last seven days')
  })

  test('damage ends the program with a sentence, keeps the next from serving, and is healed by a restore', async () => {
    const target = folder()
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    const first = await program.serve(target, environment)
    expect(await first.end('SIGKILL')).toBeNull()
    damage(target)
    const second = await program.serve(target, environment)
    expect(await second.ended).toBe(1)
    expect(second.log()).toMatch(/is damaged: .*Restore a backup: kaiten restore FILE --force/)
    const third = await program.run('serve', '--data', target, '--port', '0')
    expect(third.code).toBe(5)
    expect(third.error).toMatch(/is damaged: .*"kaiten restore FILE --force" puts a backup in its place/)
    expect(await program.run('restore', file, '--data', target, '--force')).toMatchObject({ code: 0 })
    const healed = await program.serve(target, environment)
    expect(await healed.end('SIGTERM')).toBe(0)
  })
})

describe('the data directory', () => {
  test('with a log but no database is refused, so that SQLite does not delete the log', async () => {
    const target = folder()
    mkdirSync(target)
    writeFileSync(join(target, 'kaiten.db-wal'), 'the last changes')
    const refused = await program.run('serve', '--data', target, '--port', '0')
    expect(refused.code).toBe(5)
    expect(refused.error).toContain('is missing, and its log')
    expect(readFileSync(join(target, 'kaiten.db-wal'), 'utf8')).toBe('the last changes')
  })

  test('that others may look into is warned of', async () => {
    const target = folder()
    mkdirSync(target)
    chmodSync(target, 0o755)
    const server = await program.serve(target, environment)
    expect(await server.end('SIGTERM')).toBe(0)
    expect(server.log()).toContain(`${target} has mode 0755: others may look into it. chmod 700 ${target}`)
  })

  test('whose database was cut is refused with what to do', async () => {
    const target = folder()
    expect(await program.run('restore', file, '--data', target)).toMatchObject({ code: 0 })
    truncateSync(join(target, 'kaiten.db'), 50)
    const refused = await program.run('serve', '--data', target, '--port', '0')
    expect(refused.code).toBe(5)
    expect(refused.error).toContain('"kaiten restore FILE --force" puts a backup in its place')
  })
})

/** One byte is another, the first from there on that matters: what repeats can be said in several ways, which mean the same. */
function altered(whole: Buffer, from: number): Buffer {
  for (let at = Math.floor(from); ; at++) {
    const copy = Buffer.from(whole)
    copy[at] = (copy[at] ?? 0) ^ 0x55
    try {
      gunzipSync(copy)
    } catch {
      return copy
    }
  }
}

/** The backup with its manifest changed, in as many bytes. */
function changed(from: string, to: string): (whole: Buffer) => Buffer {
  return whole => {
    const tar = gunzipSync(whole)
    expect(tar.indexOf(from)).toBeGreaterThan(0)
    tar.write(to, tar.indexOf(from))
    return gzipSync(tar)
  }
}

/** Makes a page unreadable that no start looks at: that of the customers' rows. */
function damage(path: string): void {
  const connection = openReader(join(path, 'kaiten.db'), packagedAddon())
  const page = Number(connection.pragma('page_size'))
  const at = connection.database.prepare("select rootpage from sqlite_master where name = 'customers'").pluck().get()
  connection.close()
  const bytes = Buffer.alloc(100, 0xee)
  const whole = readFileSync(join(path, 'kaiten.db'))
  bytes.copy(whole, (Number(at) - 1) * page)
  writeFileSync(join(path, 'kaiten.db'), whole)
}

function rows(path: string, sql: string): unknown {
  // With a log beside it that a killed program left: only a writer brings it over for good, a reader reads it as well.
  const connection = openWriter(join(path, 'kaiten.db'), packagedAddon())
  try {
    return connection.database.prepare(sql).pluck().get()
  } finally {
    connection.close()
  }
}
