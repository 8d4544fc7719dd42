import { readdirSync, rmSync, statfsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { sizeText } from '../domain/size.ts'
import type { Connection } from './sqlite.ts'

/** Thrown with a sentence for the operator: nothing was changed. */
export class CannotOpen extends Error {
  /** Another process holds the data directory. */
  readonly held: boolean
  constructor(message: string, { held = false } = {}) {
    super(message)
    this.held = held
  }
}

/** The error as a sentence for the operator. */
export const cannot = (what: string, error: unknown): CannotOpen =>
  error instanceof CannotOpen ? error : new CannotOpen(`${what}: ${error instanceof Error ? error.message : error}`)

/**
 * Brings the schema forward, one transaction per step, after a snapshot of a database that holds something. A database
 * newer than the program is refused: only the program that made it knows what it means. A copy needs no snapshot.
 */
export function migrate(
  connection: Connection,
  file: string,
  migrations: readonly string[],
  { isCopy = false } = {},
): Migrated {
  const from = Number(connection.pragma('user_version'))
  refuseNewer(`The database ${file}`, from, migrations)
  const takesSnapshot = from > 0 && from < migrations.length && !isCopy
  if (takesSnapshot) snapshot(connection, file, from)
  for (let version = from; version < migrations.length; version++) step(connection, file, migrations, version)
  return { from, to: migrations.length, ...(takesSnapshot && { snapshot: snapshotOf(file, from) }) }
}

/** What a migration did, or would do. */
export interface Migrated {
  from: number
  to: number
  /** Where the database is kept as it was before. */
  snapshot?: string
}

export const snapshotOf = (file: string, version: number): string => `${file}.before-${version}`

export function refuseNewer(what: string, version: number, migrations: readonly string[]): void {
  if (version > migrations.length)
    throw new CannotOpen(
      `${what} has schema version ${version}, this program knows ${migrations.length}. Use the newer program, or restore a backup made before it.`,
    )
}

function step(connection: Connection, file: string, migrations: readonly string[], version: number): void {
  try {
    connection.database.transaction(() => {
      connection.exec(migrations[version] as string)
      connection.exec(`pragma user_version = ${version + 1}`)
    })()
  } catch (error) {
    throw new CannotOpen(
      `The database ${file} could not be brought from schema version ${version} to ${version + 1} and is still at ${version}: ${error instanceof Error ? error.message : error}`,
    )
  }
}

/** `kaiten.db.before-N`: the whole database as it was at version N. The last two are kept. */
function snapshot(connection: Connection, file: string, version: number): void {
  const target = snapshotOf(file, version)
  const { bavail, bsize } = statfsSync(dirname(file))
  // After an unclean stop a part of it may still be in the log.
  const size = Number(connection.pragma('page_count')) * Number(connection.pragma('page_size'))
  if (bavail * bsize < size * 1.2)
    throw new CannotOpen(
      `Before migrating, ${sizeText(size)} are copied to ${target}, and ${sizeText(bavail * bsize)} are free there.`,
    )
  rmSync(target, { force: true })
  connection.database.prepare('vacuum into ?').run(target)
  const prefix = `${basename(file)}.before-`
  const versions = readdirSync(dirname(file))
    .filter(name => name.startsWith(prefix))
    .map(name => Number(name.slice(prefix.length)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a)
  for (const old of versions.slice(2)) rmSync(join(dirname(file), `${prefix}${old}`))
}
