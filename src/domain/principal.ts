import { Problem } from './problem.ts'
import { allows, type Demand } from './scope.ts'

/** The authenticated identity of a request. Everything it does stays within its organization. */
export interface Principal {
  kind: 'user' | 'token' | 'operator' | 'appliance'
  /** User id, token id, or the kind itself for the two that are nobody's credential. */
  id: string
  /** What people read in the audit trail: a name, an e-mail address, `account/token`. */
  name: string
  organization: string
  scopes: readonly string[]
  /** Id of the one instance that a bound token sees and reports for. */
  instance?: string | undefined
}

/** Who did it, as events and audit entries keep it. */
export const actorOf = ({ kind, id, name }: Principal) => ({ kind, id, name })

export function demand(principal: Principal, wanted: Demand): void {
  if (allows(principal.scopes, wanted)) return
  const needed = typeof wanted === 'string' ? wanted : wanted.join(' or ')
  throw new Problem('Auth.MissingScope', `This needs the scope ${needed}.`, { members: { scope: needed } })
}

/** A token bound to one instance sees no other: they are to it as if they did not exist. */
export const sees = ({ instance }: Principal, instanceId: string): boolean =>
  instance === undefined || instance === instanceId

/** The person at the machine itself: the commands of `kaiten`, directly or over the operator socket. */
export const operator = (organization: string): Principal => ({
  kind: 'operator',
  id: 'operator',
  name: 'operator',
  organization,
  scopes: ['write:*'],
})

/** The program acting by the clock. */
export const appliance = (organization: string): Principal => ({
  kind: 'appliance',
  id: 'appliance',
  name: 'Kaiten',
  organization,
  scopes: ['write:*'],
})
