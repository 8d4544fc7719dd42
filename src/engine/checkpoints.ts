import type { Statement } from 'better-sqlite3'
import { codeOf, StorageFailure } from './batch.ts'
import { type Connection, isFull } from './sqlite.ts'

/** SQLite's own measure: 4 MB of log. */
const pagesPerCheckpoint = 1000
/** At 64 MB every checkpoint so far has met a reader of an older state: from here on readers are waited for. */
const mostPages = 16_000
const patience = 50

/**
 * Brings what was committed from the write-ahead log into the database, between batches and not inside somebody's
 * commit. The log begins anew when all of it was brought over and nobody reads from it.
 */
export class Checkpoints {
  private readonly connection: Connection
  /** Kept, for it is asked after each commit: preparing it anew would cost 26 µs instead of 5. */
  private readonly log: Statement<[], { log: number }>
  /** Pages in the log when it was last brought over. */
  private broughtOver = 0

  constructor(connection: Connection) {
    this.connection = connection
    this.log = connection.database.prepare('pragma wal_checkpoint(noop)')
  }

  /** After a commit. */
  whenDue(): void {
    const pages = this.log.get()?.log ?? 0
    if (pages < this.broughtOver) this.broughtOver = 0
    if (pages - this.broughtOver < pagesPerCheckpoint) return
    if (pages < mostPages) this.run('passive')
    else this.waitForReaders()
    this.broughtOver = pages
  }

  /** At the end: nothing stays in the log. */
  last(): void {
    this.run('truncate')
  }

  private waitForReaders(): void {
    const timeout = this.connection.pragma('busy_timeout')
    this.connection.pragma(`busy_timeout = ${patience}`)
    this.run('restart')
    this.connection.pragma(`busy_timeout = ${timeout}`)
  }

  /** On a full disk what was committed stays in the log, and the next checkpoint tries again. */
  private run(mode: 'passive' | 'restart' | 'truncate'): void {
    try {
      this.connection.pragma(`wal_checkpoint(${mode})`)
    } catch (error) {
      if (!isFull(error)) throw new StorageFailure(`${codeOf(error)} at a checkpoint: ${error}`, { cause: error })
    }
  }
}
