import type { ListQuery, Page, Sort } from '../domain/list.ts'
import { type PageQueries, pageOf, type Source } from '../store/pages.ts'
import type { House } from './house.ts'

type Reading = Pick<House, 'read' | 'scan'>

/** Rows by key on the main thread, in order of an index; whatever has to look at more runs in the read thread. */
export async function readPage<Row extends object>(
  house: Reading,
  source: Source<Row>,
  query: ListQuery,
): Promise<Page<Row>> {
  const queries = pageOf(source, query)
  const [rows, total] = await counted(house, queries, query)
  return queries.page(rows, total)
}

/** A page of a list that people leaf through in both directions. */
export interface Leaf<Row> extends Page<Row> {
  /** The cursor of the page before, for `before`. */
  previousCursor?: string
}

/**
 * The same for people, who also go back: `before` gives the rows before a cursor. They are read from there in the other
 * order, so the page before costs what the next one does.
 */
export async function readLeaf<Row extends object>(
  house: Reading,
  source: Source<Row>,
  query: ListQuery & { before?: string | undefined },
): Promise<Leaf<Row>> {
  const { before, ...onward } = query
  const { cursor: _, ...rest } = query
  const backward: ListQuery = { ...rest, sort: opposite(query.sort), ...(before !== undefined && { cursor: before }) }
  // Either direction needs cursors of both: a cursor is bound to its order.
  const [ahead, back] = [pageOf(source, onward), pageOf(source, backward)]
  const [going, asked] = before === undefined ? [ahead, onward] : [back, backward]
  const [found, total] = await counted(house, going, asked)
  const { nextCursor: _next, ...page } = going.page(found, total)
  const items = before === undefined ? page.items : page.items.reverse()
  const [first, last] = [items[0], items.at(-1)]
  const hasNext = before === undefined ? page.hasMore : true
  const hasPrevious = before === undefined ? query.cursor !== undefined : page.hasMore
  return {
    ...page,
    items,
    hasMore: hasNext,
    ...(last && hasNext && { nextCursor: ahead.cursorAfter(last) }),
    ...(first && hasPrevious && { previousCursor: back.cursorAfter(first) }),
  }
}

const opposite = (sort: Sort): Sort => (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as Sort

/** The rows, one more than the page has where there are more, and how many there are in all. */
async function counted<Row>(
  house: Reading,
  queries: PageQueries<Row>,
  { cursor, limit }: ListQuery,
): Promise<[Row[], number]> {
  const rows = await rowsOf(house, queries)
  // What a first page has all of needs no count, which would look through everything once more.
  const isAll = cursor === undefined && rows.length <= limit
  return [rows, isAll ? rows.length : await totalOf(house, queries)]
}

const rowsOf = async <Row>({ read, scan }: Reading, { scans, rows }: PageQueries<Row>): Promise<Row[]> =>
  scans ? scan.all(rows) : read.all(rows)

const totalOf = async <Row>({ scan }: Reading, { total }: PageQueries<Row>): Promise<number> =>
  (await scan.all(total))[0]?.counted ?? 0
