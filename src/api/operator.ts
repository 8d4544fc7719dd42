import { v7 } from 'uuid'
import { z } from 'zod'
import { parse } from '../domain/input.ts'
import { OneTimeLink } from '../domain/one-time-link.ts'
import { Organization, OrganizationDraft, organizationJson } from '../domain/organization.ts'
import { operator } from '../domain/principal.ts'
import { User, UserDraft } from '../domain/user.ts'
import { allOrganizations, organizationById } from '../store/organizations.ts'
import type { House } from '../web/house.ts'
import { demandOf, type Route } from '../web/routes.ts'

const UserWithPassword = UserDraft.extend({ password: z.string() })

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
  {
    method: 'POST',
    path: '/users',
    summary: 'Make a user who has a password',
    demand: demandOf('users.enroll'),
    body: UserWithPassword,
    status: 201,
    answers: User,
    handle: async ({ principal, body, asked }) => {
      const { password, ...draft } = parse(UserWithPassword, body)
      const { name } = house.read.one(organizationById, { id: principal.organization })
      const passwordHash = await house.passwords.chosen(password, [draft.email, draft.name ?? '', name])
      return { body: (await house.submit('users.enroll', principal, { ...draft, passwordHash }, asked)).value }
    },
  },
  {
    method: 'POST',
    path: '/setup-links',
    summary: 'Make a link to become the first owner',
    demand: demandOf('users.setUpLink'),
    status: 201,
    answers: OneTimeLink,
    handle: async ({ principal, asked }) => ({
      body: (await house.submit('users.setUpLink', principal, undefined, asked)).value,
    }),
  },
]
