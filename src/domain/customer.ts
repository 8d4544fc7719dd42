import { z } from 'zod'
import { Name, Slug } from './input.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export interface CustomerRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  slug: string
  externalCustomerId: string | null
}

export const CustomerDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  externalCustomerId: z.string().min(1).max(200).nullish(),
})

export const Customer = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  externalCustomerId: z.string().nullable(),
  ...stampMembers,
})

export const customerJson = (row: CustomerRecord): z.infer<typeof Customer> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  externalCustomerId: row.externalCustomerId,
  ...stampJson(row),
})
