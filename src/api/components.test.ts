import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const component = (name: string, version: string, more: object = {}) =>
  house.post('/api/components', { name, version, ...more })

/** The names of the newest events, oldest first. */
const newestEvents = async (count: number): Promise<string[]> =>
  (await house.get(`/api/events?limit=${count}`)).body.items.map((each: { name: string }) => each.name).reverse()

test('a component is created, read, changed and deleted, each with its event', async () => {
  const created = await component('API Gateway', '1.4.0', { description: 'The front door' })
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'API Gateway', version: '1.4.0', slug: 'api-gateway-1-4-0', previousComponentId: null, revision: 1 },
  })
  expect(created.headers.get('location')).toBe('/api/components/api-gateway-1-4-0')
  expect((await house.get(`/api/components/${created.body.id}`)).body).toEqual(created.body)

  const sentBack = { ...created.body, description: null }
  expect(await house.put('/api/components/api-gateway-1-4-0', sentBack)).toMatchObject({
    status: 200,
    body: { description: null, slug: 'api-gateway-1-4-0', revision: 2 },
  })
  expect((await house.delete('/api/components/api-gateway-1-4-0', { 'If-Match': '"1"' })).status).toBe(412)
  expect((await house.delete('/api/components/api-gateway-1-4-0')).status).toBe(204)
  expect(await house.get('/api/components/api-gateway-1-4-0')).toMatchObject({
    status: 404,
    body: { code: 'Component.NotFound' },
  })
  expect(await newestEvents(3)).toEqual(['COMPONENT_CREATION', 'COMPONENT_UPDATE', 'COMPONENT_DELETION'])
})

test('name and version are unique together, at creation and at every change', async () => {
  await component('Billing', '1')
  await component('Billing', '2')
  const taken = { status: 409, body: { code: 'Component.VersionTaken', errors: [{ location: 'body.version' }] } }
  expect(await component('Billing', '2')).toMatchObject(taken)
  expect(await house.put('/api/components/billing-1', { version: '2' })).toMatchObject(taken)
  expect((await house.put('/api/components/billing-1', { version: '1', name: 'Billing' })).body.revision).toBe(1)
  expect((await component('Invoicing', '2')).status).toBe(201)
  expect(await component('Other', '1', { slug: 'billing-1' })).toMatchObject({
    status: 409,
    body: { code: 'Component.SlugTaken' },
  })
  // Different versions may give one slug: 1.0 and 1-0.
  expect((await component('Billing', '1.0')).body.slug).toBe('billing-1-0')
  expect((await component('Billing', '1-0')).body.slug).toBe('billing-1-0-2')
})

test('a previous component is named by slug or id, exists, and does not come after it', async () => {
  const first = await component('Search', '1')
  const second = await component('Search', '2', { previousComponentId: 'search-1' })
  expect(second.body.previousComponentId).toBe(first.body.id)
  const third = await component('Search', '3', { previous_component_id: second.body.id })
  expect(third.body.previousComponentId).toBe(second.body.id)
  const refused = { status: 422, body: { errors: [{ location: 'body.previousComponentId' }] } }
  expect(await component('Search', '4', { previousComponentId: 'search-0' })).toMatchObject(refused)
  for (const previousComponentId of ['search-1', 'search-3'])
    expect(await house.put('/api/components/search-1', { previousComponentId })).toMatchObject(refused)

  await house.delete('/api/components/search-2')
  expect((await house.get('/api/components/search-3')).body).toMatchObject({
    previousComponentId: first.body.id,
    revision: 2,
  })
  expect(await newestEvents(2)).toEqual(['COMPONENT_UPDATE', 'COMPONENT_DELETION'])
})

test('a component in a release is kept, and the refusal names the release', async () => {
  await component('Kept', '1')
  await house.post('/api/releases', { version: '2026.1', componentSlugs: ['kept-1'] })
  const refused = await house.delete('/api/components/kept-1')
  expect(refused).toMatchObject({ status: 409, body: { code: 'Component.InUse' } })
  expect(refused.body.detail).toContain('1 release: 2026.1')
  await house.delete('/api/releases/2026-1')
  expect((await house.delete('/api/components/kept-1')).status).toBe(204)
})

test('components are listed in each order, and found by name', async () => {
  for (const version of ['1', '2', '3']) {
    house.pass(1000)
    await component('Listed', version)
  }
  const slugs = async (query: string) =>
    (await house.get(`/api/components?q=listed&${query}`)).body.items.map((each: { slug: string }) => each.slug)
  expect(await slugs('')).toEqual(['listed-3', 'listed-2', 'listed-1'])
  expect(await slugs('sort=createdAt')).toEqual(['listed-1', 'listed-2', 'listed-3'])
  expect(await slugs('sort=name')).toEqual(['listed-1', 'listed-2', 'listed-3'])
  expect(await slugs('sort=updatedAt&limit=2')).toEqual(['listed-1', 'listed-2'])
})

test('reading components takes read:components, and changing them write:components', async () => {
  const reader = { Authorization: `Bearer ${await house.tokenWith(['read:components'])}` }
  expect((await house.get('/api/components', reader)).status).toBe(200)
  expect(await house.post('/api/components', { name: 'X', version: '1' }, reader)).toMatchObject({
    status: 403,
    body: { code: 'Auth.MissingScope', scope: 'write:components' },
  })
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
