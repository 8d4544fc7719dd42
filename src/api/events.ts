import { z } from 'zod'
import { EventJson, eventJson, eventNames } from '../domain/event.ts'
import { Moment } from '../domain/input.ts'
import { ListQuery } from '../domain/list.ts'
import { eventsSought } from '../web/events.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import type { Route } from '../web/routes.ts'
import { pageSchema } from './kinds.ts'

const EventsQuery = ListQuery.omit({ sort: true }).extend({
  eventName: z.enum(eventNames).optional(),
  actor: z.string().min(1).max(200).optional(),
  after: Moment.optional(),
  before: Moment.optional(),
})

export const events = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/events',
    summary: 'List the changes of the organization, newest first, with who made them',
    demand: 'read:audit',
    query: EventsQuery,
    status: 200,
    answers: pageSchema(EventJson),
    handle: async ({ principal, query }) => {
      const { after, before, eventName, actor, ...list } = query as z.output<typeof EventsQuery>
      const source = await eventsSought(house, principal.organization, {
        eventName,
        actor,
        after: after === undefined ? undefined : Date.parse(after),
        before: before === undefined ? undefined : Date.parse(before),
      })
      const page = await readPage(house, source, { ...list, sort: '-createdAt' })
      return { body: { ...page, items: page.items.map(eventJson) } }
    },
  },
]
