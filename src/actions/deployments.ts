import { type DeploymentRecord, type DeploymentZoneView, deploymentJson } from '../domain/deployment-zone.ts'
import type { Event } from '../domain/event.ts'
import type { ReleaseRecord } from '../domain/release.ts'
import type { Tx } from '../engine/transaction.ts'
import { insertRow } from '../store/query.ts'
import type { Context } from './action.ts'

/** Writes a deployment down. The zone's own row is the caller's. */
export async function logDeployment(
  tx: Tx,
  { principal, now, newId }: Pick<Context<unknown>, 'principal' | 'now' | 'newId'>,
  zone: DeploymentZoneView,
  release: ReleaseRecord,
) {
  const row: DeploymentRecord = {
    id: newId(),
    organizationId: principal.organization,
    deploymentZoneId: zone.id,
    releaseId: release.id,
    createdAt: now,
    createdBy: principal.name,
  }
  await tx.run(insertRow('deployments', row))
  const deployment = deploymentJson({ ...row, deploymentZoneSlug: zone.slug, releaseSlug: release.slug })
  // The zone is what changed, so it is the subject.
  const told: Event = { name: 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT', subject: zone.id, data: deployment }
  return { deployment, told }
}
