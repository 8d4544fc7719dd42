import { z } from 'zod'
import type { View } from '../../views/html.ts'
import type { Demand } from '../domain/scope.ts'
import { pageHeaders } from '../web/headers.ts'
import type { Ask, Page } from './page.ts'

interface LivePage<Q extends z.ZodObject> {
  demand: Demand | 'visitor'
  query: Q
  /** Names the newest of what the page shows, by a few looks into an index: it is asked for every few seconds. */
  newest: (ask: Ask<z.output<Q>>) => string
  show: (ask: Ask<z.output<Q> & Since>, newest: string) => Promise<View> | View
}

export interface Since {
  /** What was the newest when the page that asks was made. */
  since?: string | undefined
}

/**
 * A page that follows what happens while somebody looks at it: its `<Live>` asks again with `?since=` what was newest, and
 * gets an empty 204 while that still is. Asking, and no stream: nothing stays open at either end, it passes through every
 * proxy, each answer is made for a session that was looked at just then, and what nobody looks at costs nothing.
 */
export const livePage = <Q extends z.ZodObject>(path: string, { demand, query, newest, show }: LivePage<Q>): Page[] => [
  {
    method: 'GET',
    path,
    demand,
    query: query.extend({ since: z.string().max(100).optional() }),
    handle: async ask => {
      // The schema above has read the query.
      const mine = ask as Ask<z.output<Q> & Since>
      const mark = newest(mine)
      if (mine.query.since !== mark) return show(mine, mark)
      mine.response
        .status(204)
        .set({ ...pageHeaders, 'Cache-Control': 'no-store' })
        .end()
      return 'sent'
    },
  },
]
