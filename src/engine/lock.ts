import Database from 'better-sqlite3'
import { loadAddon } from './addon.ts'

/**
 * The process lock: an exclusive transaction held on a tiny SQLite file of its own. The operating system frees it when
 * the process ends, however it ends.
 */
export class ProcessLock {
  /** Kept here: a connection that nobody refers to is closed by the garbage collector, and the lock would be free. */
  private static readonly held = new Set<ProcessLock>()
  private readonly database: Database.Database

  private constructor(database: Database.Database) {
    this.database = database
    ProcessLock.held.add(this)
  }

  /** Undefined when another process holds it. */
  static take(file: string, addon: string): ProcessLock | undefined {
    const database = new Database(file, { nativeBinding: loadAddon(addon), timeout: 0 })
    try {
      database.pragma('journal_mode = delete')
      database.exec('begin exclusive')
      return new ProcessLock(database)
    } catch (error) {
      database.close()
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
      throw error
    }
  }

  release(): void {
    ProcessLock.held.delete(this)
    this.database.exec('rollback')
    this.database.close()
  }
}
