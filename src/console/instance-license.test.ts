import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'
import { grantChangePreview } from './grant-changes.ts'

let house: VisitedHouse
const path = '/customers/acme/instances/prod/license'

beforeAll(async () => {
  house = await visitedHouse()
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/entitlements', { name: 'API calls', type: 'NUMBER' })
  await house.post('/api/entitlements', { name: 'Exports', type: 'BOOLEAN' })
  await house.post('/api/entitlements', { name: 'Branding', type: 'CONFIG' })
  for (const [name, calls, exports] of [
    ['Pro', 1000, true],
    ['Starter', 100, false],
  ] as const) {
    await house.post('/api/licenses', { name, type: 'PAID', isDefault: name === 'Pro' })
    const grant = (entitlementSlug: string, type: string, value: unknown) =>
      house.post(`/api/licenses/${name.toLowerCase()}/entitlements`, { entitlementSlug, value: { type, value } })
    await grant('api-calls', 'number', calls)
    await grant('exports', 'boolean', exports)
    if (name === 'Pro') await grant('branding', 'object', { colour: 'blue' })
  }
  await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme' })
  await house.post('/api/instances/prod/entitlements/api-calls/usage', { value: 450 })
})
afterAll(() => house[Symbol.asyncDispose]())

const rowsOf = (html: string) =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/gs)]
    .map(([, row = '']) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell.replace(/<[^>]+>/g, '')),
    )
    .filter(cells => cells.length > 0)

test('before a license is changed, the page tells what would change and what would be over', async () => {
  expect((await house.open(path)).html).not.toContain('Change to')
  const { html } = await house.open(`${path}?to=starter`)
  expect(rowsOf(html)).toEqual([
    ['API calls', '1,000', '100', 'Lowered', '450, over'],
    ['Branding', '{&quot;colour&quot;:&quot;blue&quot;}', 'not granted', 'Removed', 'not metered'],
    ['Exports', 'on', 'off', 'Switched off', 'not metered'],
  ])
  expect(html).toContain('One use would be over: reports would be refused')
  expect(html).toContain('2 entitlements would be less or gone')
  expect((await house.get('/api/instances/prod')).body.licenseSlug).toBe('pro')
})

test('whoever agreed to a change agreed to what they saw', async () => {
  const seenIn = (html: string) => html.match(/name="_seen" value="(\w+)"/)?.[1] ?? ''
  const { html } = await house.open(`${path}?to=starter`)
  await house.put('/api/licenses/starter/entitlements/api-calls', { value: { type: 'number', value: 200 } })
  const late = await house.send(path, { licenseSlug: 'starter', _seen: seenIn(html), _revision: '1' })
  expect(late.status).toBe(412)
  expect(rowsOf(late.html)[0]?.[2]).toBe('200')
  const done = await house.send(path, { licenseSlug: 'starter', _seen: seenIn(late.html), _revision: '1' })
  expect([done.status, done.headers.get('location')]).toEqual([303, '/customers/acme/instances/prod'])
  expect((await house.get('/api/instances/prod')).body.licenseSlug).toBe('starter')
  const refused = await house.post('/api/instances/prod/entitlements/api-calls/usage', { value: 1 })
  expect(refused.status).toBe(409)
  expect((await house.open(`${path}?to=pro`)).html).toContain('Nothing would be less than it is now')
})

test('a license that is not there or not active is said to be so', async () => {
  expect((await house.open(`${path}?to=nothing`)).html).toContain('There is no license nothing')
  await house.post('/api/licenses', { name: 'Old', type: 'PAID', isActive: false })
  const refused = await house.send(path, { licenseSlug: 'old' })
  expect([refused.status, refused.html.includes('names a license that is not active')]).toEqual([409, true])
})

test('before a threshold is lowered, those are known who would be over it', async () => {
  const license = (await house.get('/api/licenses/starter')).body.id
  const entitlement = (await house.get('/api/entitlements/api-calls')).body.id
  const organization = (await house.get('/api/me')).body.organizationId
  for (const [name, value] of [
    ['Busy', 150],
    ['Idle', 10],
  ] as const) {
    await house.post('/api/instances', { name, customerSlug: 'acme', licenseSlug: 'starter' })
    await house.post(`/api/instances/${name.toLowerCase()}/entitlements/api-calls/usage`, { value })
  }
  const preview = async (threshold: number, overagePercent = 0) => {
    const grant = { organization, license, entitlement, threshold, overagePercent }
    const { over, instances } = await grantChangePreview({ ...house.inside, clock: house.now }, grant)
    return [over, ...instances.map(({ name, percent }) => `${name} ${percent}`)]
  }
  expect(await preview(100)).toEqual([2, 'Prod 450', 'Busy 150'])
  expect(await preview(100, 50)).toEqual([1, 'Prod 450'])
  expect(await preview(450)).toEqual([0])
  expect(await preview(0)).toEqual([3, 'Prod null', 'Busy null', 'Idle null'])
  expect(await preview(-1)).toEqual([0])
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
