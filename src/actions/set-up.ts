import { z } from 'zod'
import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import type { OneTimeLink } from '../domain/one-time-link.ts'
import { Problem } from '../domain/problem.ts'
import { UserDraft, userJson } from '../domain/user.ts'
import type { Tx } from '../engine/transaction.ts'
import { anyUserOf } from '../store/users.ts'
import { action, type Done, done } from './action.ts'
import { newLink, used } from './one-time-links.ts'
import { enrolled } from './users.ts'

/** A link to become the first owner. Only the person at the machine sees it, so only for them and the program itself. */
export const createSetUpLink = action(
  'write:users',
  Nothing,
  async (tx, context): Promise<Done<Partial<OneTimeLink>>> => {
    const { principal } = context
    if (principal.kind !== 'operator' && principal.kind !== 'appliance')
      throw new Problem('Auth.MissingScope', 'The link is made with "kaiten setup-link".')
    await refuseUsers(tx, principal.organization)
    return { value: {}, secrets: await newLink(tx, context, 'SETUP', null), events: [] }
  },
)

/** The first owner. Of two who come with the same link, or with two, the second finds that somebody was first. */
export const setUp = action(
  'write:users',
  UserDraft.omit({ role: true }).extend({ code: z.string(), passwordHash: z.string() }),
  async (tx, context) => {
    const { principal, input, now } = context
    await refuseUsers(tx, principal.organization)
    await used(tx, input.code, now, 'SETUP')
    const user = await enrolled(tx, { ...context, input: { ...input, role: 'OWNER' } })
    return done(userJson(user), event('USER_CREATION', userJson(user)))
  },
)

async function refuseUsers(tx: Tx, organization: string): Promise<void> {
  if (await tx.find(anyUserOf, { organization }))
    throw new Problem('Organization.HasUsers', 'The organization has users already: one of its owners can invite more.')
}
