import { z } from 'zod'
import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import type { OneTimeLink } from '../domain/one-time-link.ts'
import { found, Problem } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import {
  demandRole,
  type InvitedUser,
  keepAnOwner,
  type MembershipRecord,
  type PersonRecord,
  User,
  UserChanges,
  UserDraft,
  type UserView,
  userJson,
} from '../domain/user.ts'
import type { Tx } from '../engine/transaction.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { endSessionsIn } from '../store/sessions.ts'
import {
  deletePerson,
  otherActiveOwners,
  otherMembershipsOf,
  personByEmail,
  setPassword,
  userAt,
} from '../store/users.ts'
import { action, type Context, type Done, done } from './action.ts'
import { merge } from './merge.ts'
import { newLink } from './one-time-links.ts'

const UserMerge = mergeOf(UserChanges, User)

/** Invites: the person has a place here from now on, and can take it up with the link. */
export const createUser = action('write:users', UserDraft, async (tx, context): Promise<Done<InvitedUser>> => {
  const { principal, input } = context
  demandRole(principal, input.role)
  const user = await admitted(tx, context, await knownPerson(tx, context, input.email), { acceptedAt: null })
  const link = await newLink(tx, context, 'INVITATION', user.id)
  return { value: userJson(user), secrets: { link }, events: [event('USER_CREATION', userJson(user))] }
})

/** With a password at once: the person at the machine may do so, and whoever sets the organization up. */
export const enrollUser = action('write:users', UserDraft.extend({ passwordHash: z.string() }), async (tx, context) => {
  const { principal } = context
  if (principal.kind !== 'operator')
    throw new Problem('Auth.MissingScope', 'Users with a password are made with "kaiten user create".')
  const user = await enrolled(tx, context)
  return done(userJson(user), event('USER_CREATION', userJson(user)))
})

export const updateUser = action(
  'write:users',
  ['user'],
  UserMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await userUnder(tx, principal, at.user)
    matchRevision(ifMatch, row)
    const { name, role, disabled } = changeable(input, UserChanges, userJson(row))
    if (role) demandRole(principal, role)
    const disabledAt = disabled === undefined ? row.disabledAt : disabled ? (row.disabledAt ?? now) : null
    await keepingAnOwner(tx, row, { ...row, role: role ?? row.role, disabledAt })
    if (disabledAt !== null) await tx.run(endSessionsIn, { user: row.userId, organization: row.organizationId })
    return merge(tx, { principal, now }, row, { name, role, disabledAt }, kind)
  },
)

/** The person is gone from here, and altogether where they belong to no other organization. */
export const deleteUser = action('write:users', ['user'], Nothing, async (tx, { principal, at, ifMatch }) => {
  const row = await userUnder(tx, principal, at.user)
  matchRevision(ifMatch, row)
  await keepingAnOwner(tx, row, undefined)
  const place = { user: row.userId, organization: row.organizationId }
  const others = await tx.all(otherMembershipsOf, place)
  await tx.run(endSessionsIn, place)
  await tx.run(deleteRow('memberships', row))
  if (others.length === 0) await tx.run(deletePerson, { id: row.userId })
  return done(undefined, event('USER_DELETION', userJson(row)))
})

/**
 * Another link: to choose a new password, or, for a user who never came, to take up the invitation. A password opens all
 * organizations of a person, so none of several may hand out a new one.
 */
export const linkUser = action('write:users', ['user'], Nothing, async (tx, context): Promise<Done<Shown>> => {
  const { principal, at } = context
  const row = await userUnder(tx, principal, at.user)
  const others = await tx.all(otherMembershipsOf, { user: row.userId, organization: row.organizationId })
  const isElsewhere = others.some(({ acceptedAt }) => acceptedAt !== null)
  if (row.acceptedAt !== null && isElsewhere && principal.kind !== 'operator')
    throw new Problem(
      'User.BelongsElsewhere',
      `${row.email} belongs to other organizations too. Only "kaiten user reset-link" can make this link.`,
    )
  const kind = row.acceptedAt === null ? 'INVITATION' : 'RESET'
  const { code, path, ...shown } = await newLink(tx, context, kind, row.id)
  const told = event('USER_UPDATE', userJson(row), [kind === 'RESET' ? 'resetLink' : 'invitation'])
  return { value: shown, secrets: { code, path }, events: [told] }
})

/** A link as it is told once, and without its code ever after. */
type Shown = Omit<OneTimeLink, 'code' | 'path'> & Partial<OneTimeLink>

export const kind = { table: 'memberships', event: 'USER_UPDATE', json: userJson } as const

type Admission = Context<{ email: string; name?: string | undefined; role: MembershipRecord['role'] }>

/** A user who can sign in at once. Throws for a person who has a password that we would take from them. */
export async function enrolled(
  tx: Tx,
  context: Context<Admission['input'] & { passwordHash: string }>,
): Promise<UserView> {
  const { input, now } = context
  const person = await knownPerson(tx, context, input.email)
  if (person.passwordHash !== null)
    throw new Problem(
      'User.HasPassword',
      `${input.email} is known and has a password already. Invite them: leave the password out.`,
    )
  await tx.run(setPassword, { id: person.id, passwordHash: input.passwordHash, now })
  return admitted(tx, context, person, { acceptedAt: now })
}

/** The person of an address, made where nobody knows them yet. */
async function knownPerson(tx: Tx, { now, newId }: Admission, email: string): Promise<PersonRecord> {
  const known = await tx.find(personByEmail, { email })
  if (known) return known
  const theme = 'auto' as const
  const person = { id: newId(), email, passwordHash: null, theme, createdAt: now, updatedAt: now, revision: 1 }
  await tx.run(insertRow('users', person))
  return person
}

async function admitted(
  tx: Tx,
  { principal, input, now, newId }: Admission,
  { id: userId, email }: PersonRecord,
  { acceptedAt }: Pick<MembershipRecord, 'acceptedAt'>,
): Promise<UserView> {
  const { organization } = principal
  const known = await tx.find(userAt(organization, email))
  if (known)
    throw new Problem(
      'User.EmailTaken',
      known.acceptedAt === null
        ? `${email} was invited already. POST /api/users/${known.id}/reset-link makes another link.`
        : `${email} is a user already.`,
      { errors: [{ location: 'body.email', message: 'is taken', value: email }] },
    )
  const row: MembershipRecord = {
    id: newId(),
    organizationId: organization,
    userId,
    name: input.name ?? email.slice(0, email.indexOf('@')),
    role: input.role,
    acceptedAt,
    disabledAt: null,
    lastSignInAt: null,
    ...stamped(principal, now),
  }
  await tx.run(insertRow('memberships', row))
  return { ...row, email }
}

/** The user of an address, whom the principal may change: nobody who may do more than they. */
async function userUnder(tx: Tx, principal: Context<unknown>['principal'], reference: string): Promise<UserView> {
  const row = found(await tx.find(userAt(principal.organization, reference)), 'User.NotFound')
  demandRole(principal, row.role)
  return row
}

async function keepingAnOwner(tx: Tx, row: UserView, after: UserView | undefined): Promise<void> {
  const others = await tx.all(otherActiveOwners, { organization: row.organizationId, id: row.id })
  keepAnOwner(row, after, others.length)
}
