import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Manifest, partNames } from '../domain/backup.ts'
import { sizeText } from '../domain/size.ts'
import { aboutDatabase, damageOf } from '../engine/copies.ts'
import { prepareDirectory, restoring } from '../engine/data-directory.ts'
import { type Migrated, migrate, refuseNewer } from '../engine/migrate.ts'
import { takeLock } from '../engine/open.ts'
import { openWriter } from '../engine/sqlite.ts'
import { beyondThePast, emptied, hasTable, tablesToEmpty } from '../store/restored.ts'
import { unpack } from './archive.ts'
import { syncDirectory } from './backup.ts'
import type { Progress } from './orders.ts'
import { Refused } from './refused.ts'

export interface RestoreOptions {
  data: string
  addon: string
  migrations: readonly string[]
  source: Readable
  /** What the source is called in sentences: the backup's file. */
  called: string
  /** Put aside what is there already. */
  force: boolean
  now: number
  progress?: (progress: Progress) => void
}

export interface Restored {
  manifest: Manifest
  migrated: Migrated
  /** Where that went which was there before. */
  aside: string | undefined
}

/**
 * Puts a backup's database and key into the data directory. It is unpacked beside, compared with its manifest, looked
 * through, brought to this program's schema and on the disk before anything that was there is touched.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const { data, addon, force } = options
  prepareDirectory(data)
  const lock = takeLock(data, addon)
  try {
    const present = strangers(data)
    if (present.length > 0 && !force)
      throw new Refused(
        `${data} is not empty: ${present.slice(0, 5).join(', ')}. Choose an empty --data, or say --force to put aside the database and key that are there.`,
      )
    forgetStagings(data)
    const staging = mkdtempSync(join(data, stagingPrefix))
    try {
      const manifest = await fill(staging, options)
      const migrated = prepare(join(staging, 'kaiten.db'), manifest, options)
      await syncDirectory(staging)
      return { manifest, migrated, aside: await putInPlace(data, staging, options.now) }
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  } finally {
    lock.release()
  }
}

const stagingPrefix = '.kaiten-restore-'

/** What lies in the directory and holds data, or belongs to somebody else. */
const strangers = (data: string): string[] => readdirSync(data).filter(name => !ours.test(name))

const ours = /^(kaiten\.(lock|sock|state|backups)(-journal|\.new)?|\.kaiten-.*|replaced-.*|lost\+found|.*\.node)$/

/** Unpacks into the staging directory, after a look at whether that can come to something. */
function fill(staging: string, { source, called, migrations, progress }: RestoreOptions): Promise<Manifest> {
  let total = 0
  const at = ({ schema, parts }: Manifest) => {
    refuseNewer(called, schema, migrations)
    total = parts.reduce((sum, { bytes }) => sum + bytes, 0)
    const { bavail, bsize } = statfsSync(staging)
    if (bavail * bsize < total * 1.1)
      throw new Refused(`${called} takes ${sizeText(total)} unpacked, and ${sizeText(bavail * bsize)} are free there.`)
  }
  const passed = (done: number) => progress?.({ phase: 'unpacking', done, total })
  return unpack(source, { called, folder: staging, at, passed })
}

/** Looks through the database and brings it to this program's schema, so that what cannot be served is not restored. */
function prepare(file: string, { schema }: Manifest, options: RestoreOptions): Migrated {
  const { called, addon, migrations, now, progress } = options
  progress?.({ phase: 'checking', done: 0, total: 0 })
  if (!existsSync(file)) throw new Refused(`${called} holds no database.`)
  const damage = damageOf(file, addon)
  if (damage.length > 0) throw new Refused(`The database in ${called} is damaged: ${damage.join('; ')}.`)
  const { schema: found } = aboutDatabase(file, addon)
  if (found !== schema)
    throw new Refused(`The database in ${called} has schema version ${found}, its manifest says ${schema}.`)
  const connection = openWriter(file, addon)
  try {
    const migrated = migrate(connection, file, migrations, { isCopy: true })
    connection.database.transaction(() => {
      for (const statement of beyondThePast(now)) connection.run(statement)
      for (const table of tablesToEmpty) if (connection.find(hasTable(table))) connection.run(emptied(table))
    })()
    return migrated
  } finally {
    // The last connection takes the log with it.
    connection.close()
  }
}

/**
 * From the first rename to the last the directory is half old and half new. The name that the staging directory has
 * meanwhile keeps every program from opening it; see refuseUnfit.
 */
async function putInPlace(data: string, staging: string, now: number): Promise<string | undefined> {
  const ready = restoring(data)
  rmSync(ready, { recursive: true, force: true })
  renameSync(staging, ready)
  await syncDirectory(data)
  const brings = partNames.filter(name => existsSync(join(ready, name)))
  const aside = await putAside(data, brings.includes('kaiten.key'), now)
  for (const name of brings) {
    chmodSync(join(ready, name), 0o600)
    renameSync(join(ready, name), join(data, name))
  }
  if (process.getuid?.() === 0) giveToOwner(data, [...brings, 'kaiten.lock'])
  rmSync(join(data, 'kaiten.state'), { force: true })
  await syncDirectory(data)
  rmSync(ready, { recursive: true })
  await syncDirectory(data)
  return aside
}

/** The database with its log and its snapshots, and the key where the backup brings one: nothing is deleted. */
async function putAside(data: string, withKey: boolean, now: number): Promise<string | undefined> {
  const replaced = readdirSync(data).filter(
    name => /^kaiten\.db(-wal|-shm|\.before-\d+)?$/.test(name) || (withKey && name === 'kaiten.key'),
  )
  if (replaced.length === 0) return undefined
  const aside = join(data, `replaced-${new Date(now).toISOString().replaceAll(':', '')}`)
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const name of replaced) renameSync(join(data, name), join(aside, name))
  await syncDirectory(aside)
  return aside
}

/** Restored by root, the files are of use to the server only if they belong to the user whose directory it is. */
function giveToOwner(data: string, names: string[]): void {
  const { uid, gid } = statSync(data)
  for (const name of names) lchownSync(join(data, name), uid, gid)
}

/** What a killed restore left behind. */
function forgetStagings(data: string): void {
  for (const name of readdirSync(data))
    if (name.startsWith(stagingPrefix)) rmSync(join(data, name), { recursive: true, force: true })
}
