import type { House } from '../web/house.ts'
import type { Reply, Route } from '../web/routes.ts'

export const metrics = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Measure the server, for Prometheus',
    description:
      'Asked from the machine itself, without a proxy between, it needs no credential and shows the flags of every ' +
      'organization; a token sees those of its own.',
    demand: 'read:organizations',
    orLocal: true,
    status: 200,
    contentTypes: ['text/plain'],
    handle: async ({ principal, response }): Promise<Reply> => {
      const organization = principal.organization === '' ? undefined : principal.organization
      response.set('Content-Type', house.metrics.contentType).end(await house.metrics.text(organization))
      return 'sent'
    },
  },
]
