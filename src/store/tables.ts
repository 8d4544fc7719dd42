import type { ColumnType } from 'kysely'
import type { ComponentRecord } from '../domain/component.ts'
import type { CustomerRecord } from '../domain/customer.ts'
import type { DeploymentRecord, DeploymentZoneRecord } from '../domain/deployment-zone.ts'
import type { EntitlementRecord } from '../domain/entitlement.ts'
import type { EventName } from '../domain/event.ts'
import type { FlagRecord, FlagRevisionRecord } from '../domain/flag.ts'
import type { JsonObject } from '../domain/input.ts'
import type { InstanceRecord } from '../domain/instance.ts'
import type { LicenseEntitlementRecord, LicenseRecord } from '../domain/license.ts'
import type { OneTimeLinkRecord } from '../domain/one-time-link.ts'
import type { OrganizationRecord } from '../domain/organization.ts'
import type { actorOf } from '../domain/principal.ts'
import type { ReleaseRecord } from '../domain/release.ts'
import type { ApiTokenRecord, ServiceAccountRecord } from '../domain/service-account.ts'
import type { SessionRecord } from '../domain/session.ts'
import type { UsageReportRecord } from '../domain/usage-report.ts'
import type { MembershipRecord, PersonRecord } from '../domain/user.ts'
import type { WebhookRecord } from '../domain/webhook.ts'
import type { AttemptRecord } from '../domain/webhook-attempt.ts'

/**
 * The tables as queries see them. Columns carry the names that the API uses. Booleans and JSON are what they are here;
 * the engine keeps them as 0/1 and text and turns them by the column names below.
 */
export interface Tables {
  organizations: OrganizationRecord
  service_accounts: ServiceAccountRecord
  api_tokens: ApiTokenRecord
  customers: CustomerRecord
  entitlements: EntitlementRecord
  license_families: LicenseFamilyRecord
  licenses: LicenseRecord
  license_entitlements: LicenseEntitlementRecord
  instances: InstanceRecord
  components: ComponentRecord
  releases: ReleaseRecord
  release_components: ReleaseComponentRecord
  deployment_zones: DeploymentZoneRecord
  deployments: DeploymentRecord
  entitlement_usages: EntitlementUsageRecord & KeptByTriggers
  usage_reports: UsageReportRecord
  usage_transactions: UsageTransactionRecord
  feature_audit_trail: AuditRecord
  audit_days: AuditDayRecord
  organization_days: OrganizationDayRecord
  search_progress: SearchProgressRecord
  audit_retention: AuditRetentionRecord
  outbox_events: OutboxEventRecord
  idempotency_keys: IdempotencyKeyRecord
  secrets: SecretRecord
  feature_flags: FlagRecord
  feature_flag_history: FlagRevisionRecord
  feature_flag_sets: FlagSetRecord
  webhook_endpoints: WebhookRecord
  webhook_deliveries: DeliveryRecord
  webhook_attempts: AttemptRecord
  users: PersonRecord
  memberships: MembershipRecord
  sessions: SessionRecord
  one_time_links: OneTimeLinkRecord
}

/** A column has one meaning wherever its name stands, so these lists hold for every table and join. */
export const booleanColumns: ReadonlySet<string> = new Set(['isActive', 'isDefault', 'late', 'enabled'])
export const jsonColumns: ReadonlySet<string> = new Set([
  'metadata',
  'value',
  'scopes',
  'componentIds',
  'deletedVersions',
  'data',
  'actor',
  'payload',
  'body',
  'variants',
  'defaultVariant',
  'targetingRules',
  'changedFields',
  'flag',
  'eventNames',
])

export interface LicenseFamilyRecord {
  organizationId: string
  slug: string
  /** The highest that was ever used. A number that was used is never used again, also when its version is deleted. */
  lastVersion: number
  deletedVersions: number[]
}

export interface ReleaseComponentRecord {
  organizationId: string
  releaseId: string
  componentId: string
  position: number
}

/** A meter: use of one entitlement by one instance in one window. Decimals are scaled integers as text. */
export interface EntitlementUsageRecord {
  organizationId: string
  instanceId: string
  entitlementId: string
  periodStart: number
  periodEnd: number | null
  /** The value as a scaled integer; `usageReal` is the nearest double, for sorting. */
  usage: string
  usageReal: number
  sum: string
  eventCount: number
  latches: number
  /**
   * The lines that the latches belong to: threshold (scaled integer, null for unlimited) and warning percent of the last
   * report that was judged. Where they differ at the next one, the latches are re-armed first.
   */
  judgedThreshold: string | null
  judgedWarningPercent: number
  /** When INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER was sent for a closed window. */
  rolledOverAt: number | null
  updatedAt: number
}

/** Of a meter: see 0009-use-under-license.ts. */
interface KeptByTriggers {
  /** The license of its instance; null where its use counts no more. */
  underLicenseId: ColumnType<string | null, never, never>
}

/** What a transactionId led to, remembered for 35 days. */
export interface UsageTransactionRecord {
  organizationId: string
  instanceId: string
  entitlementId: string
  transactionId: string
  contentHash: string
  answer: string
  occurredAt: number
}

/** An audit entry. `kind` is 1 for a read, 2 for an accepted report, 3 for a rejected one. Append-only by trigger. */
export interface AuditRecord {
  id: number
  organizationId: string
  instanceId: string
  entitlementId: string | null
  kind: number
  payload: JsonObject
  principal: string
  occurredAt: number
}

/** Per day (UTC), instance and entitlement: how many entries of each kind, and the day's last and highest value. */
export interface AuditDayRecord {
  organizationId: string
  instanceId: string
  /** Empty for reads of several entitlements at once. */
  entitlementId: string
  day: number
  reads: number
  accepted: number
  rejected: number
  lastValue: number | null
  highestValue: number | null
}

/** The same of a whole organization: what its dashboard shows. */
export type OrganizationDayRecord = Pick<AuditDayRecord, 'organizationId' | 'day' | 'reads' | 'accepted' | 'rejected'>

/** Audit rows up to this id may be deleted: raised only by the retention action. */
export interface AuditRetentionRecord {
  organizationId: string
  mark: number
}

/** How far a background index has come: rows up to `mark` are in it. */
export interface SearchProgressRecord {
  name: string
  mark: number
}

export interface OutboxEventRecord {
  id: number
  organizationId: string
  eventName: EventName
  eventType: string
  subjectId: string
  data: JsonObject
  actor: ReturnType<typeof actorOf>
  occurredAt: number
}

/** One event for one endpoint. How it stands is what its last attempt says. */
export interface DeliveryRecord {
  /** What receivers de-duplicate by: the header `webhook-id` of every attempt. */
  id: string
  organizationId: string
  endpointId: string
  /** Null for an example that was sent by hand. */
  eventId: number | null
  eventName: EventName
  createdAt: number
}

/** How often the flags of an organization were written. */
export interface FlagSetRecord {
  organizationId: string
  revision: number
}

export interface SecretRecord {
  name: string
  secret: string
}

export interface IdempotencyKeyRecord {
  organizationId: string
  credential: string
  method: string
  path: string
  key: string
  contentHash: string
  body: unknown
  occurredAt: number
}
