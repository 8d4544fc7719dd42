import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { linkNotValid } from '../actions/one-time-links.ts'
import { Name, parse } from '../domain/input.ts'
import type { LinkKind, ShownLink } from '../domain/one-time-link.ts'
import { appliance } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import { hashOf } from '../domain/token.ts'
import { Email, oneself, principalOf } from '../domain/user.ts'
import { type LinkView, linkByHash } from '../store/one-time-links.ts'
import type { House } from './house.ts'
import type { Caller } from './sessions.ts'
import { begin, refusedAs, type SignedIn, verify } from './sign-in.ts'

/** Throws 410 for a code that was used, has ended, never was, or is for another page. */
export function shownLink(house: House, kind: LinkKind, code: string): ShownLink {
  const { organizationName, email, name, passwordHash, expiresAt } = linkOf(house, kind, code)
  const hasPassword = passwordHash !== null
  return { organization: organizationName, email: email ?? undefined, name: name ?? undefined, hasPassword, expiresAt }
}

const SetUp = z.strictObject({ code: z.string(), email: Email, name: Name, password: z.string() })
const Invitation = z.strictObject({ code: z.string(), name: Name.optional(), password: z.string() })

/** The first owner, signed in. */
export async function setUp(request: IncomingMessage, house: House, caller: Caller, form: unknown): Promise<SignedIn> {
  const { code, email, name, password } = parse(SetUp, form)
  const { organizationId, organizationName } = linkOf(house, 'SETUP', code)
  const passwordHash = await house.passwords.chosen(password, [email, name, organizationName])
  const input = { code, email, name, passwordHash }
  const { value } = await house.submit('users.setUp', appliance(organizationId), input)
  const principal = oneself(principalOf({ ...value, organizationId }))
  return begin(request, house, caller, principal, passwordHash, password)
}

/** An invited user, signed in: a person whom nobody knew chooses a password, anybody else gives theirs. */
export async function acceptInvitation(
  request: IncomingMessage,
  house: House,
  caller: Caller,
  form: unknown,
): Promise<SignedIn> {
  const { code, name, password } = parse(Invitation, form)
  const link = userLinkOf(house, 'INVITATION', code)
  const about = [link.email, name ?? link.name, link.organizationName]
  const passwordHash =
    link.passwordHash === null
      ? await house.passwords.chosen(password, about)
      : (await verify(request, house, caller, link.email, password).catch(refusedAs(() => notOf(link.email)))).hash
  const principal = oneself(principalOf(link))
  await house.submit('users.acceptInvitation', principal, { code, passwordHash, name })
  return begin(request, house, caller, principal, passwordHash, password)
}

/** A new password for whoever has the link. All sessions of the person end; they sign in with it next. */
export async function resetPassword(house: House, code: string, password: string): Promise<void> {
  const link = userLinkOf(house, 'RESET', code)
  const passwordHash = await house.passwords.chosen(password, [link.email, link.name, link.organizationName])
  await house.submit('users.resetPassword', oneself(principalOf(link)), { code, passwordHash })
  house.log.info({ user: link.id }, 'password reset')
}

const notOf = (email: string) =>
  new Problem('Auth.SignInRefused', `This is not the password of ${email}. Give the one you sign in with.`)

function linkOf({ read, clock }: House, kind: LinkKind, code: string): LinkView {
  const link = read.find(linkByHash, { hash: hashOf(code), now: clock() })
  if (link?.kind !== kind) throw linkNotValid()
  return link
}

/** A link that is about somebody, who is what the join says when there is one. */
function userLinkOf(house: House, kind: 'INVITATION' | 'RESET', code: string) {
  const { membershipId, email, name, role, ...link } = linkOf(house, kind, code)
  if (membershipId === null || email === null || name === null || role === null) throw linkNotValid()
  return { ...link, id: membershipId, email, name, role }
}
