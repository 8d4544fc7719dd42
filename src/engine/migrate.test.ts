import threadCode from 'kaiten:thread'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Statement } from '../store/query.ts'
import { ProcessLock } from './lock.ts'
import { CannotOpen, migrate } from './migrate.ts'
import { type EngineOptions, openEngine } from './open.ts'
import { openReader, openWriter, packagedAddon, refuseOldSqlite } from './sqlite.ts'

const addon = packagedAddon()
const left: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const leave of left.splice(0).reverse()) await leave()
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'kaiten-migrate-'))
  left.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

const sql = <Row>(text: string): Statement<Row> => ({ sql: text, parameters: [] })
const steps = [
  'create table notes (text text not null) strict',
  "insert into notes values ('second'); alter table notes add column length integer",
  "update notes set length = length(text); insert into notes values ('third', 5)",
  'create index notes_by_length on notes (length)',
  'create table more (id integer primary key) strict',
]

/** Opens, migrates with the first `count` steps, and closes. */
function brought(file: string, count: number, migrations: readonly string[] = steps): void {
  const connection = openWriter(file, addon)
  try {
    migrate(connection, file, migrations.slice(0, count))
  } finally {
    connection.close()
  }
}

function read<Row>(file: string, text: string): Row[] {
  const connection = openReader(file, addon)
  try {
    return connection.all(sql<Row>(text))
  } finally {
    connection.close()
  }
}
const versionOf = (file: string) => read<{ user_version: number }>(file, 'pragma user_version')[0]?.user_version
const snapshots = (data: string) =>
  readdirSync(data)
    .filter(name => name.includes('.before-'))
    .sort()

describe('the schema', () => {
  test('goes forward from any version to the newest, each step once', () => {
    const file = join(folder(), 'kaiten.db')
    for (const count of [2, 2, 5]) brought(file, count)
    expect(versionOf(file)).toBe(5)
    expect(read(file, 'select text, length from notes')).toEqual([
      { text: 'second', length: 6 },
      { text: 'third', length: 5 },
    ])
  })

  test('of a newer program is refused with a sentence, and left alone', () => {
    const data = folder()
    const file = join(data, 'kaiten.db')
    brought(file, 3)
    expect(() => brought(file, 2)).toThrow(
      new CannotOpen(
        `The database ${file} has schema version 3, this program knows 2. Use the newer program, or restore a backup made before it.`,
      ),
    )
    expect(versionOf(file)).toBe(3)
    expect(snapshots(data)).toEqual([])
  })

  test('stays at its version, whole, when a step fails', () => {
    const data = folder()
    const file = join(data, 'kaiten.db')
    brought(file, 1)
    const broken = [steps[0] as string, `${steps[1]}; insert into nowhere values (1)`]
    expect(() => brought(file, 2, broken)).toThrow(
      /from schema version 1 to 2 and is still at 1: no such table: nowhere$/,
    )
    expect(versionOf(file)).toBe(1)
    expect(read(file, 'select * from notes')).toEqual([])
    brought(file, 2)
    expect(read(file, 'select * from notes')).toHaveLength(1)
  })
})

describe('the snapshot before a migration', () => {
  test('is taken of a database that holds something, and the last two are kept', () => {
    const data = folder()
    const file = join(data, 'kaiten.db')
    brought(file, 1)
    expect(snapshots(data)).toEqual([])
    writeFileSync(`${file}.before-the-holidays`, 'a copy that somebody made')
    for (const count of [2, 3, 4, 4, 5]) brought(file, count)
    expect(snapshots(data)).toEqual(['kaiten.db.before-3', 'kaiten.db.before-4', 'kaiten.db.before-the-holidays'])
    expect(versionOf(`${file}.before-3`)).toBe(3)
    expect(read(`${file}.before-3`, 'select text from notes')).toEqual([{ text: 'second' }, { text: 'third' }])
  })

  test('replaces one that an attempt before left behind', () => {
    const file = join(folder(), 'kaiten.db')
    brought(file, 1)
    writeFileSync(`${file}.before-1`, 'half a copy')
    brought(file, 2)
    expect(versionOf(`${file}.before-1`)).toBe(1)
  })
})

