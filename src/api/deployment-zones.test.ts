import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  for (const version of ['1.0', '2.0']) await house.post('/api/releases', { version })
})
afterAll(() => house[Symbol.asyncDispose]())

const zone = (name: string, more: object = {}) => house.post('/api/deployment-zones', { name, type: 'SHARED', ...more })
const deploy = (slug: string, releaseSlug: string) =>
  house.post(`/api/deployment-zones/${slug}/deployments`, { releaseSlug })

/** The newest events, oldest first. */
const newestEvents = async (count: number) =>
  (await house.get(`/api/events?limit=${count}`)).body.items.toReversed() as {
    name: string
    data: Record<string, unknown>
  }[]

test('a zone is created, read, changed and deleted, each with its event', async () => {
  const created = await zone('EU Central', { type: 'dedicated', metadata: { cloud_region: 'eu-central-1' } })
  expect(created).toMatchObject({
    status: 201,
    body: {
      slug: 'eu-central',
      type: 'DEDICATED',
      description: null,
      metadata: { cloud_region: 'eu-central-1' },
      releaseId: null,
      releaseSlug: null,
      revision: 1,
    },
  })
  expect(created.headers.get('location')).toBe('/api/deployment-zones/eu-central')
  expect((await house.get(`/api/deployment-zones/${created.body.id}`)).body).toEqual(created.body)
  expect((await house.put('/api/deployment-zones/eu-central', created.body)).body).toEqual(created.body)

  const changed = await house.put('/api/deployment-zones/eu-central', { name: 'Frankfurt', metadata: null })
  expect(changed.body).toMatchObject({ name: 'Frankfurt', metadata: {}, type: 'DEDICATED', revision: 2 })
  expect((await house.delete('/api/deployment-zones/eu-central', { 'If-Match': '"1"' })).status).toBe(412)
  expect((await house.delete('/api/deployment-zones/eu-central')).status).toBe(204)
  expect(await house.get('/api/deployment-zones/eu-central')).toMatchObject({
    status: 404,
    body: { code: 'DeploymentZone.NotFound' },
  })
  expect(await newestEvents(3)).toMatchObject([
    { name: 'DEPLOYMENT_ZONE_CREATION' },
    { name: 'DEPLOYMENT_ZONE_UPDATE', data: { changedFields: ['name', 'metadata'] } },
    { name: 'DEPLOYMENT_ZONE_DELETION', data: { name: 'Frankfurt', instanceCount: 0, instanceSlugs: [] } },
  ])
})

test('metadata beyond 64 KiB is refused', async () => {
  expect((await zone('Full', { metadata: { text: 'x'.repeat(65_000) } })).status).toBe(201)
  expect(await zone('Fuller', { metadata: { text: 'x'.repeat(66_000) } })).toMatchObject({
    status: 422,
    body: { errors: [{ location: 'body.metadata' }] },
  })
})

describe('deployments', () => {
  test('are a log: each sets the release of the zone, also the same again', async () => {
    await zone('Log')
    const first = await deploy('log', '1-0')
    expect(first).toMatchObject({ status: 201, body: { deploymentZoneSlug: 'log', releaseSlug: '1-0' } })
    expect((await house.get('/api/deployment-zones/log')).body).toMatchObject({
      releaseId: first.body.releaseId,
      releaseSlug: '1-0',
      revision: 2,
    })
    house.pass(1000)
    await deploy('log', '1-0')
    house.pass(1000)
    const { id } = (await house.get('/api/releases/2-0')).body
    await house.post('/api/deployment-zones/log/deployments', { releaseId: id })
    expect((await house.get('/api/deployment-zones/log')).body).toMatchObject({ releaseSlug: '2-0', revision: 3 })

    const log = (await house.get('/api/deployment-zones/log/deployments')).body
    expect(log.items.map((each: { releaseSlug: string }) => each.releaseSlug)).toEqual(['2-0', '1-0', '1-0'])
    expect(log.items[2]).toEqual(first.body)
    expect((await house.get('/api/deployment-zones/log/deployments?q=2.0')).body.total).toBe(1)
    expect((await newestEvents(3)).map(({ name }) => name)).toEqual(Array(3).fill('DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT'))
  })

  test('are made by a change of the release too, with both events', async () => {
    await zone('Changed')
    const changed = await house.put('/api/deployment-zones/changed', { releaseSlug: '1-0' })
    expect(changed.body).toMatchObject({ releaseSlug: '1-0', revision: 2 })
    expect(await newestEvents(2)).toMatchObject([
      { name: 'DEPLOYMENT_ZONE_UPDATE', data: { changedFields: ['releaseId'], releaseSlug: '1-0' } },
      { name: 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT', data: { deploymentZoneSlug: 'changed', releaseSlug: '1-0' } },
    ])
    // Sent back as it was read, it deploys nothing.
    expect((await house.put('/api/deployment-zones/changed', { ...changed.body, name: 'Still' })).status).toBe(200)
    expect((await house.get('/api/deployment-zones/changed/deployments')).body.total).toBe(1)
  })

  test.each([
    ['naming no release', {}, 'body.releaseSlug'],
    ['of a release that does not exist', { releaseSlug: '9-9' }, 'body.releaseSlug'],
    ['of two different releases', { releaseSlug: '1-0', releaseId: '2-0' }, 'body.releaseId'],
  ])('%s are refused', async (_, body, location) => {
    await zone('Refusing', { slug: 'refusing' })
    expect(await house.post('/api/deployment-zones/refusing/deployments', body)).toMatchObject({
      status: 422,
      body: { errors: [{ location }] },
    })
  })

  test('cannot be taken back by a release of null', async () => {
    await zone('Held')
    expect((await house.put('/api/deployment-zones/held', { releaseId: null })).status).toBe(200)
    await deploy('held', '1-0')
    expect(await house.put('/api/deployment-zones/held', { releaseId: null })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.releaseId' }] },
    })
  })

  test('take write:deployment_zones', async () => {
    const reader = { Authorization: `Bearer ${await house.tokenWith(['read:deployment_zones', 'write:releases'])}` }
    expect((await house.get('/api/deployment-zones', reader)).status).toBe(200)
    expect((await house.post('/api/deployment-zones/log/deployments', { releaseSlug: '1-0' }, reader)).status).toBe(403)
  })
})

test('deleting a zone takes its instances out of it, the deleted ones too, and tells of it once', async () => {
  await house.post('/api/licenses', { name: 'Plan', type: 'PAID' })
  await house.post('/api/customers', { name: 'Acme' })
  await zone('Doomed')
  const instance = (name: string) =>
    house.post('/api/instances', { name, customerSlug: 'acme', licenseSlug: 'plan', deploymentZoneSlug: 'doomed' })
  const gone = await instance('Gone')
  await house.delete('/api/instances/gone')
  for (let n = 1; n <= 101; n++) await instance(`Prod ${String(n).padStart(3, '0')}`)

  expect((await house.delete('/api/deployment-zones/doomed')).status).toBe(204)
  const [told] = await newestEvents(1)
  expect(told).toMatchObject({ name: 'DEPLOYMENT_ZONE_DELETION', data: { slug: 'doomed', instanceCount: 101 } })
  const slugs = told?.data.instanceSlugs as string[]
  expect([slugs.length, slugs[0], slugs[99]]).toEqual([100, 'prod-001', 'prod-100'])
  expect((await house.get('/api/instances/prod-101')).body).toMatchObject({
    deploymentZoneId: null,
    deploymentZoneSlug: null,
    revision: 2,
  })
  expect((await house.post(`/api/instances/${gone.body.id}/restore`)).body.deploymentZoneSlug).toBe(null)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
