import { z } from 'zod'
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
      house.readiness.demand()
      return { body: { status: 'ok' } }
    },
  },
]