describe('the data directory', () => {
  const open = async (data: string, more: Partial<EngineOptions> = {}) => {
    const engine = await openEngine({
      data,
      addon,
      threadCode,
      migrations: steps,
      committed: () => undefined,
      died: () => undefined,
      ...more,
    })
    left.push(engine.close)
    return engine
  }
  const refusal = (data: string) =>
    open(data).then(
      () => 'opened',
      error => (error instanceof CannotOpen ? error.message : `not a sentence: ${error}`),
    )

  test('is made with mode 0700, with those above it', async () => {
    const data = join(folder(), 'deep', 'down')
    await open(data)
    expect(statSync(data).mode & 0o777).toBe(0o700)
    expect(existsSync(join(data, 'kaiten.db'))).toBe(true)
  })

  test('that is a file is refused with a sentence', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    expect(await refusal(file)).toBe(`${file} is a file; --data must name a directory.`)
    expect(await refusal(join(file, 'below'))).toMatch(/^The data directory .*below cannot be made or written: ENOTDIR/)
  })

  test('whose database is none is refused with a sentence, and the lock is given back', async () => {
    const data = folder()
    writeFileSync(join(data, 'kaiten.db'), 'This is a letter. '.repeat(1000))
    const sentence = `${join(data, 'kaiten.db')} is damaged: file is not a database. Nothing in it was changed.`
    expect(await refusal(data)).toContain(sentence)
    expect(await refusal(data)).toContain('"kaiten restore FILE --force" puts a backup in its place')
    rmSync(join(data, 'kaiten.db'))
    expect(await refusal(data)).toBe('opened')
  })

  test('whose lock is none is refused with a sentence', async () => {
    const data = folder()
    mkdirSync(join(data, 'kaiten.lock'))
    expect(await refusal(data)).toMatch(/kaiten\.lock cannot be locked: /)
  })

  test('that cannot be written is refused with a sentence', async () => {
    // Nobody may make a file in /proc, the superuser neither.
    expect(await refusal('/proc')).toMatch(/^(The data directory \/proc cannot be|\/proc\/kaiten.lock cannot be)/)
  })

  test('is held by one process at a time, and freed by its death', async () => {
    const data = folder()
    const file = join(data, 'kaiten.lock')
    const holder = spawn(process.execPath, ['--expose-gc', '--input-type=module', '--eval', holding, file, addon], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    left.push(() => void holder.kill('SIGKILL'))
    await new Promise(resolve => holder.stdout.once('data', resolve))
    const held = await open(data).catch(error => error)
    expect(held).toMatchObject({ held: true })
    expect(held.message).toBe(`Another Kaiten process works in ${data}. Stop it first, or choose another --data.`)
    const gone = new Promise(resolve => holder.once('exit', resolve))
    holder.kill('SIGKILL')
    await gone
    await open(data)
    expect(ProcessLock.take(file, addon)).toBeUndefined()
  })
})

const holding = `
import { ProcessLock } from '${new URL('lock.ts', import.meta.url)}'
if (!ProcessLock.take(process.argv[1], process.argv[2])) throw new Error('not free')
// Nothing here refers to the lock any more, and it is held all the same.
global.gc()
await new Promise(resolve => setTimeout(resolve, 50))
global.gc()
process.stdout.write('held')
setInterval(() => undefined, 1000)`

test('an SQLite with the bug that can corrupt a database is refused, and no newer one is', () => {
  for (const old of ['3.51.2', '3.9.2', '2.99.99', '3.51', '3.50.10'])
    expect(() => refuseOldSqlite(old), old).toThrow(`SQLite ${old} can corrupt a database`)
  for (const sound of ['3.51.3', '3.51.10', '3.54.1', '3.100.0', '4.0.0'])
    expect(() => refuseOldSqlite(sound), sound).not.toThrow()
})
