import { z } from 'zod'
import { Moment, Name, rfc3339OrNull } from './input.ts'
import { OneTimeLink } from './one-time-link.ts'
import type { Principal } from './principal.ts'
import { Problem } from './problem.ts'
import { allows, modules, type Scope } from './scope.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

/**
 * People. A person has one e-mail address and one password, wherever they belong; what an organization sees of them is
 * their membership: what it calls them, and what they may do in it. The API calls that a user, and its id is the
 * membership's, so that no organization learns whether a person is another's as well.
 */
export const roles = ['OWNER', 'ADMIN', 'EDITOR', 'VIEWER'] as const
export type Role = (typeof roles)[number]

const allBut = (...without: string[]): Scope[] =>
  modules.filter(module => !without.includes(module)).map(module => `write:${module}` as const)

/** Roles are scopes: a person may do what a token with these may do. Each role has all of the one after it. */
export const scopesOfRole: Record<Role, readonly Scope[]> = {
  OWNER: ['write:*'],
  ADMIN: ['read:*', ...allBut('organizations', 'audit')],
  // Catalog, customers, flags and releases; not who gets in, nor what leaves the house.
  EDITOR: ['read:*', ...allBut('organizations', 'audit', 'users', 'tokens', 'webhooks')],
  VIEWER: ['read:*'],
}

/** Throws where a role may do more than the principal: nobody gives, changes or takes away what is above themselves. */
export function demandRole({ scopes }: Principal, role: Role): void {
  const beyond = scopesOfRole[role].filter(scope => !allows(scopes, scope))
  if (beyond.length > 0)
    throw new Problem('Auth.BeyondOwnScopes', `${role} may do more than you: ${beyond.join(', ')}.`, {
      errors: [{ location: 'body.role', message: `holds ${beyond.join(', ')}, which you do not`, value: role }],
    })
}

export const themes = ['auto', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** A person, of no organization. */
export interface PersonRecord {
  id: string
  /** As `Email` reads it, so that one address is one person. */
  email: string
  /** PHC text; null until they have chosen a password. */
  passwordHash: string | null
  theme: Theme
  createdAt: number
  updatedAt: number
  revision: number
}

/** Their place in an organization. */
export interface MembershipRecord extends Stamp {
  id: string
  organizationId: string
  userId: string
  name: string
  role: Role
  /** Null while the invitation was not taken up: until then the person can do nothing here. */
  acceptedAt: number | null
  disabledAt: number | null
  lastSignInAt: number | null
}

/** What the organization calls a user. */
export interface UserView extends MembershipRecord {
  email: string
}

/** Letter case tells no two addresses apart: no provider that people use does, and people type it as it comes. */
export const Email = z
  .string()
  .trim()
  .normalize('NFC')
  .toLowerCase()
  .max(254, 'must be at most 254 characters')
  .regex(/^[^\s@\p{C}]{1,64}@[^\s@\p{C}]+$/u, 'must be an e-mail address such as anna@example.com')

export const UserDraft = z.strictObject({
  email: Email,
  /** Left out, it is what stands before the @. */
  name: Name.optional(),
  role: z.enum(roles),
})

export const UserChanges = z.strictObject({ name: Name, role: z.enum(roles), disabled: z.boolean() })

export const User = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** Nobody signs in with it; the sessions that were open have ended. */
  disabled: z.boolean(),
  disabledAt: Moment.nullable(),
  /** When the invitation was taken up; null for one that still waits. */
  acceptedAt: Moment.nullable(),
  lastSignInAt: Moment.nullable(),
  ...stampMembers,
})

/** The answer that invites: the only one that carries the link. A replayed one comes without. */
export const InvitedUser = User.extend({ link: OneTimeLink.optional() })
export type InvitedUser = z.infer<typeof InvitedUser>

export const userJson = (row: UserView): z.infer<typeof User> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  disabled: row.disabledAt !== null,
  disabledAt: rfc3339OrNull(row.disabledAt),
  acceptedAt: rfc3339OrNull(row.acceptedAt),
  lastSignInAt: rfc3339OrNull(row.lastSignInAt),
  ...stampJson(row),
})

type Standing = Pick<MembershipRecord, 'role' | 'acceptedAt' | 'disabledAt'>

/** Can they sign in here? */
export const isActive = ({ acceptedAt, disabledAt }: Standing): boolean => acceptedAt !== null && disabledAt === null

const isActiveOwner = (user: Standing): boolean => user.role === 'OWNER' && isActive(user)

/**
 * Throws where a change would leave an organization without anybody who may do everything in it. `after` is undefined
 * for a removal; an owner who was invited and never came is none.
 */
export function keepAnOwner(before: Standing, after: Standing | undefined, otherActiveOwners: number): void {
  const leaves = isActiveOwner(before) && !(after && isActiveOwner(after))
  if (leaves && otherActiveOwners === 0)
    throw new Problem(
      'User.LastOwner',
      'This is the last owner who can sign in. Make somebody else an owner first, and let them sign in once.',
    )
}

/** The person as principal of what they do in this organization. */
export const principalOf = (user: Pick<UserView, 'id' | 'email' | 'organizationId' | 'role'>): Principal => ({
  kind: 'user',
  id: user.id,
  name: user.email,
  organization: user.organizationId,
  scopes: scopesOfRole[user.role],
})

/** The same for what everybody may do to themselves: their name, their password, their sessions. */
export const oneself = (principal: Principal): Principal => ({ ...principal, scopes: ['write:users'] })
