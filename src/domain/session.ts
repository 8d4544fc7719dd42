/** Sessions of people in the console. Source: security.md, "Sessions". */

const minute = 60_000
const hour = 60 * minute

/** Without a request for so long it has ended. */
export const idleFor = 12 * hour

/** It ends after so long whatever happens. */
export const lastsFor = 168 * hour

/** For so long after giving the password one may make tokens, reveal secrets and change users. */
export const freshFor = 15 * minute

export interface SessionRecord {
  id: string
  /** SHA-256 of the cookie's token, base64. */
  hash: string
  userId: string
  /** The organization that was chosen. */
  organizationId: string
  createdAt: number
  lastSeenAt: number
  /** When the password was last given. */
  freshAt: number
  expiresAt: number
  userAgent: string | null
  address: string
}

export const isOpen = ({ lastSeenAt, expiresAt }: { lastSeenAt: number; expiresAt: number }, now: number): boolean =>
  now < expiresAt && now - lastSeenAt < idleFor

/** As its own visitor is shown it. */
export interface OwnSession {
  id: string
  createdAt: number
  lastSeenAt: number
  expiresAt: number
  userAgent: string | null
  address: string
  isThis: boolean
}
