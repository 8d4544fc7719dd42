import { z } from 'zod'
import {
  AuditEntry,
  type AuditView,
  auditEntryJson,
  auditEventTypes,
  finds,
  kindsMatching,
  textOf,
  wordsOf,
} from '../domain/audit.ts'
import { Moment, Reference } from '../domain/input.ts'
import { countedAtMost, cursorFor, ListQuery, positionOf } from '../domain/list.ts'
import { countIndexed, searchIndexed } from '../engine/search.ts'
import { type AuditFilter, auditCount, auditPage, searchMark, unindexed } from '../store/audit.ts'
import { lastArchival } from '../store/audit-retention.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { pageSchema } from './kinds.ts'
import { entitlementIn, instanceOf } from './lookups.ts'

export const AuditQuery = ListQuery.omit({ sort: true }).extend({
  eventName: z.enum(auditEventTypes).optional(),
  status: z.enum(['ACCEPTED', 'REJECTED']).optional(),
  entitlement: Reference.optional(),
  after: Moment.optional(),
  before: Moment.optional(),
  offset: z.coerce.number().int().min(0).max(10_000).default(0),
})
type AuditQuery = z.output<typeof AuditQuery>

export const auditTrails = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/instances/{instance}/audit-trails',
    summary: 'List what an instance read and reported, newest first',
    demand: 'read:instances',
    query: AuditQuery,
    status: 200,
    answers: pageSchema(AuditEntry).extend({
      archivedUntil: Moment.optional().meta({
        description: 'Entries up to this time are no longer here, but archived',
      }),
    }),
    handle: async ({ principal, at, query: asked }) => {
      const query = asked as AuditQuery
      const instance = instanceOf(house, principal, at.instance)
      const filter: AuditFilter = {
        organization: principal.organization,
        instance: instance.id,
        kinds: kindsMatching(query.eventName, query.status),
        entitlement: query.entitlement && entitlementIn(house, principal, query.entitlement, 'query.entitlement').id,
        after: query.after === undefined ? undefined : Date.parse(query.after),
        before: query.before === undefined ? undefined : Date.parse(query.before),
      }
      const archival = house.read.find(lastArchival, { organization: principal.organization })
      const page = await auditTrailPage(house, filter, query)
      return { body: archival ? { ...page, archivedUntil: archival.data.until } : page }
    },
  },
]

/** A page of the trail. Without a search it is a range of an index; a search runs in the read thread. */
export async function auditTrailPage(house: House, filter: AuditFilter, query: AuditQuery) {
  const { limit, cursor, q, offset } = query
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
    items: items.map(auditEntryJson),
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

async function inOrder(house: House, filter: AuditFilter, limit: number, offset: number): Promise<Found> {
  const page = auditPage(filter, limit, offset)
  const [rows, [total]] = await Promise.all([
    offset === 0 ? house.read.all(page) : house.scan.all(page),
    house.scan.all(auditCount(filter, countedAtMost + 1)),
  ])
  return { rows, counted: total?.counted ?? 0 }
}

/** The mark is read first: whatever is indexed meanwhile, each entry is looked for on exactly one side of it. */
async function searched(
  house: House,
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
