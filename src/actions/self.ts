import type { Principal } from '../domain/principal.ts'
import { found, Problem } from '../domain/problem.ts'
import type { PersonRecord, UserView } from '../domain/user.ts'
import type { Tx } from '../engine/transaction.ts'
import { personById, userAt } from '../store/users.ts'

/** The person who acts, as the organization of the principal knows them. */
export async function self(tx: Tx, { organization, id }: Principal): Promise<{ user: UserView; person: PersonRecord }> {
  const user = found(await tx.find(userAt(organization, id)), 'User.NotFound')
  return { user, person: await tx.one(personById, { id: user.userId }) }
}

/** Between the check of a password and now, it may have been changed. */
export function demandVerified({ passwordHash }: PersonRecord, verified: string): void {
  if (passwordHash !== verified)
    throw new Problem('Auth.SignInRefused', 'The password was changed a moment ago. Sign in with the new one.')
}
