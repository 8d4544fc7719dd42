import { type AuditView, wordsOf } from '../domain/audit.ts'
import { countedAtMost, cursorFor, type Page, positionOf } from '../domain/list.ts'
import { countIndexed, lookBehind, lookThrough, searchIndexed } from '../engine/search.ts'
import { type AuditFilter, auditCount, auditEntries, auditPage, searchMark } from '../store/audit.ts'
import type { House } from './house.ts'

export interface TrailQuery {
  limit: number
  cursor?: string | undefined
  q?: string | undefined
  offset?: number | undefined
}

type Reading = Pick<House, 'read' | 'scan'>

/** A page of the trail. Without a search it is a range of an index; a search runs in the read thread. */
export async function auditTrailPage(house: Reading, filter: AuditFilter, query: TrailQuery): Promise<Page<AuditView>> {
  const { limit, cursor, q, offset = 0 } = query
  const { organization: _, beyond: __, ...filters } = filter
  const identity = { list: 'audit-trails', sort: '-occurredAt', filters: { ...filters, q } }
  const last = cursor === undefined ? undefined : positionOf(identity, cursor)
  const beyond = last && { occurredAt: Number(last.value), id: Number(last.id) }
  const found: Found = await (filter.kinds.length === 0
    ? { rows: [], counted: 0 }
    : q
      ? searched(house, { ...filter, beyond }, wordsOf(q), limit + 1, offset)
      : inOrder(house, { ...filter, beyond }, limit + 1, offset))
  const items = found.rows.slice(0, limit)
  const end = items.at(-1)
  const hasMore = found.rows.length > limit
  return {
    items,
    total: Math.min(found.counted, countedAtMost),
    ...((found.isLowerBound || found.counted > countedAtMost) && { totalIsLowerBound: true as const }),
    hasMore,
    ...(hasMore && end && { nextCursor: cursorFor(identity, { value: end.occurredAt, id: end.id }) }),
  }
}

interface Found {
  rows: AuditView[]
  counted: number
  /** There are at least so many. */
  isLowerBound?: boolean
}

async function inOrder(house: Reading, filter: AuditFilter, limit: number, offset: number): Promise<Found> {
  const page = auditPage(filter, limit, offset)
  const [rows, [total]] = await Promise.all([
    offset === 0 ? house.read.all(page) : house.scan.all(page),
    house.scan.all(auditCount(filter, countedAtMost + 1)),
  ])
  return { rows, counted: total?.counted ?? 0 }
}

/** So many of the newest entries are looked through before the index is asked. */
const lookedThrough = 500

/**
 * A search looks through the newest entries first. What they fill the page with needs no index; and a word that they are
 * full of is one whose entries the index would have to put together, all of them at each search, since words are searched
 * by their beginning. The others are few enough for it.
 */
async function searched(
  house: Reading,
  filter: AuditFilter,
  words: string[],
  limit: number,
  offset: number,
): Promise<Found> {
  if (words.length === 0) return { rows: [], counted: 0 }
  // Of all pages alike, so that they tell the same number.
  const newest = await lookedAt(house, { ...filter, beyond: undefined }, words)
  const [rows, counted] = await Promise.all([
    foundRows(house, filter, words, { limit, offset, newest }),
    newest.isAll ? newest.ids.length : newest.ids.length >= limit ? undefined : countFound(house, filter, words),
  ])
  return { rows, ...(counted === undefined ? { counted: newest.ids.length, isLowerBound: true } : { counted }) }
}

interface Looked {
  /** Of those that hold the words. */
  ids: number[]
  /** Were there no more to look through? */
  isAll: boolean
}

async function lookedAt({ scan }: Reading, filter: AuditFilter, words: string[]): Promise<Looked> {
  const looked = await scan.all(lookThrough(filter, words, lookedThrough))
  return { ids: looked.filter(({ found }) => found).map(({ id }) => id), isAll: looked.length < lookedThrough }
}

async function foundRows(
  house: Reading,
  filter: AuditFilter,
  words: string[],
  { limit, offset, newest }: { limit: number; offset: number; newest: Looked },
): Promise<AuditView[]> {
  const { ids, isAll } = filter.beyond ? await lookedAt(house, filter, words) : newest
  if (!isAll && ids.length < limit + offset) return indexedRows(house, filter, words, limit, offset)
  return house.read.all(auditEntries(filter.organization, ids.slice(offset, offset + limit)))
}

/** The mark is read first: whatever is indexed meanwhile, each entry is looked for on exactly one side of it. */
async function indexedRows(
  { read, scan }: Reading,
  filter: AuditFilter,
  words: string[],
  limit: number,
  offset: number,
): Promise<AuditView[]> {
  const { mark } = read.one(searchMark, {})
  const below = filter.beyond?.id
  const behind = await scan.all(lookBehind(filter, words, mark))
  const recent = (below === undefined ? behind : behind.filter(({ id }) => id < below)).map(({ id }) => id)
  const range = { mark, below, offset: Math.max(0, offset - recent.length) }
  const shown = recent.slice(offset, offset + limit)
  const indexed = await scan.all(searchIndexed(filter, words, { ...range, limit: limit - shown.length }))
  return [...read.all(auditEntries(filter.organization, shown)), ...indexed]
}

async function countFound({ read, scan }: Reading, filter: AuditFilter, words: string[]): Promise<number> {
  const { mark } = read.one(searchMark, {})
  const [behind, [total]] = await Promise.all([
    scan.all(lookBehind(filter, words, mark)),
    scan.all(countIndexed(filter, words, mark, countedAtMost + 1)),
  ])
  return behind.length + (total?.counted ?? 0)
}
