import { type EventName, eventTypes } from './event.ts'
import type { JsonObject } from './input.ts'

/** A believable `data` of every event: shown with its schema, and what a test of an endpoint sends. */
export function eventExample(name: EventName): JsonObject {
  const noun = name.replace(/_(CREATION|UPDATE|DELETION)$/, '')
  const object = objects[name] ?? objects[noun] ?? {}
  return eventTypes[name].endsWith('.updated') ? { ...object, changedFields: [mutable(object)] } : object
}

/** Of an update's example: the first member that people change. */
const mutable = (object: JsonObject): string =>
  ['name', 'url', 'value', 'description'].find(member => member in object) ?? 'metadata'

const id = (number: number): string => `01940000-0000-7000-8000-${String(number).padStart(12, '0')}`
const at = '2026-01-31T09:30:00.000Z'
const made = { createdAt: at, createdBy: 'ada@example.com' }
const stamp = { ...made, updatedAt: at, updatedBy: 'ada@example.com', revision: 1 }

const instance: JsonObject = {
  id: id(5),
  name: 'Acme Production',
  slug: 'acme-prod',
  description: '',
  customerId: id(1),
  customerSlug: 'acme',
  licenseId: id(3),
  licenseSlug: 'growth',
  deploymentZoneId: id(6),
  deploymentZoneSlug: 'eu-central',
  startLicenseDate: at,
  endLicenseDate: '2027-01-31T09:30:00.000Z',
  metadata: { region: 'eu-central-1' },
  deletedAt: null,
  ...stamp,
}

const zone: JsonObject = {
  id: id(6),
  name: 'EU Central',
  slug: 'eu-central',
  type: 'SHARED',
  description: null,
  metadata: {},
  releaseId: id(8),
  releaseSlug: '2-4-0',
  ...stamp,
}

const user: JsonObject = {
  id: id(16),
  email: 'ada@example.com',
  name: 'Ada',
  role: 'EDITOR',
  disabled: false,
  disabledAt: null,
  acceptedAt: at,
  lastSignInAt: at,
  ...stamp,
}

const usage = (used: number): JsonObject => ({
  entitlement: 'api-calls',
  entitlementId: id(2),
  entitlementSlug: 'api-calls',
  instanceSlug: 'acme-prod',
  licenseId: id(3),
  licenseSlug: 'growth',
  value: { type: 'number', value: used, event_count: used },
  limit: 1000,
  maximum: 1100,
  threshold: { type: 'number', value: 1000 },
  unlimited: false,
  current_usage: used,
  remaining: 1100 - used,
  percentage_used: used / 10,
  status: used >= 1000 ? 'REACHED' : 'WARNING',
  allowed: used < 1100,
  behavior: 'append',
  metadata: {},
  timestamp: at,
  currentPeriodStart: '2026-01-01T00:00:00.000Z',
  currentPeriodEnd: '2026-02-01T00:00:00.000Z',
})

