import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

const day = 86_400_000

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const cards = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/class="subheader">(?:<a[^>]*>)?([^<]+)<.*?class="h1">([^<]+)<\/div><div[^>]*>([^<]+)</g)].map(
      ([, name, value, hint]) => [name, `${value}, ${hint}`],
    ),
  )
const done = (html: string) =>
  [...html.matchAll(/first-step is-done.*?<h3>(?:<a[^>]*>)?([^<]+)/g)].map(match => match[1])
const inDays = (days: number) => new Date(house.now() + days * day).toISOString()
const report = (value: number, instance = 'prod') =>
  house.post(`/api/instances/${instance}/entitlements/calls/usage`, { value })

test('until something was reported, the first steps are ticked as they are done', async () => {
  expect(done((await house.open('/')).html)).toEqual([])
  await house.post('/api/entitlements', { name: 'Calls', type: 'NUMBER' })
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  expect(done((await house.open('/')).html)).toHaveLength(1)
  const grant = { entitlementSlug: 'calls', value: { type: 'number', value: 100 } }
  await house.post('/api/licenses/pro/entitlements', grant)
  await house.post('/api/customers', { name: 'Acme' })
  expect(done((await house.open('/')).html)).toHaveLength(3)
  await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme' })
  await house.tokenWith(['write:usage'])
  const { html } = await house.open('/', 'VIEWER')
  expect(done(html)).toHaveLength(5)
  expect(html).toContain('$KAITEN_URL/api/instances/prod/entitlements/calls/usage')
  expect(html).toContain(`export KAITEN_URL='${house.url}'`)
})

test('with the first report it becomes the dashboard, by itself', async () => {
  const { html } = await house.open('/')
  const asks = html.match(/hx-get="([^"]*since=[^"]*)"/)?.[1] ?? ''
  expect((await house.open(asks)).status).toBe(204)
  expect((await report(10)).status).toBe(200)
  const news = await house.open(asks)
  expect([news.status, news.html.includes('Usage reports per day')]).toEqual([200, true])
})

test('it counts what needs somebody, each number with the list behind it', async () => {
  await house.post('/api/instances', { name: 'Soon', customerSlug: 'acme', endLicenseDate: inDays(20) })
  await house.post('/api/instances', { name: 'Later', customerSlug: 'acme', endLicenseDate: inDays(50) })
  await house.post('/api/instances', { name: 'Forever', customerSlug: 'acme', endLicenseDate: null })
  const past = { startLicenseDate: inDays(-9), endLicenseDate: inDays(-1) }
  await house.post('/api/instances', { name: 'Ended', customerSlug: 'acme', ...past })
  await house.post('/api/instances', { name: 'Not yet', customerSlug: 'acme', startLicenseDate: inDays(3) })
  await house.post('/api/instances', { name: 'Gone', customerSlug: 'acme' })
  await house.delete('/api/instances/gone')
  await house.post('/api/feature-flags', { name: 'On', type: 'boolean', enabled: true })
  await house.post('/api/feature-flags', { name: 'Off', type: 'boolean', enabled: false })
  await report(75)
  await report(90, 'soon')
  expect((await report(30)).status).toBe(409)
  const { html } = await house.open('/')
  expect(cards(html)).toEqual({
    'Instances active': '4, license holds today',
    'Licenses ending': '1, within 30 days, 2 within 60',
    'Quotas near their limit': '2, at or over their warning',
    'Rejected today': '1, of 4 reports (UTC day)',
    'Flags enabled': '1, of 2',
    'Deliveries failing': '0, all webhooks arrive',
  })
  expect(html.indexOf('90 of 100')).toBeLessThan(html.indexOf('85 of 100'))
  expect(html).toMatch(/instances\/prod\/entitlements\?entitlement=calls#history/)
  expect(html).toMatch(/Feature flag created <strong>Off/)
})

test('a quota whose limit was raised is near it no more', async () => {
  await house.put('/api/licenses/pro/entitlements/calls', { value: { type: 'number', value: 1000 } })
  expect(cards((await house.open('/')).html)['Quotas near their limit']).toMatch(/^0,/)
})

test('days are kept for the organization as for its instances, also when many reports come at once', async () => {
  house.pass(day)
  const reports = Array.from({ length: 40 }, () => ({ instanceSlug: 'prod', entitlementSlug: 'calls', value: 1 }))
  await Promise.all([1, 2, 3].map(() => house.post('/api/usage', { reports })))
  expect(cards((await house.open('/')).html)['Rejected today']).toBe('0, of 120 reports (UTC day)')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
