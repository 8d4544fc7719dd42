import { z } from 'zod'
import { InstanceFlags } from '../../views/instance-flags.tsx'
import { isRecord, jsonObject, parse } from '../domain/input.ts'
import { Problem } from '../domain/problem.ts'
import { flagsOfInstance } from '../snapshot/flag-trials.ts'
import type { House } from '../web/house.ts'
import { livingHead } from './instance-heads.ts'
import { type Page, page } from './page.ts'

/** How many flags stand on a page. */
const perPage = 50

const FlagsQuery = z.object({
  q: z.string().trim().max(200).optional(),
  context: z.string().max(4000).optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).catch(1).default(1),
})

export const instanceFlags = (house: House): Page[] =>
  page('/customers/{customer}/instances/{instance}/feature-flags', {
    demand: 'read:feature_flags',
    query: FlagsQuery,
    show: async ask => {
      const { query, principal } = ask
      const head = livingHead(house, ask)
      const { more, error } = contextOf(query.context)
      const text = query.q?.toLowerCase()
      const flags = [...house.flags.of(principal.organization).flags.values()]
      const fitting = text
        ? flags.filter(({ key, name }) => key.toLowerCase().includes(text) || name.toLowerCase().includes(text))
        : flags
      const shown = fitting.slice((query.page - 1) * perPage, query.page * perPage)
      const hasMore = fitting.length > query.page * perPage
      const { items, context, facts } = await flagsOfInstance(house, principal, head.instance, more, shown)
      return (
        <InstanceFlags
          {...{ head, query, hasMore, error, facts }}
          shown={items}
          total={fitting.length}
          context={query.context ?? JSON.stringify(context, undefined, 2)}
        />
      )
    },
  })

const Context = jsonObject(1024)

/** What somebody typed to be laid over the instance's own context; what is no JSON object is said at its field. */
function contextOf(text: string | undefined): { more: Record<string, unknown>; error: string | undefined } {
  if (text === undefined) return { more: {}, error: undefined }
  try {
    const more: unknown = JSON.parse(text)
    if (!isRecord(more)) return { more: {}, error: 'must be a JSON object' }
    parse(Context, more, 'context')
    return { more, error: undefined }
  } catch (error) {
    const why = error instanceof Problem ? (error.errors?.[0]?.message ?? error.message) : 'is not JSON'
    const detail = error instanceof SyntaxError ? `: ${error.message}` : ''
    return { more: {}, error: why + detail }
  }
}
