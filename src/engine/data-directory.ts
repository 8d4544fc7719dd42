import { accessSync, constants, existsSync, mkdirSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileSystemOf } from './file-systems.ts'
import { CannotOpen, cannot } from './migrate.ts'

/** Where a restore has put what it will move into place: while it is there, the data is half the old and half the new. */
export const restoring = (data: string): string => join(data, 'kaiten.restoring')

/** Makes the data directory where it is missing. Throws CannotOpen with a sentence where it cannot be worked in. */
export function prepareDirectory(data: string): void {
  try {
    if (!existsSync(data)) mkdirSync(data, { recursive: true, mode: 0o700 })
    if (!statSync(data).isDirectory()) throw new CannotOpen(`${data} is a file; --data must name a directory.`)
    accessSync(data, constants.W_OK | constants.X_OK)
    refuseReadOnly(data)
  } catch (error) {
    throw cannot(`The data directory ${data} cannot be made or written`, error)
  }
  const { name, trust } = fileSystemOf(data)
  if (trust === 'remote')
    throw new CannotOpen(`${data} is on ${name}, where a database can be corrupted. Use a local disk for --data.`)
}

/** A file system that has protected itself after an error still says that it may be written. A full one may be. */
function refuseReadOnly(data: string): void {
  const probe = join(data, 'kaiten.probe')
  try {
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}

/** Refuses a directory in whose files a database cannot be opened, or would be a wrong one. */
export function refuseUnfit(data: string): void {
  if (existsSync(restoring(data)))
    throw new CannotOpen(
      `A restore into ${data} was interrupted. Run "kaiten restore FILE --force" again; what was there before is in ${join(data, 'replaced-…')}.`,
    )
  const file = join(data, 'kaiten.db')
  const found = statSync(file, { throwIfNoEntry: false })
  // SQLite would delete the log, and with it the last changes.
  if (!found && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new CannotOpen(
      `${file} is missing, and its log ${file}-wal is there. Put the database back beside it, or move the log away to begin anew.`,
    )
  if (found && !mayWrite(file)) throw new CannotOpen(`${file} ${notOurs(found)}`)
}

/** What is not as it should be, but keeps nobody from working. */
export function looseEnds(data: string): string[] {
  const directory = statSync(data)
  const { name, trust } = fileSystemOf(data)
  const loose: string[] = []
  if (directory.mode & 0o077)
    loose.push(`${data} has mode ${octal(directory)}: others may look into it. chmod 700 ${data}`)
  if (process.getuid?.() === 0 && directory.uid !== 0)
    loose.push(`${data} belongs to user ${directory.uid}, and this is root: files made now may be closed to that user.`)
  if (trust === 'doubtful')
    loose.push(`${data} is on ${name}, of which nobody knows whether it locks as SQLite needs it. Prefer a local disk.`)
  return loose
}

export const octal = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(4, '0')

function mayWrite(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

const notOurs = (found: Stats): string =>
  `cannot be written by user ${process.getuid?.()}: it belongs to user ${found.uid} and has mode ${octal(found)}.`
