import { vi } from 'vitest'
import type { EventName } from './domain/event.ts'
import { operator } from './domain/principal.ts'
import type { Noun } from './events.pictures.ts'
import { allOrganizations } from './store/organizations.ts'
import type { TestHouse } from './test-house.ts'

/**
 * For tests: every act of the product with what it must tell, as one story: each act finds what those before it left. A
 * new route, or a new event, is missed until it is in here. Longer than 300 lines, because it is one story.
 */
export interface Act {
  /** A request, `PUT /customers/acme`; `{gone}` is what an act before it made and named so. Or what else happens. */
  act: string
  body?: object | undefined
  /** What people and programs call what the request makes: the id of its answer, for `{gone}`. */
  names?: string
  /** 2xx where nothing is said. */
  status?: number
  /** The events in order: of what, and after the colon the members that changed. */
  tells: Sentence[]
  /** Objects that show otherwise afterwards and are not told of by events of their own. */
  quietly?: Noun[]
  /** Why a route makes no event at all. */
  because?: string
  /** What happens by the clock, and by nobody's request. */
  byClock?: (house: TestHouse) => Promise<void>
  /** What the person at the machine does, or a person at the door: `by` is what the event calls them. */
  byPerson?: { by: string; does: (house: TestHouse) => Promise<unknown> }
}
export type Sentence = `${EventName} of ${string}`

/** What a first start has told before any of it. */
export const beginning: Sentence[] = [
  'ORGANIZATION_CREATION of default',
  'SERVICE_ACCOUNT_CREATION of bootstrap',
  'API_TOKEN_CREATION of bootstrap/bootstrap',
]

const day = 86_400_000
const number = (value: number) => ({ type: 'number', value })
const boolean = (value: boolean) => ({ type: 'boolean', value })

const passing = (days: number) => async (house: TestHouse) => {
  house.pass(days * day)
  await house.inside.clockwork.everyMinute()
}

const customers: Act[] = [
  { act: 'PUT /organization', body: { name: 'Birch' }, tells: ['ORGANIZATION_UPDATE of default: name'] },
  { act: 'POST /customers', body: { name: 'Acme' }, tells: ['CUSTOMER_CREATION of acme'] },
  { act: 'POST /customers', body: { name: 'Brief' }, tells: ['CUSTOMER_CREATION of brief'] },
  {
    act: 'PUT /customers/acme',
    body: { name: 'Acme Inc.', externalCustomerId: 'crm-1' },
    tells: ['CUSTOMER_UPDATE of acme: name, externalCustomerId'],
  },
  { act: 'DELETE /customers/brief', tells: ['CUSTOMER_DELETION of brief'] },
]

const licenses: Act[] = [
  {
    act: 'POST /entitlements',
    body: { name: 'API Calls', type: 'NUMBER', warningThresholdPercent: 80, resetPeriod: 'MONTH' },
    tells: ['ENTITLEMENT_CREATION of api-calls'],
  },
  { act: 'POST /entitlements', body: { name: 'SSO', type: 'BOOLEAN' }, tells: ['ENTITLEMENT_CREATION of sso'] },
  {
    act: 'POST /licenses',
    body: { name: 'Growth', type: 'PAID', isDefault: true },
    tells: ['LICENSE_CREATION of growth'],
  },
  {
    act: 'POST /licenses/growth/entitlements',
    body: { entitlementSlug: 'api-calls', value: number(100), limitCapExceededOveragePercent: 10 },
    tells: ['LICENSE_ENTITLEMENT_ASSIGNMENT of growth/api-calls'],
  },
  {
    act: 'POST /licenses/growth/entitlements',
    body: { entitlementSlug: 'sso', value: boolean(false) },
    tells: ['LICENSE_ENTITLEMENT_ASSIGNMENT of growth/sso'],
  },
  {
    act: 'PUT /licenses/growth/entitlements/sso',
    body: { value: boolean(true) },
    tells: ['LICENSE_ENTITLEMENT_UPDATE of growth/sso: value'],
  },
  {
    act: 'PUT /entitlements/sso',
    body: { name: 'Single Sign-On' },
    tells: ['ENTITLEMENT_UPDATE of sso: name'],
    // Grants show the name of what they grant.
    quietly: ['LICENSE_ENTITLEMENT'],
  },
  { act: 'PUT /licenses/growth', body: { versionName: '2026' }, tells: ['LICENSE_UPDATE of growth: versionName'] },
  {
    act: 'POST /licenses',
    body: { name: 'Growth', type: 'PAID', familySlug: 'growth', isDefault: true },
    tells: [
      'LICENSE_UPDATE of growth: isDefault',
      'LICENSE_CREATION of growth-v2',
      'LICENSE_ENTITLEMENT_ASSIGNMENT of growth-v2/api-calls',
      'LICENSE_ENTITLEMENT_ASSIGNMENT of growth-v2/sso',
    ],
  },
  {
    act: 'PUT /licenses/growth',
    body: { isDefault: true },
    tells: ['LICENSE_UPDATE of growth-v2: isDefault', 'LICENSE_UPDATE of growth: isDefault'],
  },
  {
    act: 'DELETE /licenses/growth-v2/entitlements/sso',
    tells: ['LICENSE_ENTITLEMENT_UNASSIGNMENT of growth-v2/sso'],
  },
]

