import type { EventView } from '../domain/event.ts'
import { actorsLike, type EventFilters, eventsOf } from '../store/events.ts'
import type { Source } from '../store/pages.ts'
import type { House } from './house.ts'

/** As many ranges of an index are put together; a text that more people's names have is looked for in every event. */
const mostActors = 100

/** The organization's changes. `actor` is a part of who made them. */
export async function eventsSought(
  { scan }: Pick<House, 'scan'>,
  organization: string,
  filters: EventFilters,
): Promise<Source<EventView>> {
  const { actor } = filters
  if (!actor) return eventsOf(organization, filters)
  const found = await scan.all(actorsLike, { organization, part: actor, limit: mostActors + 1 })
  const actors = found.length > mostActors ? undefined : found.map(({ text }) => text)
  return eventsOf(organization, filters, actors)
}
