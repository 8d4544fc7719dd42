import { OneTimeLink } from '../domain/one-time-link.ts'
import { InvitedUser, User, userJson } from '../domain/user.ts'
import { userAt, usersOf } from '../store/users.ts'
import type { House } from '../web/house.ts'
import { demandOf, type Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

const user = '/users/{user}'

/** A link again, in a replayed answer, comes without what lets anybody in. */
const ShownLink = OneTimeLink.partial({ code: true, path: true })

export const users = (house: House): Route[] => [
  list(house, '/users', {
    summary: 'List users, and who was invited',
    demand: 'read:users',
    answers: User,
    json: userJson,
    source: ({ principal }) => usersOf(principal.organization),
  }),
  create(house, '/users', 'users.create', {
    summary: 'Invite a user; the link to hand on is in this answer and never again',
    description:
      'Whoever opens `link.path` on this server within a week chooses a password, or signs in with the one they have. ' +
      'Nobody can give a role that may do more than they.',
    answers: InvitedUser,
    location: ({ id }) => `/users/${id}`,
  }),
  show(house, user, {
    summary: 'Show a user',
    demand: 'read:users',
    answers: User,
    json: userJson,
    notFound: 'User.NotFound',
    row: ({ principal, at }) => userAt(principal.organization, at.user),
  }),
  update(house, user, 'users.update', {
    summary: 'Change the name or role of a user, or disable them',
    description: 'Disabling ends their sessions at once. The last owner who can sign in stays what they are.',
    answers: User,
  }),
  remove(house, user, 'users.delete', 'Remove a user from the organization'),
  {
    method: 'POST',
    path: `${user}/reset-link`,
    summary: 'Make another link for a user: to choose a new password, or to take up the invitation',
    description: 'Links made before for the same user stop working.',
    demand: demandOf('users.resetLink'),
    status: 201,
    answers: ShownLink,
    handle: async ({ principal, at, asked }) => {
      const { value, replayed } = await house.submit('users.resetLink', principal, undefined, asked)
      const headers = { Location: `/api/users/${encodeURIComponent(at.user)}` }
      return { body: value, headers: { ...headers, ...(replayed && { 'Idempotent-Replayed': 'true' }) } }
    },
  },
]
