import { z } from 'zod'
import { Activity, eventChoices, eventsChosen } from '../../views/activity.tsx'
import { ActivityDetail } from '../../views/activity-detail.tsx'
import { type EventView, eventJson } from '../domain/event.ts'
import { changesIn } from '../domain/event-difference.ts'
import { ListQuery } from '../domain/list.ts'
import { Problem } from '../domain/problem.ts'
import { dataBefore, eventById } from '../store/events.ts'
import { pageOf, type Source } from '../store/pages.ts'
import { eventsSought } from '../web/events.ts'
import { perSlice, sendExport } from '../web/exports.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, type Page, page } from './page.ts'

const day = 86_400_000

const ActivityQuery = LeafQuery.omit({ sort: true }).extend({
  limit: ListQuery.shape.limit.default(25),
  event: z.enum(eventChoices).optional(),
  actor: z.string().max(200).optional(),
  /** Days of UTC, both included. */
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
  format: z.literal('csv').optional(),
})
type ActivityQuery = z.output<typeof ActivityQuery>

/** What happened in the organization: who changed what, when, and what it was before. */
export const activity = (house: House): Page[] => {
  /** What the objects of some events were before, by the event's id. */
  const before = async (organization: string, events: readonly EventView[]) => {
    const updates = events.filter(({ data }) => Array.isArray(data.changedFields)).map(({ id }) => id)
    const known = await house.scan.all(dataBefore, { organization, ids: JSON.stringify(updates) })
    return new Map(known.map(({ id, data }) => [id, data]))
  }

  const list = async ({ principal: { organization }, query: asked }: Ask<ActivityQuery>, source: Source<EventView>) => {
    const { format: _, ...rest } = asked
    const query = { ...rest, sort: '-createdAt' as const }
    const leaf = await readLeaf(house, source, query)
    return <Activity {...{ leaf, query }} before={await before(organization, leaf.items)} />
  }

  /** Newest first, as the list is; each slice with what was before. */
  const send = async (
    { principal: { organization }, query, response }: Ask<ActivityQuery>,
    source: Source<EventView>,
  ) => {
    const order = { sort: '-createdAt', q: query.q, cursor: undefined } as const
    await sendExport(response, 'csv', 'activity', async after => {
      const cursor = after && pageOf(source, { ...order, limit: perSlice }).cursorAfter(after)
      const { rows } = pageOf(source, { ...order, limit: perSlice - 1, cursor })
      const events = await house.scan.all(rows)
      const earlier = await before(organization, events)
      return events.map(event => csvRow(event, earlier.get(event.id)))
    })
    return 'sent' as const
  }

  return [
    {
      method: 'GET',
      path: '/activity',
      demand: 'read:audit',
      query: ActivityQuery,
      handle: async asked => {
        // The schema of this page has read the query.
        const ask = asked as Ask<ActivityQuery>
        const source = await sourceOf(house, ask)
        return ask.query.format === 'csv' ? send(ask, source) : list(ask, source)
      },
    },
    ...page('/activity/{event}', {
      demand: 'read:audit',
      show: async ({ principal: { organization }, at }) => {
        const id = /^\d{1,15}$/.test(at.event) ? Number(at.event) : 0
        const [happened] = await house.scan.all(eventById, { organization, id })
        if (!happened) throw new Problem('Route.NotFound', 'There is no such change.')
        return <ActivityDetail happened={happened} before={(await before(organization, [happened])).get(id)} />
      },
    }),
  ]
}

const sourceOf = (house: House, { principal, query: { event, actor, from, until } }: Ask<ActivityQuery>) =>
  eventsSought(house, principal.organization, {
    eventNames: event === undefined ? undefined : eventsChosen(event),
    actor,
    after: from === undefined ? undefined : Date.parse(from),
    before: until === undefined ? undefined : Date.parse(until) + day - 1,
  })

function csvRow(row: EventView, earlier: Record<string, unknown> | undefined) {
  const { id, occurredAt, actor, name, type, data } = eventJson(row)
  const { kind, name: who } = actor as Record<string, unknown>
  const changes = changesIn(row.data, earlier)
  return {
    id,
    occurredAt,
    actorKind: kind,
    actor: who,
    event: name,
    type,
    subjectId: row.subjectId,
    changedFields: changes.map(({ member }) => member).join(' '),
    before: earlier ? Object.fromEntries(changes.map(({ member, before }) => [member, before])) : null,
    data,
  }
}
