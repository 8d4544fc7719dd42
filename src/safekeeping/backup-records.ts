import { join } from 'node:path'
import { BackupRecord } from '../domain/backup.ts'
import { readRecord, writeRecord } from '../engine/records.ts'

const pathIn = (data: string): string => join(data, 'kaiten.backups')

export const backupsOf = (data: string): BackupRecord => readRecord(pathIn(data), BackupRecord) ?? {}

/** Nothing but `doctor` reads it, so a directory that cannot be written fails no backup. */
export function rememberBackups(data: string, record: BackupRecord): void {
  try {
    writeRecord(pathIn(data), record)
  } catch {
    // The backup is there all the same.
  }
}