/** By the event's name where it has data of its own, otherwise by its noun. */
const objects: Record<string, JsonObject> = {
  ORGANIZATION: { id: id(0), name: 'Acme Software', slug: 'acme-software', createdAt: at, updatedAt: at, revision: 1 },
  CUSTOMER: { id: id(1), name: 'Acme', slug: 'acme', externalCustomerId: null, ...stamp },
  ENTITLEMENT: {
    id: id(2),
    name: 'API Calls',
    slug: 'api-calls',
    description: null,
    type: 'NUMBER',
    meterType: 'RAW_EVENT',
    aggregationMethod: 'SUM',
    unitSingular: 'call',
    unitPlural: 'calls',
    warningThresholdPercent: 80,
    resetPeriod: 'MONTH',
    resetAnchor: 'CALENDAR',
    ...stamp,
  },
  LICENSE: {
    id: id(3),
    name: 'Growth',
    slug: 'growth',
    description: null,
    type: 'PAID',
    familySlug: 'growth',
    version: '1',
    versionName: null,
    isActive: true,
    isDefault: false,
    ...stamp,
  },
  ...named(['LICENSE_ENTITLEMENT_ASSIGNMENT', 'LICENSE_ENTITLEMENT_UNASSIGNMENT', 'LICENSE_ENTITLEMENT_UPDATE'], {
    id: id(4),
    licenseId: id(3),
    licenseSlug: 'growth',
    entitlementId: id(2),
    entitlementSlug: 'api-calls',
    entitlementName: 'API Calls',
    entitlementType: 'NUMBER',
    value: { type: 'number', value: 1000 },
    limitCapExceededOveragePercent: 10,
    ...stamp,
  }),
  INSTANCE: instance,
  INSTANCE_RESTORATION: instance,
  INSTANCE_DEPLOYMENT: instance,
  INSTANCE_MIGRATION: { ...instance, previousDeploymentZoneId: id(7), previousDeploymentZoneSlug: 'us-east' },
  INSTANCE_LICENSE_CHANGE: { ...instance, previousLicenseId: id(9), previousLicenseSlug: 'starter' },
  INSTANCE_LICENSE_EXPIRED: instance,
  INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED: usage(800),
  INSTANCE_ENTITLEMENT_USAGE_REACHED: usage(1000),
  INSTANCE_ENTITLEMENT_CAP_EXCEEDED: usage(1010),
  INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER: usage(950),
  DEPLOYMENT_ZONE: zone,
  DEPLOYMENT_ZONE_DELETION: { ...zone, instanceCount: 1, instanceSlugs: ['acme-prod'] },
  DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT: {
    id: id(10),
    deploymentZoneId: id(6),
    deploymentZoneSlug: 'eu-central',
    releaseId: id(8),
    releaseSlug: '2-4-0',
    ...made,
  },
  COMPONENT: {
    id: id(11),
    name: 'Billing',
    version: '1.8.2',
    slug: 'billing-1-8-2',
    description: null,
    previousComponentId: null,
    ...stamp,
  },
  RELEASE: {
    id: id(8),
    version: '2.4.0',
    slug: '2-4-0',
    description: null,
    previousReleaseId: null,
    componentIds: [id(11)],
    ...made,
  },
  FEATURE_FLAG: {
    id: id(12),
    name: 'Promo Banner',
    slug: 'promo-banner',
    description: null,
    type: 'boolean',
    enabled: true,
    variants: [
      { name: 'on', value: true, description: null },
      { name: 'off', value: false, description: null },
    ],
    defaultVariant: { type: 'basic', value: 'off' },
    targetingRules: [{ type: 'basic', name: 'Sakura', rule: 'tenantSlug == "sakura-tokyo"', variant: 'on' }],
    salt: null,
    ...stamp,
  },
  SERVICE_ACCOUNT: { id: id(13), name: 'Billing', slug: 'billing', ...stamp },
  ...named(['API_TOKEN_CREATION', 'API_TOKEN_REVOCATION'], {
    id: id(14),
    name: 'Production',
    slug: 'production',
    serviceAccountId: id(13),
    serviceAccountSlug: 'billing',
    prefix: 'ksh_4fQz',
    scopes: ['read:feature_flags', 'write:usage'],
    instanceId: null,
    instanceSlug: null,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
    ...made,
  }),
  ...named(['USER_CREATION', 'USER_UPDATE', 'USER_DELETION'], user),
  ...named(['USER_SIGN_IN', 'USER_SIGN_IN_FAILURE'], { ...user, address: '203.0.113.7', userAgent: 'Mozilla/5.0' }),
  AUDIT_TRAIL_ARCHIVAL: {
    id: id(0),
    upTo: 120000,
    entries: 5000,
    from: '2025-10-01T00:00:00.000Z',
    until: '2025-10-31T23:59:59.000Z',
    file: 'acme-software-120000.ndjson.gz',
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
  ...named(['WEBHOOK_CREATION', 'WEBHOOK_UPDATE', 'WEBHOOK_DELETION', 'WEBHOOK_ENDPOINT_DISABLED'], {
    id: id(15),
    url: 'https://your-app.example.com/webhook',
    description: null,
    eventNames: ['CUSTOMER_CREATION'],
    enabled: true,
    disabledReason: null,
    ...stamp,
  }),
}

function named(names: EventName[], object: JsonObject): Record<string, JsonObject> {
  return Object.fromEntries(names.map(name => [name, object]))
}
