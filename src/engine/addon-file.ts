import packed from 'kaiten:addon'
import { hash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { loadAddon } from './addon.ts'
import { CannotOpen } from './migrate.ts'

/**
 * The file that all threads load SQLite from. The program carries it within, but an operating system loads code from
 * files only: the one beside the program where it is the very same, else one unpacked into the data directory.
 * Throws CannotOpen with a sentence.
 */
export function addonFile(folderOfProgram: string, data: string): string {
  const beside = join(folderOfProgram, packed.name)
  const flaw = flawOf(beside)
  const file = flaw === undefined ? beside : unpacked(data)
  try {
    loadAddon(file)
  } catch (error) {
    throw new CannotOpen(
      `SQLite cannot be loaded from ${file}: ${reason(error)}. ${flaw ? `${flaw} Where the data directory is mounted noexec, put the ${packed.name} of this version beside the program.` : 'This system may be too old: glibc 2.34 or newer is needed.'}`,
    )
  }
  return file
}

/** In the data directory, where only this user, or root, may have put it. */
function unpacked(data: string): string {
  const file = join(data, packed.name)
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    refuseOthersDirectory(data)
    if (flawOf(file) !== undefined || !isOurs(lstatSync(file).uid)) unpack(file)
  } catch (error) {
    if (error instanceof CannotOpen) throw error
    throw new CannotOpen(`SQLite cannot be unpacked to ${file}: ${reason(error)}`)
  }
  return file
}

/** Whoever may change the directory could put code of their own where ours is loaded from, and run it as this user. */
function refuseOthersDirectory(data: string): void {
  const { uid, mode } = statSync(data)
  const flaw = !isOurs(uid)
    ? `it belongs to user ${uid}. Run the command as that user`
    : writableByOthers(mode)
      ? 'others may write to it. chmod go-w it'
      : undefined
  if (flaw)
    throw new CannotOpen(
      `SQLite is not loaded from the data directory ${data}, because ${flaw}, or put the ${packed.name} of this version beside the program.`,
    )
}

/** Under a name of its own first: another process never sees half a file. What runs keeps the file it has loaded. */
function unpack(file: string): void {
  const fresh = `${file}.${process.pid}`
  rmSync(fresh, { force: true })
  try {
    writeFileSync(fresh, gunzipSync(Buffer.from(packed.gzip(), 'base64')), { flag: 'wx', mode: 0o600, flush: true })
    renameSync(fresh, file)
  } finally {
    rmSync(fresh, { force: true })
  }
}

/** Why code should not be loaded from there; undefined for a file that is ours to the last bit. */
function flawOf(file: string): string | undefined {
  try {
    const found = lstatSync(file)
    if (!found.isFile()) return `${file} is no plain file.`
    if (writableByOthers(found.mode)) return `${file} was passed over, because others may write to it.`
    return hash('sha256', readFileSync(file)) === packed.sha256 ? undefined : `${file} is of another version.`
  } catch {
    return `There is no ${file} that this user may read.`
  }
}

const writableByOthers = (mode: number): boolean => (mode & 0o022) !== 0
const isOurs = (uid: number): boolean => uid === 0 || uid === process.geteuid?.()
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
