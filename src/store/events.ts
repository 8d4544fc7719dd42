import type { EventName } from '../domain/event.ts'
import type { JsonObject } from '../domain/input.ts'
import type { Source } from './pages.ts'
import { q } from './query.ts'

export interface EventView {
  id: number
  eventName: EventName
  eventType: string
  subjectId: string
  data: JsonObject
  actor: JsonObject
  occurredAt: number
}

export interface EventFilters {
  eventName?: EventName | undefined
  actor?: string | undefined
  after?: number | undefined
  before?: number | undefined
}

/** The organization's changes. Without a filter, and by name, an index gives them in order; other filters scan. */
export function eventsOf(organization: string, filters: EventFilters): Source<EventView> {
  const { eventName, actor, after, before } = filters
  let rows = q
    .selectFrom('outbox_events')
    .select(['id', 'eventName', 'eventType', 'subjectId', 'data', 'actor', 'occurredAt'])
    .where('organizationId', '=', organization)
  if (eventName) rows = rows.where('eventName', '=', eventName)
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
