import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
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

/**
 * Brings the schema forward, one transaction per step, after a snapshot of a database that holds something. A database
 * newer than the program is refused: only the program that made it knows what it means.
 */
export function migrate(connection: Connection, file: string, migrations: readonly string[]): void {
  const from = Number(connection.pragma('user_version'))
  if (from > migrations.length)
    throw new CannotOpen(
      `The database ${file} has schema version ${from}, this program knows ${migrations.length}. Use the newer program, or restore a backup made before it.`,
    )
  if (from > 0 && from < migrations.length) snapshot(connection, file, from)
  for (let version = from; version < migrations.length; version++) step(connection, file, migrations, version)
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
  const target = `${file}.before-${version}`
  const { bavail, bsize } = statfsSync(dirname(file))
  const { size } = statSync(file)
  if (bavail * bsize < size * 1.2)
    throw new CannotOpen(`Before migrating, ${size} bytes are copied to ${target}, and the disk has too little room.`)
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
