import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import type { Query, Statement } from '../store/query.ts'
import { booleanColumns, jsonColumns } from '../store/tables.ts'
import { loadAddon } from './addon.ts'
import { searchFunctions } from './search.ts'

/** What runs queries: `one` row that must be there, `find` one or undefined, `all`, or `run` for the number of changed rows. */
export interface Runs {
  one<Row>(query: Statement<Row>): Row
  one<P, Row>(query: Query<P, Row>, values: P): Row
  find<Row>(query: Statement<Row>): Row | undefined
  find<P, Row>(query: Query<P, Row>, values: P): Row | undefined
  all<Row>(query: Statement<Row>): Row[]
  all<P, Row>(query: Query<P, Row>, values: P): Row[]
  run<Row>(query: Statement<Row>): number
  run<P, Row>(query: Query<P, Row>, values: P): number
}

type Prepared = { statement: Database.Statement<unknown[], Row>; writes: boolean; decode: Decoder[] }
type Row = Record<string, unknown>
type Decoder = { column: string; read: (stored: unknown) => unknown }

/** The oldest SQLite without the WAL-reset corruption bug. */
const oldestSqlite = '3.51.3'
const mostStatements = 2000

/**
 * One connection with its prepared statements. Statements are kept by their SQL, so a query compiled once costs its
 * run and nothing else. Booleans and JSON are turned here, by the column lists of store/tables.ts.
 */
export class Connection implements Runs {
  readonly database: Database.Database
  /** How many statements ran that may have changed something: `insert … returning` is one, read by whichever call. */
  writes = 0
  private readonly prepared = new Map<string, Prepared>()

  /** `addon` is the one path from which all threads load SQLite: two copies would not see each other's file locks. */
  constructor(file: string, { addon, readonly }: { addon: string; readonly: boolean }) {
    this.database = new Database(file, { readonly, nativeBinding: loadAddon(addon), timeout: 5000 })
    refuseOldSqlite(String(this.database.prepare('select sqlite_version()').pluck().get()))
    this.exec('pragma trusted_schema = off; pragma temp_store = memory; pragma cache_size = -65536')
  }

  one<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Row {
    const row = this.find(query as Query<P, Row>, values as P)
    if (row === undefined) throw new Error(`This query must find a row: ${query.sql}`)
    return row
  }

  find<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Row | undefined {
    const { statement, decode } = this.ready(query.sql)
    const row = statement.get(...encoded(query, values))
    if (row) for (const { column, read } of decode) row[column] = read(row[column])
    return row as Row | undefined
  }

  all<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Row[] {
    const { statement, decode } = this.ready(query.sql)
    const rows = statement.all(...encoded(query, values))
    for (const { column, read } of decode) for (const row of rows) row[column] = read(row[column])
    return rows as Row[]
  }

  run<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): number {
    return this.ready(query.sql).statement.run(...encoded(query, values)).changes
  }

  exec(sql: string): void {
    this.database.exec(sql)
  }

  pragma(text: string): unknown {
    return this.database.pragma(text, { simple: true })
  }

  close(): void {
    this.database.close()
  }

  /** The statement, about to run. */
  private ready(sql: string): Prepared {
    const prepared = this.prepared.get(sql) ?? this.prepare(sql)
    if (prepared.writes) this.writes++
    return prepared
  }

  private prepare(sql: string): Prepared {
    if (this.prepared.size >= mostStatements) this.prepared.clear()
    const statement = this.database.prepare<unknown[], Row>(sql)
    const prepared = { statement, writes: !statement.readonly, decode: statement.reader ? decodersOf(statement) : [] }
    this.prepared.set(sql, prepared)
    return prepared
  }
}

const decodersOf = (statement: Database.Statement): Decoder[] =>
  statement
    .columns()
    .filter(({ name }) => booleanColumns.has(name) || jsonColumns.has(name))
    .map(({ name }) => ({ column: name, read: booleanColumns.has(name) ? readBoolean : readJson }))

const readBoolean = (stored: unknown) => stored === 1
const readJson = (stored: unknown) => (typeof stored === 'string' ? JSON.parse(stored) : null)

function encoded<P, Row>(query: Query<P, Row> | Statement<Row>, values: P | undefined): unknown[] {
  const given = 'bind' in query ? query.bind(values as P) : query.parameters.slice()
  for (let at = 0; at < given.length; at++) given[at] = encode(given[at])
  return given
}

function encode(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

export const isFull = (error: unknown): boolean => error instanceof Database.SqliteError && error.code === 'SQLITE_FULL'

/** Is it the file itself that SQLite cannot make sense of? */
export const isDamaged = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(NOTADB|CORRUPT)/.test(error.code)

/** Throws for an SQLite older than the first without the bug. */
export function refuseOldSqlite(version: string): void {
  if (version.localeCompare(oldestSqlite, 'en', { numeric: true }) < 0)
    throw new Error(`SQLite ${version} can corrupt a database at a WAL reset; ${oldestSqlite} or newer is needed.`)
}

/** The one connection that writes. Refuses to go on unless commits are durable. */
export function openWriter(file: string, addon: string): Connection {
  const connection = new Connection(file, { addon, readonly: false })
  connection.exec('pragma journal_mode = wal')
  // A reopened WAL file starts at NORMAL, which loses the last commits when the machine loses power.
  connection.exec('pragma synchronous = full')
  if (connection.pragma('journal_mode') !== 'wal' || connection.pragma('synchronous') !== 2)
    throw new Error('The database cannot be written durably: WAL with synchronous=FULL was refused by the file system.')
  // Checkpoints run between batches, not inside somebody's commit.
  connection.exec('pragma foreign_keys = on; pragma wal_autocheckpoint = 0; pragma journal_size_limit = 67108864')
  return connection
}

export function openReader(file: string, addon: string): Connection {
  const connection = new Connection(file, { addon, readonly: true })
  for (const [name, run] of Object.entries(searchFunctions))
    connection.database.function(name, { deterministic: true }, run)
  return connection
}

/** The addon as its npm package ships it, for running from source. */
export function packagedAddon(): string {
  const root = dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json'))
  return join(root, 'prebuilds', `${process.platform}-${process.arch}.node`)
}
