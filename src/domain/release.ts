import { z } from 'zod'
import { VersionName } from './component.ts'
import { Description, Moment, Reference, rfc3339, Slug } from './input.ts'

/** A versioned bundle of components. Immutable: it has neither revision nor update. */
export interface ReleaseRecord {
  id: string
  organizationId: string
  version: string
  slug: string
  description: string | null
  previousReleaseId: string | null
  createdAt: number
  createdBy: string
}

export interface ReleaseView extends ReleaseRecord {
  componentIds: string[]
}

/** Not deployed yet, run by a zone, or once deployed and run by none any more. */
export const ReleaseState = z.enum(['planned', 'deployed', 'superseded'])
export type ReleaseState = z.infer<typeof ReleaseState>

export const ReleaseDraft = z.strictObject({
  version: VersionName,
  slug: Slug.optional(),
  description: Description.nullish(),
  componentIds: z.array(Reference).max(1000).optional(),
  componentSlugs: z.array(Reference).max(1000).optional(),
  previousReleaseId: Reference.nullish(),
})

export const Release = z.object({
  id: z.uuid(),
  version: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  previousReleaseId: z.uuid().nullable(),
  componentIds: z.array(z.uuid()),
  createdAt: Moment,
  createdBy: z.string(),
})

export const releaseJson = (row: ReleaseView): z.infer<typeof Release> => ({
  id: row.id,
  version: row.version,
  slug: row.slug,
  description: row.description,
  previousReleaseId: row.previousReleaseId,
  componentIds: row.componentIds,
  createdAt: rfc3339(row.createdAt),
  createdBy: row.createdBy,
})
