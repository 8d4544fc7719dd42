import { z } from 'zod'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'

const Me = z.object({
  kind: z.string(),
  id: z.string(),
  name: z.string(),
  organizationId: z.uuid(),
  scopes: z.array(z.string()),
  instanceId: z.uuid().nullable(),
})

export const me = (_house: House): Route[] => [
  {
    method: 'GET',
    path: '/me',
    summary: 'Show whose credential this is, and what it may do',
    demand: 'identity',
    status: 200,
    answers: Me,
    handle: ({ principal: { kind, id, name, organization, scopes, instance } }) => ({
      body: { kind, id, name, organizationId: organization, scopes, instanceId: instance ?? null },
    }),
  },
]
