import { z } from 'zod'
import { Description, type JsonObject, Metadata, Moment, Name, Reference, rfc3339, Slug } from './input.ts'
import { type Stamp, stampJson, stampMembers } from './stamp.ts'

export const ZoneType = z.enum(['SHARED', 'DEDICATED'])

export interface DeploymentZoneRecord extends Stamp {
  id: string
  organizationId: string
  name: string
  slug: string
  type: z.infer<typeof ZoneType>
  description: string | null
  metadata: JsonObject
  /** The release of the zone's latest deployment. */
  releaseId: string | null
}

export interface DeploymentZoneView extends DeploymentZoneRecord {
  releaseSlug: string | null
}

export const DeploymentZoneDraft = z.strictObject({
  name: Name,
  slug: Slug.optional(),
  type: ZoneType,
  description: Description.nullish(),
  metadata: Metadata.nullish(),
})

export const DeploymentZoneChanges = z.strictObject({
  name: Name,
  type: ZoneType,
  description: Description.nullable(),
  metadata: Metadata.nullable(),
  /** Another release is deployed to the zone. Null is what a zone shows that has none yet. */
  releaseId: Reference.nullable(),
  releaseSlug: Reference.nullable(),
})

export const DeploymentZone = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  type: ZoneType,
  description: z.string().nullable(),
  metadata: Metadata,
  releaseId: z.uuid().nullable(),
  releaseSlug: z.string().nullable(),
  ...stampMembers,
})

export const deploymentZoneJson = (row: DeploymentZoneView): z.infer<typeof DeploymentZone> => ({
  id: row.id,
  name: row.name,
  slug: row.slug,
  type: row.type,
  description: row.description,
  metadata: row.metadata,
  releaseId: row.releaseId,
  releaseSlug: row.releaseSlug,
  ...stampJson(row),
})

// ---- deployments: the act of deploying a release to a zone; a log, never changed, never removed

export interface DeploymentRecord {
  id: string
  organizationId: string
  deploymentZoneId: string
  releaseId: string
  createdAt: number
  createdBy: string
}

export interface DeploymentView extends DeploymentRecord {
  deploymentZoneSlug: string
  releaseSlug: string
}

/** Seen from its release: the zone may have been deleted since. */
export interface DeploymentOfRelease extends DeploymentRecord {
  deploymentZoneSlug: string | null
  deploymentZoneName: string | null
}

export const DeploymentDraft = z.strictObject({ releaseSlug: Reference.optional(), releaseId: Reference.optional() })

export const Deployment = z.object({
  id: z.uuid(),
  deploymentZoneId: z.uuid(),
  deploymentZoneSlug: z.string(),
  releaseId: z.uuid(),
  releaseSlug: z.string(),
  createdAt: Moment,
  createdBy: z.string(),
})

export const deploymentJson = (row: DeploymentView): z.infer<typeof Deployment> => ({
  id: row.id,
  deploymentZoneId: row.deploymentZoneId,
  deploymentZoneSlug: row.deploymentZoneSlug,
  releaseId: row.releaseId,
  releaseSlug: row.releaseSlug,
  createdAt: rfc3339(row.createdAt),
  createdBy: row.createdBy,
})