const instances: Act[] = [
  {
    act: 'POST /deployment-zones',
    body: { name: 'Europe', type: 'SHARED' },
    tells: ['DEPLOYMENT_ZONE_CREATION of europe'],
  },
  {
    act: 'POST /deployment-zones',
    body: { name: 'Asia', type: 'DEDICATED' },
    tells: ['DEPLOYMENT_ZONE_CREATION of asia'],
  },
  {
    act: 'PUT /deployment-zones/asia',
    body: { type: 'SHARED', metadata: { provider: 'own' } },
    tells: ['DEPLOYMENT_ZONE_UPDATE of asia: type, metadata'],
  },
  {
    act: 'POST /instances',
    body: { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth', deploymentZoneSlug: 'europe' },
    tells: ['INSTANCE_CREATION of acme-prod', 'INSTANCE_DEPLOYMENT of acme-prod'],
  },
  {
    act: 'POST /instances',
    body: { name: 'Acme Test', customerSlug: 'acme' },
    tells: ['INSTANCE_CREATION of acme-test'],
  },
  {
    act: 'PUT /instances/acme-test',
    body: { deploymentZoneSlug: 'europe' },
    tells: ['INSTANCE_UPDATE of acme-test: deploymentZoneId', 'INSTANCE_DEPLOYMENT of acme-test'],
  },
  {
    act: 'PUT /instances/acme-prod',
    body: { licenseSlug: 'growth-v2', deploymentZoneSlug: 'asia' },
    tells: [
      'INSTANCE_UPDATE of acme-prod: licenseId, deploymentZoneId',
      'INSTANCE_LICENSE_CHANGE of acme-prod',
      'INSTANCE_MIGRATION of acme-prod',
    ],
  },
  {
    act: 'PUT /instances/acme-test',
    body: { deploymentZoneSlug: null, metadata: { stage: 'test' } },
    tells: ['INSTANCE_UPDATE of acme-test: deploymentZoneId, metadata'],
  },
  {
    act: 'POST /instances',
    body: { name: 'Gone', customerSlug: 'acme' },
    names: 'gone',
    tells: ['INSTANCE_CREATION of gone'],
  },
  { act: 'DELETE /instances/gone', tells: ['INSTANCE_DELETION of gone'] },
  { act: 'POST /instances/{gone}/restore', tells: ['INSTANCE_RESTORATION of gone'] },
]

const meter = '/instances/acme-prod/entitlements/api-calls/usage'

/** Of 100 with 10 percent beyond. */
const usage: Act[] = [
  { act: `POST ${meter}`, body: { value: 10 }, tells: [] },
  {
    act: `POST ${meter}`,
    body: { value: 75 },
    tells: ['INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED of acme-prod/api-calls'],
  },
  {
    act: 'POST /instances/acme-prod/usage',
    body: { entitlementSlug: 'api-calls', value: 15 },
    tells: ['INSTANCE_ENTITLEMENT_USAGE_REACHED of acme-prod/api-calls'],
  },
  {
    act: 'POST /usage',
    body: { reports: [{ instanceSlug: 'acme-prod', entitlementSlug: 'api-calls', value: 5, transactionId: 'beyond' }] },
    tells: ['INSTANCE_ENTITLEMENT_CAP_EXCEEDED of acme-prod/api-calls'],
  },
  { act: `POST ${meter}`, body: { value: 50 }, status: 409, tells: [] },
  {
    act: 'POST /instances/acme-test/entitlements/api-calls/usage',
    body: { value: 111 },
    status: 409,
    tells: ['INSTANCE_ENTITLEMENT_USAGE_REACHED of acme-test/api-calls'],
  },
  {
    act: 'the month ends',
    byClock: passing(31),
    tells: ['INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER of acme-prod/api-calls'],
  },
  {
    act: 'PUT /instances/acme-test',
    body: { endLicenseDate: '2026-05-01T00:00:00Z' },
    tells: ['INSTANCE_UPDATE of acme-test: endLicenseDate'],
  },
  { act: 'its license ends', byClock: passing(31), tells: ['INSTANCE_LICENSE_EXPIRED of acme-test'] },
  { act: 'another day passes', byClock: passing(1), tells: [] },
]

const deployments: Act[] = [
  { act: 'POST /components', body: { name: 'Billing', version: '1' }, tells: ['COMPONENT_CREATION of billing-1'] },
  {
    act: 'POST /components',
    body: { name: 'Billing', version: '2', previousComponentId: 'billing-1' },
    tells: ['COMPONENT_CREATION of billing-2'],
  },
  {
    act: 'PUT /components/billing-2',
    body: { description: 'In two currencies' },
    tells: ['COMPONENT_UPDATE of billing-2: description'],
  },
  {
    act: 'DELETE /components/billing-1',
    tells: ['COMPONENT_UPDATE of billing-2: previousComponentId', 'COMPONENT_DELETION of billing-1'],
  },
  { act: 'POST /releases', body: { version: '1.0' }, tells: ['RELEASE_CREATION of 1-0'] },
  {
    act: 'POST /releases',
    body: { version: '2.0', componentSlugs: ['billing-2'], previousReleaseId: '1-0' },
    tells: ['RELEASE_CREATION of 2-0'],
  },
  {
    act: 'DELETE /releases/1-0',
    tells: ['RELEASE_DELETION of 1-0'],
    // Releases do not change; the one after it only comes after none then.
    quietly: ['RELEASE'],
  },
  { act: 'POST /releases', body: { version: '3.0' }, tells: ['RELEASE_CREATION of 3-0'] },
  {
    act: 'POST /deployment-zones/asia/deployments',
    body: { releaseSlug: '2-0' },
    tells: ['DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT of asia/2-0'],
    // Of the zone, its release is what changed.
    quietly: ['DEPLOYMENT_ZONE'],
  },
  {
    act: 'PUT /deployment-zones/asia',
    body: { releaseSlug: '3-0' },
    tells: ['DEPLOYMENT_ZONE_UPDATE of asia: releaseId', 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT of asia/3-0'],
  },
]

const evaluates = 'it evaluates, and keeps nothing'
const context = { context: { targetingKey: 'somebody' } }

const flags: Act[] = [
  {
    act: 'POST /feature-flags',
    body: { name: 'Promo Banner', type: 'boolean' },
    tells: ['FEATURE_FLAG_CREATION of promo-banner'],
  },
  {
    act: 'PUT /feature-flags/promo-banner',
    body: { enabled: true },
    tells: ['FEATURE_FLAG_UPDATE of promo-banner: enabled'],
  },
  {
    act: 'POST /feature-flags/promo-banner/restore',
    body: { revision: 1 },
    tells: ['FEATURE_FLAG_UPDATE of promo-banner: enabled'],
  },
  { act: 'POST /feature-flags/promo-banner/test', body: { context: {} }, tells: [], because: evaluates },
  { act: 'POST /feature-flags/lint', body: { rule: 'true' }, tells: [], because: evaluates },
  { act: 'POST /ofrep/v1/evaluate/flags/promo-banner', body: context, tells: [], because: evaluates },
  { act: 'POST /ofrep/v1/evaluate/flags', body: context, tells: [], because: evaluates },
  { act: 'DELETE /feature-flags/promo-banner', tells: ['FEATURE_FLAG_DELETION of promo-banner'] },
]

const credentials: Act[] = [
  { act: 'POST /service-accounts', body: { name: 'Billing' }, tells: ['SERVICE_ACCOUNT_CREATION of billing'] },
  {
    act: 'PUT /service-accounts/billing',
    body: { name: 'Invoices' },
    tells: ['SERVICE_ACCOUNT_UPDATE of billing: name'],
  },
  ...['One', 'Two'].map(
    (name): Act => ({
      act: 'POST /service-accounts/billing/tokens',
      body: { name, scopes: ['read:usage'] },
      tells: [`API_TOKEN_CREATION of billing/${name.toLowerCase()}`],
    }),
  ),
  { act: 'DELETE /service-accounts/billing/tokens/one', tells: ['API_TOKEN_REVOCATION of billing/one'] },
  {
    act: 'DELETE /service-accounts/billing',
    tells: ['SERVICE_ACCOUNT_DELETION of billing'],
    // Its tokens go with it.
    quietly: ['API_TOKEN'],
  },
]

const olga = { email: 'olga@example.com', password: 'purple tractor beneath lantern' }

const comes = (password: string) => async (house: TestHouse) => {
  const headers = { Accept: 'text/html', 'Sec-Fetch-Site': 'same-origin' }
  const body = new URLSearchParams({ ...olga, password })
  await fetch(`${house.url}/login`, { method: 'POST', headers, body, redirect: 'manual' })
}

const people: Act[] = [
  { act: 'POST /users', body: { email: 'eva@example.com', role: 'EDITOR' }, tells: ['USER_CREATION of eva'] },
  {
    act: 'PUT /users/eva@example.com',
    body: { role: 'VIEWER', disabled: true },
    tells: ['USER_UPDATE of eva: role, disabledAt'],
  },
  { act: 'POST /users/eva@example.com/reset-link', tells: ['USER_UPDATE of eva: invitation'] },
  { act: 'DELETE /users/eva@example.com', tells: ['USER_DELETION of eva'] },
  {
    act: 'the person at the machine makes a user who can sign in',
    byPerson: {
      by: 'operator',
      does: async ({ inside }) => {
        const { email, password } = olga
        const passwordHash = await inside.passwords.hash(password)
        const organization = inside.read.all(allOrganizations, {})[0]?.id ?? ''
        await inside.submit('users.enroll', operator(organization), { email, role: 'VIEWER', passwordHash })
      },
    },
    tells: ['USER_CREATION of olga'],
  },
  {
    act: 'she signs in',
    byPerson: { by: olga.email, does: comes(olga.password) },
    tells: ['USER_SIGN_IN of olga'],
  },
  {
    act: 'somebody else tries',
    byPerson: {
      by: 'Kaiten',
      does: async house => {
        await comes('something else entirely')(house)
        // Whoever is refused does not wait for this, or the time would tell that somebody exists.
        await vi.waitFor(async () => {
          const { items } = (await house.get('/api/events?event_name=USER_SIGN_IN_FAILURE')).body
          if (items.length === 0) throw new Error('The refusal is not yet written down.')
        })
      },
    },
    tells: ['USER_SIGN_IN_FAILURE of olga'],
  },
]

const sends = 'it sends again what was told before, or an example'

/** Beside the endpoint that hears all of this, one whose receiver is gone. */
const webhooks = (gone: string): Act[] => [
  {
    act: 'POST /webhooks',
    body: { url: gone, description: 'other', eventNames: ['RELEASE_DELETION'], enabled: false },
    names: 'other',
    tells: ['WEBHOOK_CREATION of other'],
  },
  {
    act: 'PUT /webhooks/{other}',
    body: { eventNames: ['CUSTOMER_DELETION'], enabled: true },
    tells: ['WEBHOOK_UPDATE of other: eventNames, enabled'],
  },
  { act: 'POST /webhooks/{other}/rotate-secret', body: {}, tells: ['WEBHOOK_UPDATE of other: secret'] },
  { act: 'POST /webhooks/{all}/test', body: {}, names: 'example', tells: [], because: sends },
  { act: 'POST /webhooks/deliveries/{example}/retry', tells: [], because: sends },
  { act: 'POST /webhooks/{all}/recover', body: { since: '2030-01-01T00:00:00Z' }, tells: [], because: sends },
  { act: 'POST /webhooks/{other}/test', body: {}, tells: ['WEBHOOK_ENDPOINT_DISABLED of other'] },
  {
    act: 'PUT /webhooks/{other}',
    body: { enabled: true },
    tells: ['WEBHOOK_UPDATE of other: enabled, disabledReason'],
  },
  { act: 'DELETE /webhooks/{other}', tells: ['WEBHOOK_DELETION of other'] },
]

const ends: Act[] = [
  {
    act: 'DELETE /deployment-zones/asia',
    tells: ['DEPLOYMENT_ZONE_DELETION of asia'],
    // The zone's event has their number and slugs; its deployments stay in the log, which is listed by zone.
    quietly: ['INSTANCE', 'DEPLOYMENT'],
  },
  ...['acme-test', '{gone}'].map((instance): Act => {
    const slug = instance === '{gone}' ? 'gone' : instance
    return {
      act: `PUT /instances/${instance}`,
      body: { licenseSlug: 'growth-v2' },
      tells: [`INSTANCE_UPDATE of ${slug}: licenseId`, `INSTANCE_LICENSE_CHANGE of ${slug}`],
    }
  }),
  {
    act: 'DELETE /licenses/growth',
    tells: [
      'LICENSE_ENTITLEMENT_UNASSIGNMENT of growth/api-calls',
      'LICENSE_ENTITLEMENT_UNASSIGNMENT of growth/sso',
      'LICENSE_DELETION of growth',
    ],
  },
  { act: 'DELETE /entitlements/sso', tells: ['ENTITLEMENT_DELETION of sso'] },
  {
    act: 'the audit trail of old days leaves for the archive',
    byClock: async house => {
      house.pass(retentionDays * 2 * day)
      await house.inside.clockwork.everyHour()
    },
    tells: ['AUDIT_TRAIL_ARCHIVAL of the trail'],
  },
]

/** What the house of the story is started with. */
export const retentionDays = 400

export const story = (gone: string): Act[] => [
  ...customers,
  ...licenses,
  ...instances,
  ...usage,
  ...deployments,
  ...flags,
  ...credentials,
  ...people,
  ...webhooks(gone),
  ...ends,
]
