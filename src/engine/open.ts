import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ProcessLock } from './lock.ts'
import { CannotOpen, migrate } from './migrate.ts'
import { type Reader, Scanner } from './reader.ts'
import { openReader, openWriter } from './sqlite.ts'
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
}

export interface Engine {
  writer: Writer
  read: Reader
  scan: Scanner
  /** Finishes what was submitted, checkpoints, closes and gives the lock back. */
  close: () => Promise<void>
}

/** Magic numbers of file systems on which SQLite's locks and shared memory cannot be relied upon (statfs(2)). */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x00c36400, 'CephFS'],
  [0x47504653, 'GPFS'],
  [0x65735546, 'FUSE'],
])

/** Takes the process lock, brings the schema forward, and starts the two threads. Throws CannotOpen with a sentence. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { data, addon, threadCode, migrations, settings, committed, died } = options
  prepareDirectory(data)
  const lock = takeLock(data, addon)
  const file = join(data, 'kaiten.db')
  try {
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
      lock.release()
    }
    return { writer, read, scan, close }
  } catch (error) {
    lock.release()
    throw cannot(`${file} cannot be opened`, error)
  }
}

function prepareDirectory(data: string): void {
  try {
    if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 })
    if (!statSync(data).isDirectory()) throw new CannotOpen(`${data} is a file; --data must name a directory.`)
    accessSync(data, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw cannot(`The data directory ${data} cannot be made or written`, error)
  }
  const remote = networkFileSystem(statfsSync(data).type)
  if (remote)
    throw new CannotOpen(`${data} is on ${remote}, where a database can be corrupted. Use a local disk for --data.`)
}

/** The name of a file system that is none of this machine's own; undefined for a local one. */
export const networkFileSystem = (type: number): string | undefined => networkFileSystems.get(type)

function takeLock(data: string, addon: string): ProcessLock {
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

function bringForward(file: string, addon: string, migrations: readonly string[]): void {
  const connection = openWriter(file, addon)
  try {
    migrate(connection, file, migrations)
  } finally {
    connection.close()
  }
}

/** The error as a sentence for the operator. */
const cannot = (what: string, error: unknown): CannotOpen =>
  error instanceof CannotOpen ? error : new CannotOpen(`${what}: ${error instanceof Error ? error.message : error}`)
