import { z } from 'zod'
import { AuditArchive } from './audit.ts'
import { Component } from './component.ts'
import { Customer } from './customer.ts'
import { Deployment, DeploymentZone } from './deployment-zone.ts'
import { Entitlement } from './entitlement.ts'
import type { EventName } from './event.ts'
import { FeatureFlag } from './flag.ts'
import { Instance } from './instance.ts'
import { License, LicenseEntitlement } from './license.ts'
import { Organization } from './organization.ts'
import { Release } from './release.ts'
import { ApiToken, ServiceAccount } from './service-account.ts'
import { UsageAnswer } from './usage-answer.ts'
import { User } from './user.ts'
import { Webhook } from './webhook.ts'

/**
 * The `data` of every event: the object as the API shows it, of a deletion as it was; an update adds the names of the
 * members that changed. Source: events.md, "Outbox".
 */
const changed = <S extends z.ZodRawShape>(object: z.ZodObject<S>) =>
  z.object({ ...object.shape, changedFields: z.array(z.string()).min(1) })

/** Where somebody signed in from, or tried to. */
const signingIn = User.extend({ address: z.string(), userAgent: z.string().nullable() })

export const eventPayloads: Record<EventName, z.ZodObject> = {
  ORGANIZATION_CREATION: Organization,
  ORGANIZATION_UPDATE: changed(Organization),
  CUSTOMER_CREATION: Customer,
  CUSTOMER_UPDATE: changed(Customer),
  CUSTOMER_DELETION: Customer,
  ENTITLEMENT_CREATION: Entitlement,
  ENTITLEMENT_UPDATE: changed(Entitlement),
  ENTITLEMENT_DELETION: Entitlement,
  LICENSE_CREATION: License,
  LICENSE_UPDATE: changed(License),
  LICENSE_DELETION: License,
  LICENSE_ENTITLEMENT_ASSIGNMENT: LicenseEntitlement,
  LICENSE_ENTITLEMENT_UNASSIGNMENT: LicenseEntitlement,
  LICENSE_ENTITLEMENT_UPDATE: changed(LicenseEntitlement),
  INSTANCE_CREATION: Instance,
  INSTANCE_UPDATE: changed(Instance),
  INSTANCE_DELETION: Instance,
  INSTANCE_RESTORATION: Instance,
  INSTANCE_DEPLOYMENT: Instance,
  INSTANCE_MIGRATION: Instance.extend({
    previousDeploymentZoneId: z.uuid(),
    previousDeploymentZoneSlug: z.string().nullable(),
  }),
  INSTANCE_LICENSE_CHANGE: Instance.extend({
    previousLicenseId: z.uuid(),
    previousLicenseSlug: z.string().nullable(),
  }),
  INSTANCE_LICENSE_EXPIRED: Instance,
  INSTANCE_ENTITLEMENT_USAGE_REACHED: UsageAnswer,
  INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED: UsageAnswer,
  INSTANCE_ENTITLEMENT_CAP_EXCEEDED: UsageAnswer,
  INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER: UsageAnswer,
  DEPLOYMENT_ZONE_CREATION: DeploymentZone,
  DEPLOYMENT_ZONE_UPDATE: changed(DeploymentZone),
  DEPLOYMENT_ZONE_DELETION: DeploymentZone.extend({
    instanceCount: z.int(),
    instanceSlugs: z.array(z.string()).max(100),
  }),
  DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT: Deployment,
  COMPONENT_CREATION: Component,
  COMPONENT_UPDATE: changed(Component),
  COMPONENT_DELETION: Component,
  RELEASE_CREATION: Release,
  RELEASE_DELETION: Release,
  FEATURE_FLAG_CREATION: FeatureFlag,
  FEATURE_FLAG_UPDATE: changed(FeatureFlag),
  FEATURE_FLAG_DELETION: FeatureFlag,
  SERVICE_ACCOUNT_CREATION: ServiceAccount,
  SERVICE_ACCOUNT_UPDATE: changed(ServiceAccount),
  SERVICE_ACCOUNT_DELETION: ServiceAccount,
  API_TOKEN_CREATION: ApiToken,
  API_TOKEN_REVOCATION: ApiToken,
  USER_CREATION: User,
  USER_UPDATE: changed(User),
  USER_DELETION: User,
  USER_SIGN_IN: signingIn,
  USER_SIGN_IN_FAILURE: signingIn,
  AUDIT_TRAIL_ARCHIVAL: z.object({ id: z.uuid(), ...AuditArchive.shape }),
  WEBHOOK_CREATION: Webhook,
  WEBHOOK_UPDATE: changed(Webhook),
  WEBHOOK_DELETION: Webhook,
  WEBHOOK_ENDPOINT_DISABLED: Webhook,
}

/** The domain that an event is listed under: what its type says between the vendor and the version. */
export const domainOf = (eventType: string): string => eventType.split('.')[2] ?? ''
