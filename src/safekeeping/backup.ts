import { createReadStream, existsSync, mkdtempSync, statfsSync } from 'node:fs'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { backupForm, type Manifest } from '../domain/backup.ts'
import { sizeText } from '../domain/size.ts'
import { aboutDatabase, copyDatabase, damageOf } from '../engine/copies.ts'
import { pack, partOf, unpack } from './archive.ts'
import type { Progress } from './orders.ts'
import { Refused } from './refused.ts'
import { inThread, type Surroundings } from './thread.ts'

export interface BackupOrder {
  data: string
  addon: string
  /** An empty directory for what is in the making; `backup` in it is the backup once it is whole. */
  folder: string
  version: string
  now: number
}

export interface Made {
  bytes: number
  manifest: Manifest
}

export interface Wanted {
  data: string
  version: string
  now: number
  /** The file to be made; its directory holds the work in the meantime. */
  target: string
  /** May a file of that name be replaced? */
  replace?: boolean
}

/**
 * Makes a backup beside a server that goes on writing. It appears under its name when it is whole, was found sound, was
 * read back and is on the disk; until then, and where something fails, there is nothing of that name.
 */
export async function backUp(
  surroundings: Surroundings,
  { target, replace = false, ...wanted }: Wanted,
): Promise<Made> {
  if (!replace && existsSync(target)) throw exists(target)
  const folder = workFolder(dirname(target))
  try {
    const order = { work: 'backup', addon: surroundings.addon, folder, ...wanted } as const
    // The thread answers a backup's order with what makeBackup gives.
    const made = (await inThread(surroundings, order)) as Made
    await place(join(folder, 'backup'), target, replace)
    return made
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Its name tells what it is, for who finds one that a killed program left behind. */
export const workPrefix = '.kaiten-backup-'

export function workFolder(directory: string): string {
  try {
    return mkdtempSync(join(directory, workPrefix))
  } catch (error) {
    throw new Refused(`Nothing can be written in ${directory}: ${error instanceof Error ? error.message : error}`)
  }
}

/** The work itself, in its thread. Throws Refused, or an error with a sentence. */
export async function makeBackup(order: BackupOrder, tell: (progress: Progress) => void): Promise<Made> {
  const { data, addon, folder, version, now } = order
  const source = join(data, 'kaiten.db')
  const before = aboutDatabase(source, addon)
  mustHaveRoom(folder, before.bytes)

  const copy = join(folder, 'copy')
  tell({ phase: 'copying', done: 0, total: before.bytes, growing: copy })
  copyDatabase(source, copy, addon)
  const { schema, sqlite, organizations, bytes } = aboutDatabase(copy, addon)
  tell({ phase: 'checking', done: 0, total: bytes })
  const damage = damageOf(copy, addon)
  if (damage.length > 0)
    throw new Error(
      `The database ${source} is damaged and was not backed up: ${damage.join('; ')}. Keep the backups there are; "kaiten doctor --full" says more.`,
    )

  // After the copy: a key that was made before the data was written is there now.
  const key = join(data, 'kaiten.key')
  const parts = [await partOf('kaiten.db', copy), ...(existsSync(key) ? [await partOf('kaiten.key', key)] : [])]
  const manifest: Manifest = {
    form: backupForm,
    version,
    schema,
    sqlite,
    createdAt: new Date(now).toISOString(),
    organizations,
    parts: parts.map(({ path: _, ...part }) => part),
  }
  const whole = join(folder, 'backup')
  const total = parts.reduce((sum, part) => sum + part.bytes, 0)
  await pack(whole, manifest, parts, done => tell({ phase: 'packing', done, total }))
  const passed = (done: number) => tell({ phase: 'reading back', done, total })
  await unpack(createReadStream(whole), { called: 'What was just written', passed })
  return { bytes: (await stat(whole)).size, manifest }
}

/** The copy and what it is packed into stand side by side for a moment; half the size is more than packing leaves. */
function mustHaveRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  if (free < bytes * 1.5)
    throw new Refused(
      `A backup takes about ${sizeText(bytes * 1.5)} in ${dirname(folder)}, and ${sizeText(free)} are free there.`,
    )
}

async function place(whole: string, target: string, replace: boolean): Promise<void> {
  if (replace) await rename(whole, target)
  else
    await link(whole, target).catch(async error => {
      if (error.code === 'EEXIST') throw exists(target)
      // Some file systems know no second name for a file.
      if (existsSync(target)) throw exists(target)
      await rename(whole, target)
    })
  await syncDirectory(dirname(target))
}

/** A new name in a directory is on the disk only after the directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const exists = (target: string): Refused =>
  new Refused(`${basename(target)} exists already in ${dirname(target)}. Choose another name, or say --force.`)
