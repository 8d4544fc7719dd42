import type { IncomingMessage } from 'node:http'
import { appliance, type Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import { Email, oneself, principalOf } from '../domain/user.ts'
import type { Visitor } from '../domain/visitor.ts'
import { activeMembershipsOf, membershipsOf, personByEmail } from '../store/users.ts'
import type { House } from './house.ts'
import { sessionCookie, sessionTokenOf } from './session-cookies.ts'
import { type Caller, originOf } from './sessions.ts'

/** Value of Set-Cookie for a session that has begun or goes on under a new token. */
export interface SignedIn {
  cookie: string
}

/**
 * Whoever is unknown, has no password yet, gives a wrong one, or may not sign in is told the same after the same work:
 * `Auth.SignInRefused`. Throws 429 while they have to wait, and 503 where too many sign in at once.
 */
export async function signIn(
  request: IncomingMessage,
  house: House,
  caller: Caller,
  { email, password }: { email: string; password: string },
): Promise<SignedIn> {
  const verified = await verify(request, house, caller, email, password)
  const [membership] = house.read.all(activeMembershipsOf, { user: verified.userId })
  if (!membership) {
    noteRefusal(request, house, caller, verified.userId)
    throw refused()
  }
  return begin(request, house, caller, oneself(principalOf(membership)), verified.hash, password)
}

/** The password given again: the session is fresh once more, under a new token. */
export async function proveAgain(
  request: IncomingMessage,
  visitor: Visitor,
  house: House,
  caller: Caller,
  password: string,
): Promise<SignedIn> {
  const verified = await verify(request, house, caller, visitor.user.email, password)
  const input = { id: visitor.session.id, verified: verified.hash }
  const { value } = await house.submit('sessions.renew', oneself(visitor.principal), input)
  return { cookie: sessionCookie(value.token ?? '', caller.secure) }
}

/** Ends all other sessions of the visitor; this one goes on under a new token. */
export async function changePassword(
  request: IncomingMessage,
  visitor: Visitor,
  house: House,
  caller: Caller,
  { password, newPassword }: { password: string; newPassword: string },
): Promise<SignedIn> {
  const { email, name } = visitor.user
  const verified = await verify(request, house, caller, email, password)
  const passwordHash = await house.passwords.chosen(newPassword, [email, name, visitor.organization.name])
  const input = { session: visitor.session.id, verified: verified.hash, passwordHash }
  const { value } = await house.submit('users.changePassword', oneself(visitor.principal), input)
  return { cookie: sessionCookie(value.token ?? '', caller.secure) }
}

/** A new session under a new token, whatever cookie the browser came with: what it named has ended. */
export async function begin(
  request: IncomingMessage,
  house: House,
  caller: Caller,
  principal: Principal,
  verified: string,
  password: string,
): Promise<SignedIn> {
  const { passwords, submit, log } = house
  const rehashed = passwords.isOutdated(verified) ? await passwords.hash(password) : undefined
  const replaces = sessionTokenOf(request, caller.secure)
  const origin = originOf(request, caller)
  const { value } = await submit('sessions.begin', principal, { verified, rehashed, replaces, ...origin })
  log.security({ user: principal.id, session: value.id, ...origin }, 'signed in')
  return { cookie: sessionCookie(value.token ?? '', caller.secure) }
}

/** The person of an address whose password this is, with the hash it was held against. Throws as `signIn` does. */
export async function verify(
  request: IncomingMessage,
  house: House,
  caller: Caller,
  email: string,
  password: string,
): Promise<{ userId: string; hash: string }> {
  const { passwords, signInAttempts, read } = house
  const address = Email.safeParse(email).data ?? ''
  const attempt = signInAttempts.begin(address, caller.address)
  const person = read.find(personByEmail, { email: address })
  const isRight = await passwords.verify(person?.passwordHash, password).catch((error: unknown) => {
    attempt.withdrawn()
    throw error
  })
  if (isRight && person?.passwordHash) {
    attempt.succeeded()
    return { userId: person.id, hash: person.passwordHash }
  }
  noteRefusal(request, house, caller, person?.id)
  throw refused()
}

/**
 * In the log, and in the activity of each of their organizations. Nobody waits for the latter, or the answer would tell
 * that they exist. People type passwords into the wrong field: what is no address of ours is not written down.
 */
function noteRefusal(request: IncomingMessage, house: House, caller: Caller, person: string | undefined): void {
  house.log.security({ person, address: caller.address }, 'sign-in refused')
  const memberships = person === undefined ? [] : house.read.all(membershipsOf, { user: person })
  for (const { id, organizationId } of memberships)
    house
      .submit('sessions.refuse', appliance(organizationId), { user: id, ...originOf(request, caller) })
      .catch(error => house.log.error({ error: String(error) }, 'a refused sign-in was not recorded'))
}

/** To catch a refusal with, where it is known whose password it should be: what they are told instead. */
export const refusedAs =
  (told: () => Problem) =>
  (error: unknown): never => {
    throw error instanceof Problem && error.code === 'Auth.SignInRefused' ? told() : error
  }

const refused = (): Problem =>
  new Problem('Auth.SignInRefused', 'The e-mail address or the password is wrong, or the user is disabled.')
