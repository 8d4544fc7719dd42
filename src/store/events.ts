import { type SqlBool, sql } from 'kysely'
import type { EventName, EventView } from '../domain/event.ts'
import type { Source } from './pages.ts'
import { compilable, q, query } from './query.ts'

export interface EventFilters {
  eventName?: EventName | undefined
  /** Any of these. */
  eventNames?: readonly EventName[] | undefined
  /** A part of who made them, as they are kept. */
  actor?: string | undefined
  after?: number | undefined
  before?: number | undefined
}

/**
 * The organization's changes. Without a filter, by names, and by the actors that `actor` means where those are given, an
 * index gives them in order; other filters scan.
 */
export function eventsOf(organization: string, filters: EventFilters, actors?: readonly string[]): Source<EventView> {
  const { eventName, eventNames, actor, after, before } = filters
  const names = eventName === undefined ? eventNames : [eventName]
  let rows = events.where('organizationId', '=', organization)
  if (actors) rows = inRanges(organization, 'actor', actors)
  else if (names) rows = inRanges(organization, 'eventName', names)
  if (actors && names) rows = rows.where(sql<SqlBool>`+"eventName" in (${sql.join(names)})`)
  if (actor && !actors) rows = rows.where(({ eb, fn, val }) => eb(fn('instr', ['actor', val(actor)]), '>', 0 as never))
  if (after !== undefined) rows = rows.where('occurredAt', '>=', after)
  if (before !== undefined) rows = rows.where('occurredAt', '<=', before)
  return {
    list: 'events',
    table: 'outbox_events',
    rows,
    columns: { name: 'id', createdAt: 'id', updatedAt: 'id' },
    searched: ['data', 'eventName'],
    filters: { ...filters },
    scans: Boolean(actor && (names || !actors)) || after !== undefined || before !== undefined,
  }
}

const columns = ['id', 'eventName', 'eventType', 'subjectId', 'data', 'actor', 'occurredAt'] as const
const events = q.selectFrom('outbox_events').select(columns)

/** A range of the index for each value: SQLite puts them together in order, as far as somebody reads. */
function inRanges(
  organization: string,
  column: 'eventName' | 'actor',
  [first = '', ...others]: readonly string[],
): typeof events {
  const range = (value: string) =>
    events.where('organizationId', '=', organization).where(sql.ref(column), '=', value as never)
  const all = others.reduce((union, value) => union.unionAll(range(value)), range(first))
  return q.selectFrom(all.as('outbox_events')).selectAll() as unknown as typeof events
}

/** Everybody who changed something and whose text has the part: each is found behind the one before, in the index. */
export const actorsLike = query((p: { organization: string; part: string; limit: number }) =>
  compilable(sql<{ text: string }>`
    with recursive known ("text") as (
      select (select min("actor") from outbox_events where "organizationId" = ${p.organization})
      union all
      select (select min("actor") from outbox_events
        where "organizationId" = ${p.organization} and "actor" > known."text")
      from known where known."text" is not null)
    select "text" from known where instr("text", ${p.part}) > 0 limit ${p.limit}`),
)

export const eventById = query((p: { organization: string; id: number }) =>
  q.selectFrom('outbox_events').select(columns).where('organizationId', '=', p.organization).where('id', '=', p.id),
)

/**
 * What the objects of some events were before: the data of the newest earlier event of the same object, where that is the
 * revision just before. Other events of it, such as deployments to a zone, carry other data and no revision. `ids` is a
 * JSON list. The pluses keep SQLite off the organization's index, in which it would look at all there are.
 */
export const dataBefore = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom(sql<{ value: number }>`json_each(${p.ids})`.as('listed'))
    .innerJoin('outbox_events as changed', 'changed.id', 'listed.value')
    .innerJoin(
      'outbox_events as earlier',
      'earlier.id',
      sql`(
      select "id" from outbox_events as "candidate"
      where "candidate"."subjectId" = "changed"."subjectId" and "candidate"."id" < "changed"."id"
        and +"candidate"."organizationId" = "changed"."organizationId"
        and json_extract("candidate"."data", '$.id') = "changed"."subjectId"
        and json_extract("candidate"."data", '$.revision') = json_extract("changed"."data", '$.revision') - 1
      order by "candidate"."id" desc limit 1)` as never,
    )
    .select(['changed.id', 'earlier.data'])
    .where(sql<string>`+"changed"."organizationId"`, '=', p.organization),
)
