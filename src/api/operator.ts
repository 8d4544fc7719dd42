import { v7 } from 'uuid'
import { z } from 'zod'
import { Organization, OrganizationDraft, organizationJson } from '../domain/organization.ts'
import { operator } from '../domain/principal.ts'
import { allOrganizations } from '../store/organizations.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'

/** What only the person at the machine may do: these routes are on the operator socket, beside the API's. */
export const operatorRoutes = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/organizations',
    summary: 'List all organizations',
    demand: 'nothing',
    status: 200,
    answers: z.object({ items: z.array(Organization) }),
    handle: () => ({ body: { items: house.read.all(allOrganizations, {}).map(organizationJson) } }),
  },
  {
    method: 'POST',
    path: '/organizations',
    summary: 'Found an organization',
    demand: 'nothing',
    body: OrganizationDraft,
    status: 201,
    answers: Organization,
    handle: async ({ body, asked }) => ({
      body: (await house.submit('organizations.create', operator(v7()), body, asked)).value,
    }),
  },
]
