import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { damageOf } from './copies.ts'
import { looseEnds, prepareDirectory, refuseUnfit } from './data-directory.ts'
import { ProcessLock } from './lock.ts'
import { CannotOpen, cannot, type Migrated, migrate, refuseNewer, snapshotOf } from './migrate.ts'
import { type Reader, Scanner } from './reader.ts'
import { Run } from './runs.ts'
import { isDamaged, openReader, openWriter } from './sqlite.ts'
import { Writer } from './writer.ts'

export interface EngineOptions {
  /** The data directory; made with mode 0700 where it is missing. */
  data: string
  addon: string
  /** Source text of the threads, bundled. */
  threadCode: string
  migrations: readonly string[]
  /** Plain data that the actions are given. Asked for once the data directory is there and locked. */
  settings?: () => unknown
  committed: (values: unknown[]) => void
  died: (reason: string) => void
  /** Epoch milliseconds; Date.now but in tests. */
  clock?: () => number
}

export interface Engine {
  writer: Writer
  read: Reader
  scan: Scanner
  /** This run as the data directory remembers it: whether the one before ended cleanly. */
  run: Run
  /** What is not as it should be with the data directory, a sentence each. */
  looseEnds: string[]
  /** Finishes what was submitted, checkpoints, closes and gives the lock back. */
  close: () => Promise<void>
}

/** Takes the process lock, brings the schema forward, and starts the two threads. Throws CannotOpen with a sentence. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { data, addon, threadCode, migrations, settings, committed, died, clock = Date.now } = options
  prepareDirectory(data)
  const lock = takeLock(data, addon)
  const file = join(data, 'kaiten.db')
  let run: Run | undefined
  try {
    refuseUnfit(data)
    const begun = new Run(data, clock())
    run = begun
    refuseDamaged(begun, file, addon, clock())
    bringForward(file, addon, migrations)
    const writer = new Writer({ code: threadCode, file, addon, settings: settings?.(), committed, died })
    await writer.ready
    const read = openReader(file, addon)
    const scan = new Scanner({ code: threadCode, file, addon, died })
    const close = async () => {
      // Memory reads what the last commits changed; with no reader left, the writer's close leaves one file.
      await writer.finish()
      await scan.stop()
      read.close()
      await writer.stop()
      begun.end()
      lock.release()
    }
    return { writer, read, scan, run, looseEnds: looseEnds(data), close }
  } catch (error) {
    run?.end()
    lock.release()
    throw isDamaged(error) ? damaged(file, String(error)) : cannot(`${file} cannot be opened`, error)
  }
}

/** Brings the schema forward and does nothing else, or only looks what that would do. */
export function migrateData(
  { data, addon, migrations }: Pick<EngineOptions, 'data' | 'addon' | 'migrations'>,
  { onlyLook = false } = {},
): Migrated {
  const file = join(data, 'kaiten.db')
  try {
    if (onlyLook) return wouldMigrate(file, addon, migrations)
    prepareDirectory(data)
    const lock = takeLock(data, addon)
    try {
      refuseUnfit(data)
      return bringForward(file, addon, migrations)
    } finally {
      lock.release()
    }
  } catch (error) {
    throw isDamaged(error) ? damaged(file, String(error)) : cannot(`${file} cannot be migrated`, error)
  }
}

function wouldMigrate(file: string, addon: string, migrations: readonly string[]): Migrated {
  if (!existsSync(file)) return { from: 0, to: migrations.length }
  const connection = openReader(file, addon)
  try {
    const from = Number(connection.pragma('user_version'))
    refuseNewer(`The database ${file}`, from, migrations)
    const takesSnapshot = from > 0 && from < migrations.length
    return { from, to: migrations.length, ...(takesSnapshot && { snapshot: snapshotOf(file, from) }) }
  } finally {
    connection.close()
  }
}

/** The process lock of a data directory; CannotOpen where another process holds it. */
export function takeLock(data: string, addon: string): ProcessLock {
  const file = join(data, 'kaiten.lock')
  try {
    const lock = ProcessLock.take(file, addon)
    if (lock) return lock
  } catch (error) {
    throw cannot(`${file} cannot be locked`, error)
  }
  const held = `Another Kaiten process works in ${data}. Stop it first, or choose another --data.`
  throw new CannotOpen(held, { held: true })
}

/** Where a check has found damage, the next start looks first, and serves only what was mended or replaced. */
function refuseDamaged(run: Run, file: string, addon: string, now: number): void {
  if (!run.damage || !existsSync(file)) return
  const found = damageOf(file, addon, { quick: true })
  run.checked(found, now)
  if (found.length > 0) throw damaged(file, found.join('; '))
}

export const damaged = (file: string, found: string): CannotOpen =>
  new CannotOpen(
    `${file} is damaged: ${found.replace(/^\w*Error: /, '')}. Nothing in it was changed. "kaiten restore FILE --force" puts a backup in its place and keeps this one; "kaiten doctor --full" says what is damaged.`,
  )

function bringForward(file: string, addon: string, migrations: readonly string[]): Migrated {
  const connection = openWriter(file, addon)
  try {
    return migrate(connection, file, migrations)
  } finally {
    connection.close()
  }
}
