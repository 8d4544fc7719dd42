import { z } from 'zod'
import { Problem } from '../domain/problem.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'

const Health = z.object({ status: z.literal('ok') })

export const health = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/healthz',
    summary: 'Is the process alive?',
    demand: 'nothing',
    status: 200,
    answers: Health,
    handle: () => ({ body: { status: 'ok' } }),
  },
  {
    method: 'GET',
    path: '/readyz',
    summary: 'Can it take changes: database writable, migrations done, memory loaded?',
    demand: 'nothing',
    status: 200,
    answers: Health,
    handle: () => {
      const ready = house.isReady()
      if (ready !== true) throw new Problem('Server.Busy', ready, { headers: { 'Retry-After': '1' } })
      return { body: { status: 'ok' } }
    },
  },
]
