import { sql } from 'kysely'
import type { EventName, EventView } from '../domain/event.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export interface EventFilters {
  eventName?: EventName | undefined
  /** Any of these. */
  eventNames?: readonly EventName[] | undefined
  actor?: string | undefined
  after?: number | undefined
  before?: number | undefined
}

/** The organization's changes. Without a filter, and by names, an index gives them in order; other filters scan. */
export function eventsOf(organization: string, filters: EventFilters): Source<EventView> {
  const { eventName, eventNames, actor, after, before } = filters
  const names = eventName === undefined ? eventNames : [eventName]
  let rows = names ? namedEvents(organization, names) : events.where('organizationId', '=', organization)
  if (actor) rows = rows.where(({ eb, fn, val }) => eb(fn('instr', ['actor', val(actor)]), '>', 0 as never))
  if (after !== undefined) rows = rows.where('occurredAt', '>=', after)
  if (before !== undefined) rows = rows.where('occurredAt', '<=', before)
  return {
    list: 'events',
    table: 'outbox_events',
    rows,
    columns: { name: 'id', createdAt: 'id', updatedAt: 'id' },
    searched: ['data', 'eventName'],
    filters: { ...filters },
    scans: Boolean(actor) || after !== undefined || before !== undefined,
  }
}

const columns = ['id', 'eventName', 'eventType', 'subjectId', 'data', 'actor', 'occurredAt'] as const
const events = q.selectFrom('outbox_events').select(columns)

/** A range of the index for each name: SQLite puts them together in order, as far as somebody reads. */
function namedEvents(organization: string, [first = '', ...others]: readonly string[]): typeof events {
  const named = (name: string) =>
    events.where('organizationId', '=', organization).where('eventName', '=', name as EventName)
  const all = others.reduce((union, name) => union.unionAll(named(name)), named(first))
  return q.selectFrom(all.as('outbox_events')).selectAll() as unknown as typeof events
}

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
