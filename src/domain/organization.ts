import { z } from 'zod'
import { Moment, Name, rfc3339, Slug } from './input.ts'

export interface OrganizationRecord {
  id: string
  name: string
  slug: string
  createdAt: number
  updatedAt: number
  revision: number
}

export const OrganizationDraft = z.strictObject({ name: Name, slug: Slug.optional() })

export const Organization = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  createdAt: Moment,
  updatedAt: Moment,
  revision: z.int(),
})

export const organizationJson = (row: OrganizationRecord): z.infer<typeof Organization> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  createdAt: rfc3339(row.createdAt),
  updatedAt: rfc3339(row.updatedAt),
  revision: row.revision,
})
