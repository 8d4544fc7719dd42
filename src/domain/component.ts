import { z } from 'zod'
import { Description, Name, Reference, Slug } from './input.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export interface ComponentRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  version: string
  slug: string
  description: string | null
  previousComponentId: string | null
}

/** A version of a component or a release, as its makers write it: 1.4.0, 2026-11, v3-rc1. */
export const VersionName = z.string().trim().min(1).max(100)

export const ComponentDraft = z.strictObject({
  name: Name,
  version: VersionName,
  slug: Slug.optional(),
  description: Description.nullish(),
  previousComponentId: Reference.nullish(),
})

export const Component = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  slug: z.string(),
  description: z.string().nullable(),
  previousComponentId: z.uuid().nullable(),
  ...stampMembers,
})

export const componentJson = (row: ComponentRecord): z.infer<typeof Component> => ({
  id: row.id,
  name: row.name,
  version: row.version,
  slug: row.slug,
  description: row.description,
  previousComponentId: row.previousComponentId,
  ...stampJson(row),
})
