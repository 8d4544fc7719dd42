import { type AuditView, finds, textOf, wordsOf } from '../domain/audit.ts'
import { countedAtMost, cursorFor, type Page, positionOf } from '../domain/list.ts'
import { countIndexed, searchIndexed } from '../engine/search.ts'
import { type AuditFilter, auditCount, auditPage, searchMark, unindexed } from '../store/audit.ts'
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
  const found = await (filter.kinds.length === 0
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
    ...(found.counted > countedAtMost && { totalIsLowerBound: true as const }),
    hasMore,
    ...(hasMore && end && { nextCursor: cursorFor(identity, { value: end.occurredAt, id: end.id }) }),
  }
}

interface Found {
  rows: AuditView[]
  counted: number
}

async function inOrder(house: Reading, filter: AuditFilter, limit: number, offset: number): Promise<Found> {
  const page = auditPage(filter, limit, offset)
  const [rows, [total]] = await Promise.all([
    offset === 0 ? house.read.all(page) : house.scan.all(page),
    house.scan.all(auditCount(filter, countedAtMost + 1)),
  ])
  return { rows, counted: total?.counted ?? 0 }
}

/** The mark is read first: whatever is indexed meanwhile, each entry is looked for on exactly one side of it. */
async function searched(
  house: Reading,
  filter: AuditFilter,
  words: string[],
  limit: number,
  offset: number,
): Promise<Found> {
  if (words.length === 0) return { rows: [], counted: 0 }
  const { mark } = house.read.one(searchMark, {})
  const below = filter.beyond?.id
  const [tail, [total]] = await Promise.all([
    house.scan.all(unindexed(filter, mark)),
    house.scan.all(countIndexed(filter, words, mark, countedAtMost + 1)),
  ])
  const matching = tail.filter(entry => finds(words, textOf(entry)))
  const recent = below === undefined ? matching : matching.filter(({ id }) => id < below)
  const counted = matching.length + (total?.counted ?? 0)
  const range = {
    mark,
    below,
    limit: Math.max(0, limit + offset - recent.length),
    offset: Math.max(0, offset - recent.length),
  }
  const indexed = await house.scan.all(searchIndexed(filter, words, { ...range, limit: range.limit - range.offset }))
  return { rows: [...recent.slice(offset), ...indexed].slice(0, limit), counted }
}
