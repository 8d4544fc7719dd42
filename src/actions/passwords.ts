import { z } from 'zod'
import { event } from '../domain/event.ts'
import { Name } from '../domain/input.ts'
import { themes, userJson } from '../domain/user.ts'
import { endSessionsBut, renewSession } from '../store/sessions.ts'
import { setPassword, setTheme } from '../store/users.ts'
import { action, type Done, done } from './action.ts'
import { merge } from './merge.ts'
import { linkNotValid, used } from './one-time-links.ts'
import { demandVerified, self } from './self.ts'
import { newToken } from './sessions.ts'
import { kind } from './users.ts'

/** What people do to themselves. Passwords come here hashed: the writer's thread has no time for them. */

/** Ends all sessions but the one it was changed in, which goes on under a new token. */
export const changePassword = action(
  'write:users',
  z.strictObject({ session: z.string(), verified: z.string(), passwordHash: z.string() }),
  async (tx, { principal, input, now, randomBytes }): Promise<Done<{ token?: string }>> => {
    const { user, person } = await self(tx, principal)
    demandVerified(person, input.verified)
    await tx.run(setPassword, { id: person.id, passwordHash: input.passwordHash, now })
    await tx.run(endSessionsBut, { user: person.id, kept: input.session })
    const { token, hash } = newToken(randomBytes)
    await tx.run(renewSession, { user: person.id, id: input.session, hash, freshAt: now })
    return { value: {}, secrets: { token }, events: [event('USER_UPDATE', userJson(user), ['password'])] }
  },
)

/** By a link that somebody who may change them handed on. All their sessions end. */
export const resetPassword = action(
  'write:users',
  z.strictObject({ code: z.string(), passwordHash: z.string() }),
  async (tx, { principal, input, now }) => {
    const link = await used(tx, input.code, now, 'RESET')
    const { user, person } = await self(tx, principal)
    if (link.membershipId !== user.id) throw linkNotValid()
    await tx.run(setPassword, { id: person.id, passwordHash: input.passwordHash, now })
    await tx.run(endSessionsBut, { user: person.id, kept: '' })
    return done(userJson(user), event('USER_UPDATE', userJson(user), ['password']))
  },
)

/** What they are called here, and how pages look to them. The look is nobody's business, so no event. */
export const updateSelf = action(
  'write:users',
  z.strictObject({ name: Name.optional(), theme: z.enum(themes).optional() }),
  async (tx, { principal, input, now }) => {
    const { user, person } = await self(tx, principal)
    if (input.theme) await tx.run(setTheme, { id: person.id, theme: input.theme, now })
    return merge(tx, { principal, now }, user, { name: input.name }, kind)
  },
)
