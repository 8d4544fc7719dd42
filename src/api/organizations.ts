import { Organization, organizationJson } from '../domain/organization.ts'
import { organizationById } from '../store/organizations.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { update, withTag } from './kinds.ts'

export const organizations = (house: House): Route[] => [
  {
    method: 'GET',
    path: '/organization',
    summary: 'Show the organization of the credential',
    demand: 'read:organizations',
    status: 200,
    answers: Organization,
    handle: ({ principal }) =>
      withTag(organizationJson(house.read.one(organizationById, { id: principal.organization }))),
  },
  update(house, '/organization', 'organizations.update', {
    summary: 'Change the organization',
    answers: Organization,
  }),
]
