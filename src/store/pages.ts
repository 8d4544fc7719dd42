import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import {
  countedAtMost,
  cursorFor,
  type ListIdentity,
  type ListQuery,
  type Page,
  type Position,
  positionOf,
  type Sort,
} from '../domain/list.ts'
import { raw, type Statement, statement } from './query.ts'
import type { Tables } from './tables.ts'

/** A list that can be paged: what its rows are, and which columns it may be ordered and searched by. */
export interface Source<Row> {
  list: string
  /** The table (or alias) that sort and search columns belong to. */
  table: string
  rows: SelectQueryBuilder<Tables, never, Row>
  /** Column per sort word, where it is not the word itself. */
  columns?: { name?: string; createdAt?: string; updatedAt?: string }
  /** What breaks ties, where the table has no id. */
  id?: string
  /** Columns of the table, or `joined.column` of what is joined to it. */
  searched?: readonly string[]
  /** What the cursor is bound to beside list and order. */
  filters: Record<string, unknown>
  /** True when no index bounds the rows: they are read in the read thread then. */
  scans?: boolean
  /** What else belongs to the rows of a page, called as the table is: looked up for them alone where that is dear. */
  details?: (page: Expression<unknown>) => SelectQueryBuilder<Tables, never, object>
  /** The keys of the next rows of an order that no index has, where there is a way to them without sorting all. */
  walked?: (walk: Walk) => SelectQueryBuilder<Tables, never, object> | undefined
  /** A feed gives a cursor with every page that has rows, to go on from when there are more one day. */
  feed?: boolean
}

/** From where to look for the rows of a page, and for how many. */
export interface Walk {
  sort: Sort
  /** Of the last row of the page before. */
  last: Position | undefined
  limit: number
}

export interface PageQueries<Row> {
  /** These two are compiled when they are asked for. */
  readonly rows: Statement<Row>
  readonly total: Statement<{ counted: number }>
  scans: boolean
  page: (rows: Row[], counted: number) => Page<Row>
  /** The cursor that goes on behind a row. */
  cursorAfter: (row: object) => string
}

/**
 * The two queries of a page and how its answer is put together. Pages go on by key, so the last page costs what the
 * first does; totals stop counting at 10,000.
 */
export function pageOf<Row extends object>(source: Source<Row>, query: ListQuery): PageQueries<Row> {
  const { limit, q: text, sort, cursor } = query
  const identity: ListIdentity = { list: source.list, sort, filters: { ...source.filters, q: text } }
  const matching = text ? source.rows.where(contains(source, text)) : source.rows
  const cursorAfter = (row: object) => {
    const { [sortColumn(source, sort)]: value = '', [source.id ?? 'id']: id = '' } = row as Record<
      string,
      string | number
    >
    return cursorFor(identity, { value, id })
  }
  return {
    get rows() {
      const last = cursor === undefined ? undefined : positionOf(identity, cursor)
      const walked = text ? undefined : source.walked?.({ sort, last, limit: limit + 1 })
      const found = (walked as typeof matching | undefined) ?? beyond(matching, source, sort, last)
      return statement(detailed(ordered(found, source, query).limit(limit + 1), source, query))
    },
    get total() {
      return countOf(matching)
    },
    scans: source.scans === true || Boolean(text),
    cursorAfter,
    page: (found, counted) => {
      const items = found.slice(0, limit)
      const last = items.at(-1)
      const hasMore = found.length > limit
      return {
        items,
        total: Math.min(counted, countedAtMost),
        ...(counted > countedAtMost && { totalIsLowerBound: true as const }),
        hasMore,
        ...(last && (hasMore || source.feed) && { nextCursor: cursorAfter(last) }),
      }
    },
  }
}

function sortColumn({ columns }: Pick<Source<unknown>, 'columns'>, sort: string): string {
  const word = sort.replace('-', '') as 'name' | 'createdAt' | 'updatedAt'
  return columns?.[word] ?? word
}

function detailed<Row>(page: SelectQueryBuilder<Tables, never, Row>, source: Source<Row>, query: ListQuery) {
  // Whatever it looks up beside them, it gives the rows of the page.
  return source.details ? ordered(source.details(page) as typeof page, source, query) : page
}

/** The two columns that a list is ordered by. */
const orderOf = <Row>(source: Source<Row>, sort: string) => ({
  order: sql.ref(`${source.table}.${sortColumn(source, sort)}`),
  id: sql.ref(`${source.table}.${source.id ?? 'id'}`),
})

function beyond<Row>(
  matching: SelectQueryBuilder<Tables, never, Row>,
  source: Source<Row>,
  sort: Sort,
  last: Position | undefined,
) {
  if (last === undefined) return matching
  const { order, id } = orderOf(source, sort)
  const further = sort.startsWith('-') ? sql`<` : sql`>`
  return matching.where(sql<SqlBool>`(${order}, ${id}) ${further} (${last.value}, ${last.id})`)
}

function ordered<Row>(rows: SelectQueryBuilder<Tables, never, Row>, source: Source<Row>, { sort }: ListQuery) {
  const { order, id } = orderOf(source, sort)
  const direction = sort.startsWith('-') ? 'desc' : 'asc'
  return rows.orderBy(order as never, direction).orderBy(id as never, direction)
}

function countOf<Row>(matching: SelectQueryBuilder<Tables, never, Row>): Statement<{ counted: number }> {
  const upTo = matching
    .clearSelect()
    .select(sql<number>`1`.as('one'))
    .limit(countedAtMost + 1)
  return raw(sql<{ counted: number }>`select count(*) as "counted" from (${upTo}) as "counted"`)
}

function contains<Row>({ table, searched = ['name', 'slug'] }: Source<Row>, text: string): Expression<SqlBool> {
  const patterns = spellingsOf(text).map(each => `%${each.replace(/[\\%_]/g, found => `\\${found}`)}%`)
  const places = searched.map(column => sql.ref(column.includes('.') ? column : `${table}.${column}`))
  const each = places.flatMap(place => patterns.map(pattern => sql<SqlBool>`${place} like ${pattern} escape '\\'`))
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`
}

/** SQLite's `like` takes A to Z in either case for the same, but no other letters: they are asked for as they are written. */
function spellingsOf(text: string): string[] {
  if (!/[^\0-\x7f]/.test(text)) return [text]
  const [first = '', ...rest] = text.toLowerCase()
  return [...new Set([text, text.toLowerCase(), text.toUpperCase(), first.toUpperCase() + rest.join('')])]
}
