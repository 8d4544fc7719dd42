import { z } from 'zod'
import { type JsonObject, Moment, rfc3339 } from './input.ts'

/**
 * Every event there is: its name and its type. The one list from which documentation, filters and webhook
 * subscriptions come. Source: events.md, "Outbox".
 */
export const eventTypes = {
  ORGANIZATION_CREATION: 'com.kaiten.organization.v1.created',
  ORGANIZATION_UPDATE: 'com.kaiten.organization.v1.updated',
  CUSTOMER_CREATION: 'com.kaiten.customer.v1.created',
  CUSTOMER_UPDATE: 'com.kaiten.customer.v1.updated',
  CUSTOMER_DELETION: 'com.kaiten.customer.v1.deleted',
  ENTITLEMENT_CREATION: 'com.kaiten.entitlement.v1.created',
  ENTITLEMENT_UPDATE: 'com.kaiten.entitlement.v1.updated',
  ENTITLEMENT_DELETION: 'com.kaiten.entitlement.v1.deleted',
  LICENSE_CREATION: 'com.kaiten.license.v1.created',
  LICENSE_UPDATE: 'com.kaiten.license.v1.updated',
  LICENSE_DELETION: 'com.kaiten.license.v1.deleted',
  LICENSE_ENTITLEMENT_ASSIGNMENT: 'com.kaiten.license.entitlement.v1.assigned',
  LICENSE_ENTITLEMENT_UNASSIGNMENT: 'com.kaiten.license.entitlement.v1.unassigned',
  LICENSE_ENTITLEMENT_UPDATE: 'com.kaiten.license.entitlement.v1.updated',
  INSTANCE_CREATION: 'com.kaiten.instance.v1.created',
  INSTANCE_UPDATE: 'com.kaiten.instance.v1.updated',
  INSTANCE_DELETION: 'com.kaiten.instance.v1.deleted',
  INSTANCE_RESTORATION: 'com.kaiten.instance.v1.restored',
  INSTANCE_DEPLOYMENT: 'com.kaiten.instance.v1.deployed',
  INSTANCE_MIGRATION: 'com.kaiten.instance.v1.migrated',
  INSTANCE_LICENSE_CHANGE: 'com.kaiten.instance.v1.license_changed',
  INSTANCE_LICENSE_EXPIRED: 'com.kaiten.instance.v1.license_expired',
  INSTANCE_ENTITLEMENT_USAGE_REACHED: 'com.kaiten.instance.entitlement.v1.usage_reached',
  INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED:
    'com.kaiten.instance.entitlement.v1.usage_warning_threshold_reached',
  INSTANCE_ENTITLEMENT_CAP_EXCEEDED: 'com.kaiten.instance.entitlement.v1.cap_exceeded',
  INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER: 'com.kaiten.instance.entitlement.v1.usage_period_rolled_over',
  DEPLOYMENT_ZONE_CREATION: 'com.kaiten.deployment_zone.v1.created',
  DEPLOYMENT_ZONE_UPDATE: 'com.kaiten.deployment_zone.v1.updated',
  DEPLOYMENT_ZONE_DELETION: 'com.kaiten.deployment_zone.v1.deleted',
  DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT: 'com.kaiten.deployment_zone.v1.release_deployed',
  COMPONENT_CREATION: 'com.kaiten.component.v1.created',
  COMPONENT_UPDATE: 'com.kaiten.component.v1.updated',
  COMPONENT_DELETION: 'com.kaiten.component.v1.deleted',
  RELEASE_CREATION: 'com.kaiten.release.v1.created',
  RELEASE_DELETION: 'com.kaiten.release.v1.deleted',
  FEATURE_FLAG_CREATION: 'com.kaiten.feature_flag.v1.created',
  FEATURE_FLAG_UPDATE: 'com.kaiten.feature_flag.v1.updated',
  FEATURE_FLAG_DELETION: 'com.kaiten.feature_flag.v1.deleted',
  SERVICE_ACCOUNT_CREATION: 'com.kaiten.service_account.v1.created',
  SERVICE_ACCOUNT_UPDATE: 'com.kaiten.service_account.v1.updated',
  SERVICE_ACCOUNT_DELETION: 'com.kaiten.service_account.v1.deleted',
  API_TOKEN_CREATION: 'com.kaiten.api_token.v1.created',
  API_TOKEN_REVOCATION: 'com.kaiten.api_token.v1.revoked',
  WEBHOOK_CREATION: 'com.kaiten.webhook.v1.created',
  WEBHOOK_UPDATE: 'com.kaiten.webhook.v1.updated',
  WEBHOOK_DELETION: 'com.kaiten.webhook.v1.deleted',
  WEBHOOK_ENDPOINT_DISABLED: 'com.kaiten.webhook.v1.disabled',
  USER_CREATION: 'com.kaiten.user.v1.created',
  USER_UPDATE: 'com.kaiten.user.v1.updated',
  USER_DELETION: 'com.kaiten.user.v1.deleted',
  USER_SIGN_IN: 'com.kaiten.user.v1.signed_in',
  USER_SIGN_IN_FAILURE: 'com.kaiten.user.v1.sign_in_failed',
  AUDIT_TRAIL_ARCHIVAL: 'com.kaiten.audit_trail.v1.archived',
} as const

/** A change as it is kept; `data` is the object as the API gives it, after the change. */
export interface EventView {
  id: number
  eventName: EventName
  eventType: string
  subjectId: string
  data: JsonObject
  actor: JsonObject
  /** Milliseconds of Unix time. */
  occurredAt: number
}

export type EventName = keyof typeof eventTypes

export const eventNames = Object.keys(eventTypes) as EventName[]

/** In words: `com.kaiten.license.entitlement.v1.assigned` is "License entitlement assigned". */
export function eventTitle(eventType: string): string {
  const [, , ...parts] = eventType.split('.')
  const text = parts
    .filter(part => !/^v\d+$/.test(part))
    .join(' ')
    .replaceAll('_', ' ')
    .replace(/^api /, 'API ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Changes of who may do what, and of what is kept: these are always in the log. */
export const isAdministrative = (name: EventName): boolean =>
  /^(ORGANIZATION|SERVICE_ACCOUNT|API_TOKEN|USER|WEBHOOK|AUDIT)_/.test(name)

/**
 * What an action says of its change. `data` is the object as the API shows it (of a deletion: as it was),
 * `subject` the id of the object that changed; an update adds the names of the members that changed.
 */
export interface Event {
  name: EventName
  subject: string
  data: Record<string, unknown>
  changedFields?: string[]
}

export const event = (
  name: EventName,
  data: { id: string } & Record<string, unknown>,
  changedFields?: string[],
): Event => ({ name, subject: data.id, data, ...(changedFields && { changedFields }) })

/** A change as GET /api/events shows it. */
export const EventJson = z.object({
  id: z.int(),
  name: z.enum(eventNames),
  type: z.string(),
  occurredAt: Moment,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  data: z.record(z.string(), z.unknown()),
})

export const eventJson = (row: {
  id: number
  eventName: EventName
  eventType: string
  occurredAt: number
  actor: unknown
  data: unknown
}) => ({
  id: row.id,
  name: row.eventName,
  type: row.eventType,
  occurredAt: rfc3339(row.occurredAt),
  actor: row.actor,
  data: row.data,
})
