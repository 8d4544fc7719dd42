import { z } from 'zod'
import { Moment, rfc3339 } from './input.ts'

/** Links that let in whoever has them, once and for a time: there is no mail server, so people hand them on. */
export const linkKinds = ['SETUP', 'INVITATION', 'RESET'] as const
export type LinkKind = (typeof linkKinds)[number]

const minute = 60_000
const day = 86_400_000

/** How long a link waits to be used. Source of the first: packaging.md, "First start". */
export const linkLasts: Record<LinkKind, number> = { SETUP: 60 * minute, INVITATION: 7 * day, RESET: day }

const pages: Record<LinkKind, string> = { SETUP: 'setup', INVITATION: 'invitation', RESET: 'reset' }

export interface OneTimeLinkRecord {
  /** SHA-256 of the code, base64. The code itself is kept nowhere; a link that was used is no longer there. */
  hash: string
  organizationId: string
  kind: LinkKind
  /** Whose membership it is about; null for a set-up link, which makes the first. */
  membershipId: string | null
  expiresAt: number
}

/** A link as it is shown, once: what stands behind the address of the server, as in `/invitation?code=…`. */
export const OneTimeLink = z.object({
  kind: z.enum(linkKinds),
  code: z.string(),
  path: z.string(),
  expiresAt: Moment,
})
export type OneTimeLink = z.infer<typeof OneTimeLink>

export const linkJson = (kind: LinkKind, code: string, expiresAt: number): OneTimeLink => ({
  kind,
  code,
  path: `/${pages[kind]}?code=${code}`,
  expiresAt: rfc3339(expiresAt),
})

/** What the page of a link says before anything is sent. */
export interface ShownLink {
  organization: string
  /** Of a set-up link undefined: there is nobody yet. */
  email: string | undefined
  name: string | undefined
  /** The person has a password, and is to give it, or is to choose one. */
  hasPassword: boolean
  expiresAt: number
}
