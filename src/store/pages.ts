import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { countedAtMost, cursorFor, type ListIdentity, type ListQuery, type Page, positionOf } from '../domain/list.ts'
import { q, type Statement, statement } from './query.ts'
import type { Tables } from './tables.ts'

/** A list that can be paged: what its rows are, and which columns it may be ordered and searched by. */
export interface Source<Row> {
  list: string
  /** The table (or alias) that sort and search columns belong to. */
  table: string
  rows: SelectQueryBuilder<Tables, never, Row>
  /** Column per sort word; a word that is missing falls back to creation. */
  columns?: { name?: string; createdAt?: string; updatedAt?: string }
  searched?: readonly string[]
  /** What the cursor is bound to beside list and order. */
  filters: Record<string, unknown>
  /** True when no index bounds the rows: they are read in the read thread then. */
  scans?: boolean
}

export interface PageQueries<Row> {
  rows: Statement<Row>
  total: Statement<{ counted: number }>
  scans: boolean
  page: (rows: Row[], counted: number) => Page<Row>
}

type AnyColumn = never

/**
 * The two queries of a page and how its answer is put together. Pages go on by key, so the last page costs what the
 * first does; totals stop counting at 10,000.
 */
export function pageOf<Row extends object>(source: Source<Row>, query: ListQuery): PageQueries<Row> {
  const { limit, q: text, sort, cursor } = query
  const identity: ListIdentity = { list: source.list, sort, filters: { ...source.filters, q: text } }
  const descending = sort.startsWith('-')
  const word = sort.replace('-', '') as 'name' | 'createdAt' | 'updatedAt'
  const columns = { name: 'name', createdAt: 'createdAt', updatedAt: 'updatedAt', ...source.columns }
  const sortColumn = columns[word]
  const order = sql.ref(`${source.table}.${sortColumn}`)
  const id = sql.ref(`${source.table}.id`)

  let matching = source.rows
  if (text) matching = matching.where(contains(source, text))
  let rows = matching
  if (cursor) {
    const last = positionOf(identity, cursor)
    const beyond = descending ? sql`<` : sql`>`
    rows = rows.where(sql<SqlBool>`(${order}, ${id}) ${beyond} (${last.value}, ${last.id})`)
  }
  const direction = descending ? 'desc' : 'asc'
  return {
    rows: statement(
      rows
        .orderBy(order as AnyColumn, direction)
        .orderBy(id as AnyColumn, direction)
        .limit(limit + 1),
    ),
    total: statement(countOf(matching)),
    scans: source.scans === true || Boolean(text),
    page: (found, counted) => {
      const items = found.slice(0, limit)
      const last = items.at(-1) as Record<string, string | number> | undefined
      const hasMore = found.length > limit
      return {
        items,
        total: Math.min(counted, countedAtMost),
        ...(counted > countedAtMost && { totalIsLowerBound: true as const }),
        hasMore,
        ...(hasMore &&
          last && {
            nextCursor: cursorFor(identity, { value: last[sortColumn] ?? '', id: last.id ?? '' }),
          }),
      }
    },
  }
}

const countOf = <Row>(matching: SelectQueryBuilder<Tables, never, Row>) => {
  const upTo = matching
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(countedAtMost + 1)
  return {
    compile: () => sql<{ counted: number }>`select count(*) as "counted" from (${upTo}) as "counted"`.compile(q),
  }
}

function contains<Row>({ table, searched = ['name', 'slug'] }: Source<Row>, text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, found => `\\${found}`)}%`
  const each = searched.map(column => sql<SqlBool>`lower(${sql.ref(`${table}.${column}`)}) like ${pattern} escape '\\'`)
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`
}
