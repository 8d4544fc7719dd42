import { z } from 'zod'
import { Moment, Name, Reference, rfc3339, rfc3339OrNull, Slug } from './input.ts'
import { presets, type Scope, scopes } from './scope.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export interface ServiceAccountRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  slug: string
}

export const ServiceAccountDraft = z.strictObject({ name: Name, slug: Slug.optional() })

export const ServiceAccount = z.object({ id: z.uuid(), name: z.string(), slug: z.string(), ...stampMembers })

export const serviceAccountJson = (row: ServiceAccountRecord): z.infer<typeof ServiceAccount> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  ...stampJson(row),
})

// ---- tokens

export interface ApiTokenRecord {
  id: string
  organizationId: string
  serviceAccountId: string
  name: string
  slug: string
  /** SHA-256 of the token's text, base64. The text itself is kept nowhere. */
  hash: string
  prefix: string
  scopes: string[]
  /** The one instance that the token sees and reports for. */
  instanceId: string | null
  expiresAt: number | null
  lastUsedAt: number | null
  revokedAt: number | null
  createdAt: number
  createdBy: string
}

export interface ApiTokenView extends ApiTokenRecord {
  serviceAccountSlug: string
  instanceSlug: string | null
}

const presetNames = Object.keys(presets) as (keyof typeof presets)[]

export const ApiTokenDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  scopes: z
    .array(z.enum(scopes as [Scope, ...Scope[]]))
    .min(1)
    .max(100)
    .optional(),
  /** Stands for a usual list of scopes. */
  preset: z.enum(presetNames).optional(),
  instanceSlug: Reference.nullish(),
  expiresAt: Moment.nullish(),
})

export const ApiToken = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  serviceAccountId: z.uuid(),
  serviceAccountSlug: z.string(),
  prefix: z.string(),
  scopes: z.array(z.string()),
  instanceId: z.uuid().nullable(),
  instanceSlug: z.string().nullable(),
  expiresAt: Moment.nullable(),
  lastUsedAt: Moment.nullable(),
  revokedAt: Moment.nullable(),
  createdAt: Moment,
  createdBy: z.string(),
})

/** The answer that makes a token: the only one that ever carries its text. A replayed one comes without. */
export const NewApiToken = ApiToken.extend({ token: z.string().optional() })
export type NewApiToken = z.infer<typeof NewApiToken>

export const apiTokenJson = (row: ApiTokenView): z.infer<typeof ApiToken> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  serviceAccountId: row.serviceAccountId,
  serviceAccountSlug: row.serviceAccountSlug,
  prefix: row.prefix,
  scopes: row.scopes,
  instanceId: row.instanceId,
  instanceSlug: row.instanceSlug,
  expiresAt: rfc3339OrNull(row.expiresAt),
  lastUsedAt: rfc3339OrNull(row.lastUsedAt),
  revokedAt: rfc3339OrNull(row.revokedAt),
  createdAt: rfc3339(row.createdAt),
  createdBy: row.createdBy,
})
