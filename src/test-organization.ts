import { v7 } from 'uuid'
import { operator } from './domain/principal.ts'
import type { TestAnswer, TestHouse } from './test-house.ts'

/** How an object of an address is named. */
export interface Named {
  slug: string
  id: string
}

/** One of everything, by the names that stand in addresses: `customer` of /customers/{customer}. */
export type Furnished = Record<string, Named>

export type Ask = (method: string, path: string, body?: unknown) => Promise<TestAnswer>

/** Asks as whoever has the token. */
export const askingWith =
  (house: TestHouse, token: string): Ask =>
  (method, path, body) =>
    house.ask(method, path, body, { Authorization: `Bearer ${token}` })

/** A further organization, and a token that may do everything in it. */
export async function foundOrganization(house: TestHouse, name: string): Promise<{ id: string; token: string }> {
  const principal = operator(v7())
  const { submit } = house.inside
  await submit('organizations.create', principal, { name })
  await submit('serviceAccounts.create', principal, { name: `${name} account`, slug: `${name}-founder` })
  const draft = { name: `${name} token`, scopes: ['write:*'] }
  const { value } = await submit('tokens.create', principal, draft, { at: { account: `${name}-founder` } })
  return { id: principal.organization, token: value.token ?? '' }
}

/** Makes one of everything. The mark is in every name and slug, so that it tells in any answer whose it is. */
export async function furnish(ask: Ask, mark: string): Promise<Furnished> {
  const made: Furnished = {}
  const make = async (word: string, path: string, draft: object) => {
    const answer = await ask('POST', `/api${path}`, draft)
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    made[word] = { slug: answer.body.slug ?? answer.body.id, id: answer.body.id }
  }
  const called = (word: string) => ({ name: `${mark} ${word}`, slug: `${mark}-${word}` })
  const slug = (word: string) => `${mark}-${word}`

  await make('customer', '/customers', { ...called('customer'), externalCustomerId: `${mark}-crm` })
  await make('entitlement', '/entitlements', { ...called('quota'), type: 'NUMBER', resetPeriod: 'DAY' })
  await make('license', '/licenses', { ...called('license'), type: 'PAID' })
  const grant = { entitlementSlug: slug('quota'), value: { type: 'number', value: 1000 } }
  await make('grant', `/licenses/${slug('license')}/entitlements`, grant)
  await make('component', '/components', { ...called('component'), version: mark })
  const components = { componentSlugs: [slug('component')] }
  await make('release', '/releases', { version: mark, slug: slug('release'), ...components })
  await make('zone', '/deployment-zones', { ...called('zone'), type: 'SHARED' })
  for (let n = 0; n < 2; n++)
    await make('deployment', `/deployment-zones/${slug('zone')}/deployments`, { releaseSlug: slug('release') })
  await make('instance', '/instances', {
    ...called('instance'),
    customerSlug: slug('customer'),
    licenseSlug: slug('license'),
    deploymentZoneSlug: slug('zone'),
    metadata: { mark },
  })
  await make('flag', '/feature-flags', { ...called('flag'), type: 'boolean', enabled: true, targetingRules })
  // What OFREP calls it.
  if (made.flag) made.key = made.flag
  await make('webhook', '/webhooks', { url: `https://webhook.invalid/${mark}`, enabled: false })
  const tested = await ask('POST', `/api/webhooks/${made.webhook?.id}/test`, { eventName: 'CUSTOMER_CREATION' })
  made.delivery = { slug: tested.body.deliveryId, id: tested.body.deliveryId }
  await make('account', '/service-accounts', called('account'))
  const email = `${slug('user')}@example.com`
  await make('user', '/users', { email, name: `${mark} user`, role: 'VIEWER' })
  // An address stands where others have a slug.
  if (made.user) made.user.slug = email
  await make('token', `/service-accounts/${slug('account')}/tokens`, { ...called('token'), scopes: ['read:*'] })
  return made
}

/** One of each kind. */
const targetingRules = [
  { name: 'Pro', rule: 'plan == "pro" && country in ["JP", "DE"]', variant: 'on' },
  { name: 'A third', type: 'rolloutPercentage', rule: 'has(user.id)', distribution: { on: 33.3, off: 66.7 } },
  {
    name: 'Slowly',
    type: 'rolloutDate',
    rule: 'roles.exists(role, role == "admin")',
    start: { date: '2026-03-01T00:00:00Z', variant: 'off' },
    end: { date: '2026-04-01T00:00:00Z', variant: 'on' },
  },
]

/** What pages name beside that: events and audit entries have a number alone, which is in any answer and so no mark. */
export async function furnishForPages(ask: Ask, mark: string): Promise<Furnished> {
  const made = await furnish(ask, mark)
  const [event] = (await ask('GET', '/api/events?limit=1&eventName=CUSTOMER_CREATION')).body.items
  await ask('GET', `/api/instances/${made.instance?.slug}/entitlements`)
  const [entry] = (await ask('GET', `/api/instances/${made.instance?.slug}/audit-trails?limit=1`)).body.items
  const numbered = ({ id }: { id: number }) => ({ slug: String(id), id: String(id) })
  return { ...made, event: numbered(event), entry: numbered(entry) }
}

/** Reports and reads on both sides of the end of a window, and a change of the flag: lists about them have two rows. */
export async function use(house: TestHouse, ask: Ask, { instance, entitlement, flag }: Furnished): Promise<void> {
  const path = `/api/instances/${instance?.slug}/entitlements/${entitlement?.slug}/usage`
  for (const days of [2, 1, 0]) {
    const timestamp = new Date(house.now() - days * 86_400_000).toISOString()
    await ask('POST', path, { value: 1, timestamp, transactionId: `${instance?.slug}-${days}` })
  }
  await ask('GET', path)
  await ask('PUT', `/api/feature-flags/${flag?.slug}`, { description: 'Changed' })
}
