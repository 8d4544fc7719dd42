import {
  type Compilable,
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from './tables.ts'

/** Builds queries and runs none: there is no driver behind it. */
export const q = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

/** A query with its values, ready to run. Row exists for the compiler only. */
export interface Statement<Row> {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly row?: Row
}

/** A query compiled once, at its first use, whose values are put in at each run. */
export interface Query<P, Row> {
  readonly sql: string
  /** A list of its own for each run. */
  bind(values: P): unknown[]
  readonly row?: Row
}

/** The row type of a compiled query. */
export type RowOf<Q> = Q extends Query<infer _P, infer Row> ? Row : never

/**
 * SQLite is built here with statistics on values (STAT4), so that a statement is planned anew at each run whose bound
 * values could change the plan: 8 to 28 µs, where the run itself takes one. A value behind a scalar subquery is not looked
 * at, and the plan made first stays.
 */
const plannedOnce = (sql: string): string =>
  sql.startsWith('insert') ? sql : sql.replace(/ (=|<|>|<=|>=|limit|offset) \?/g, ' $1 (select ?)')

class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const slots = new Proxy({}, { get: (_, name) => new Slot(String(name)) })

/**
 * Compiles a query once: `build` is called with a slot in place of each value. Slots stand for values only, never for
 * names or lists; lists of varying length go through json_each.
 *
 *     const customerById = query((p: { organization: string; id: string }) =>
 *       q.selectFrom('customers').selectAll().where('organizationId', '=', p.organization).where('id', '=', p.id))
 */
export function query<P, Row>(build: (values: P) => Compilable<Row>): Query<P, Row> {
  // At the first use: a thread, and a command, uses few of all there are, and each would compile them for 40 ms.
  let compiled: Compiled<P> | undefined
  const once = () => {
    compiled ??= compile(build)
    return compiled
  }
  return {
    get sql() {
      return once().sql
    },
    bind: values => {
      const { parameters, names } = once()
      const given = parameters.slice()
      for (let at = 0; at < names.length; at++) {
        const name = names[at]
        if (name !== undefined) given[at] = values[name]
      }
      return given
    },
  }
}

interface Compiled<P> {
  sql: string
  parameters: readonly unknown[]
  /** The value's name for each parameter that is one. */
  names: readonly (keyof P | undefined)[]
}

function compile<P>(build: (values: P) => Compilable<unknown>): Compiled<P> {
  // The slots pass for values while the query is built; their names are read back from the compiled parameters.
  const { sql, parameters } = build(slots as P).compile()
  const names = parameters.map(parameter => (parameter instanceof Slot ? (parameter.name as keyof P) : undefined))
  return { sql: plannedOnce(sql), parameters, names }
}

/** A compiled query with its values put in, for whoever runs statements. */
export const bound = <P, Row>(query: Query<P, Row>, values: P): Statement<Row> => ({
  sql: query.sql,
  parameters: query.bind(values),
})

/** Builds and compiles at each use (6–20 µs): for lists whose filters vary and for rows whose columns do. */
export function statement<Row>(compilable: Compilable<Row>): Statement<Row> {
  const { sql, parameters } = compilable.compile()
  return { sql: plannedOnce(sql), parameters }
}

/** SQL written out, for whoever compiles. */
export const compilable = <Row>(sql: RawBuilder<Row>): Compilable<Row> => ({ compile: () => sql.compile(q) })

/** The same for SQL written out. */
export const raw = <Row>(sql: RawBuilder<Row>): Statement<Row> => statement(compilable(sql))

/**
 * Inserts a row, or `together` rows by one statement: what SQLite does once for each statement is a third of a row's cost.
 * Where one of several cannot be inserted, those before it stay until the transaction is rolled back, as a throw makes
 * sure: to be able to take back the statement alone, SQLite would copy each page that it touches.
 */
export interface Insertion<Row> extends Query<Row, unknown> {
  readonly several: Query<readonly Row[], unknown>
}

/** How many rows `several` of an insertion takes, no more and no less. */
export const together = 16

/** `insert into table (columns) …`, compiled once: for tables whose other columns the database fills. */
export function insertion<T extends keyof Tables, C extends keyof Tables[T] & string>(
  table: T,
  columns: readonly C[],
): Insertion<Pick<Tables[T], C>> {
  const into = (rows: number) =>
    query((row: Pick<Tables[T], C>) => {
      const values = Object.fromEntries(columns.map(column => [column, row[column]])) as unknown as Tables['customers']
      const insert = q.insertInto(table as 'customers').values(Array<Tables['customers']>(rows).fill(values))
      return rows === 1 ? insert : insert.orFail()
    })
  const [one, several] = [into(1), into(together)]
  return {
    get sql() {
      return one.sql
    },
    bind: one.bind,
    several: {
      get sql() {
        return several.sql
      },
      bind: rows => {
        const given: unknown[] = []
        for (const row of rows) for (const column of columns) given.push(row[column])
        return given
      },
    },
  }
}

// The three below serve any table. Kysely types a query for one table at a time, so they are written for customers and
// typed by the table they are given; names of tables and columns come from the callers' typed arguments alone.

/** `insert into table …` of a whole row. */
export const insertRow = <T extends keyof Tables>(table: T, row: Tables[T]): Statement<unknown> =>
  statement(q.insertInto(table as 'customers').values(row as Tables['customers']))

/** The tables whose rows have an id and belong to an organization. */
export type Owned = {
  [T in keyof Tables]: Tables[T] extends { id: string; organizationId: string } ? T : never
}[keyof Tables]
type Key = { id: string; organizationId: string }

/** `update table set …` of one row of the organization. */
export const updateRow = <T extends Owned>(table: T, key: Key, changes: Partial<Tables[T]>): Statement<unknown> =>
  statement(
    q
      .updateTable(table as 'customers')
      .set(changes as Partial<Tables['customers']>)
      .where('organizationId', '=', key.organizationId)
      .where('id', '=', key.id),
  )

/** `delete from table` of one row of the organization. */
export const deleteRow = (table: Owned, key: Key): Statement<unknown> =>
  statement(
    q
      .deleteFrom(table as 'customers')
      .where('organizationId', '=', key.organizationId)
      .where('id', '=', key.id),
  )
