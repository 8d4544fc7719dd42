import { type LinkKind, linkJson, linkLasts, type OneTimeLink } from '../domain/one-time-link.ts'
import { Problem } from '../domain/problem.ts'
import { hashOf, secretFrom } from '../domain/token.ts'
import type { Tx } from '../engine/transaction.ts'
import { deleteLink, deleteLinksOf, deleteSetUpLinks, type LinkView, linkByHash } from '../store/one-time-links.ts'
import { bound, insertRow } from '../store/query.ts'
import type { Context } from './action.ts'

type Surroundings = Pick<Context<unknown>, 'principal' | 'now' | 'randomBytes'>

/** Makes a link in place of those before it. Its code is for a person's eyes, so the action tells it as a secret. */
export async function newLink(
  tx: Tx,
  { principal, now, randomBytes }: Surroundings,
  kind: LinkKind,
  membership: string | null,
): Promise<OneTimeLink> {
  const { organization } = principal
  await tx.run(membership ? bound(deleteLinksOf, { membership }) : bound(deleteSetUpLinks, { organization }))
  const code = secretFrom(randomBytes(32))
  const expiresAt = now + linkLasts[kind]
  const row = { hash: hashOf(code), organizationId: organization, kind, membershipId: membership, expiresAt }
  await tx.run(insertRow('one_time_links', row))
  return linkJson(kind, code, expiresAt)
}

/** The link of a code, which cannot be used again after this transaction. */
export async function used(tx: Tx, code: string, now: number, kind: LinkKind): Promise<LinkView> {
  const link = await tx.find(linkByHash, { hash: hashOf(code), now })
  if (link?.kind !== kind) throw linkNotValid()
  await tx.run(deleteLink, { hash: link.hash })
  return link
}

export const linkNotValid = (): Problem =>
  new Problem('OneTimeLink.NotValid', 'This link was used, has ended, or never was. Ask for a new one.')
