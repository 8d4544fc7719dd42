import { z } from 'zod'
import { Name } from '../domain/input.ts'
import { found } from '../domain/problem.ts'
import { personById, setPassword, userAt } from '../store/users.ts'
import { action } from './action.ts'
import { merge } from './merge.ts'
import { linkNotValid, used } from './one-time-links.ts'
import { kind } from './users.ts'

/**
 * Takes the invitation up. A person without a password chooses one; who has one has shown that it is theirs, and
 * `passwordHash` is what they were checked against: an invitation alone opens nobody's other organizations.
 */
export const acceptInvitation = action(
  'write:users',
  z.strictObject({ code: z.string(), passwordHash: z.string(), name: Name.optional() }),
  async (tx, { principal, input, now }) => {
    const link = await used(tx, input.code, now, 'INVITATION')
    const row = await tx.find(userAt(principal.organization, link.membershipId ?? ''))
    if (!row || row.disabledAt !== null) throw linkNotValid()
    const person = found(await tx.find(personById, { id: row.userId }), 'User.NotFound')
    if (person.passwordHash === null)
      await tx.run(setPassword, { id: person.id, passwordHash: input.passwordHash, now })
    else if (person.passwordHash !== input.passwordHash) throw linkNotValid()
    return merge(tx, { principal, now }, row, { acceptedAt: row.acceptedAt ?? now, name: input.name }, kind)
  },
)
