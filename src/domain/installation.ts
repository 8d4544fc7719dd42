import type { BackupRecord } from './backup.ts'

/** What the console tells of the program and its data. Times are epoch milliseconds, sizes bytes. */
export interface Installation {
  version: string
  node: string
  sqlite: string
  startedAt: number
  data: string
  databaseBytes: number
  /** Of the write-ahead log. */
  logBytes: number
  /** Infinity where the system does not say. */
  freeBytes: number
  backups: { dir: string | undefined; every: number; keep: number; record: BackupRecord }
}
