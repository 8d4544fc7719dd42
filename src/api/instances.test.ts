import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { instancesOf, instancesToExpire, organizationsWithExpiries } from '../store/instances.ts'
import { pageOf } from '../store/pages.ts'
import type { Statement } from '../store/query.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  for (const name of ['Acme', 'Sakura']) await house.post('/api/customers', { name })
  for (const name of ['Starter', 'Pro']) await house.post('/api/licenses', { name, type: 'PAID' })
  for (const name of ['Europe', 'Asia']) await house.post('/api/deployment-zones', { name, type: 'SHARED' })
})
afterAll(() => house[Symbol.asyncDispose]())

const instance = (name: string, more: object = {}) =>
  house.post('/api/instances', { name, customerSlug: 'acme', licenseSlug: 'starter', ...more })

/** The newest events, oldest first. */
const newestEvents = async (count: number) =>
  (await house.get(`/api/events?limit=${count}`)).body.items.toReversed() as {
    name: string
    data: Record<string, unknown>
  }[]
const slugsOf = async (path: string): Promise<string[]> =>
  (await house.get(path)).body.items.map((each: { slug: string }) => each.slug)

test('an instance is created, read, changed and deleted, each with its event', async () => {
  const created = await instance('Acme Prod', { description: 'Live', metadata: { tenant_id: 7 } })
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Acme Prod',
      slug: 'acme-prod',
      description: 'Live',
      customerSlug: 'acme',
      licenseSlug: 'starter',
      deploymentZoneId: null,
      deploymentZoneSlug: null,
      startLicenseDate: '2026-03-15T12:00:00.000Z',
      endLicenseDate: '2027-03-15T12:00:00.000Z',
      metadata: { tenant_id: 7 },
      deletedAt: null,
      revision: 1,
    },
  })
  expect(created.headers.get('location')).toBe('/api/instances/acme-prod')
  expect((await house.get('/api/instances/acme-prod')).body).toEqual(created.body)
  expect((await house.get(`/api/instances/${created.body.id.toUpperCase()}`)).body).toEqual(created.body)
  expect((await house.put('/api/instances/acme-prod', created.body)).body).toEqual(created.body)

  const changed = await house.put('/api/instances/acme-prod', { name: 'Acme Live', description: null, metadata: null })
  expect(changed.body).toMatchObject({
    name: 'Acme Live',
    description: '',
    metadata: {},
    slug: 'acme-prod',
    revision: 2,
  })
  expect((await house.delete('/api/instances/acme-prod', { 'If-Match': '"1"' })).status).toBe(412)
  expect((await house.delete('/api/instances/acme-prod')).status).toBe(204)
  expect((await newestEvents(3)).map(({ name, data: { slug, changedFields } }) => [name, slug, changedFields])).toEqual(
    [
      ['INSTANCE_CREATION', 'acme-prod', undefined],
      ['INSTANCE_UPDATE', 'acme-prod', ['name', 'description', 'metadata']],
      ['INSTANCE_DELETION', 'acme-prod', undefined],
    ],
  )
})

describe('what an instance belongs to', () => {
  test('is named by id or by slug, by both when they agree, and answered as both', async () => {
    const { id: customerId } = (await house.get('/api/customers/sakura')).body
    const { id: licenseId } = (await house.get('/api/licenses/pro')).body
    const made = await house.post('/api/instances', {
      name: 'Sakura Tokyo',
      customerId,
      customer_slug: 'sakura',
      licenseId,
      deploymentZoneId: 'asia',
    })
    expect(made.body).toMatchObject({
      customerId,
      customerSlug: 'sakura',
      licenseId,
      licenseSlug: 'pro',
      deploymentZoneSlug: 'asia',
    })
    const moved = await house.put('/api/instances/sakura-tokyo', { customerSlug: 'acme' })
    expect(moved.body).toMatchObject({ customerSlug: 'acme', licenseSlug: 'pro' })
    expect((await house.get('/api/instances/sakura-tokyo')).body).toEqual(moved.body)
  })

  test.each([
    ['a customer left out', { customerSlug: undefined }, 'body.customerSlug'],
    ['a customer that does not exist', { customerSlug: 'nobody' }, 'body.customerSlug'],
    ['a customer of null', { customerSlug: null }, 'body.customerSlug'],
    ['an id and a slug that disagree', { customerId: 'sakura' }, 'body.customerId'],
    ['a license that does not exist', { licenseSlug: 'gold' }, 'body.licenseSlug'],
    ['a license id that does not exist', { licenseId: '0198a3c0-0000-7000-8000-000000000000' }, 'body.licenseId'],
    ['a zone that does not exist', { deploymentZoneSlug: 'moon' }, 'body.deploymentZoneSlug'],
    ['a zone that is none and one', { deploymentZoneId: null, deploymentZoneSlug: 'asia' }, 'body.deploymentZoneId'],
    ['a reserved slug', { slug: 'usage' }, 'body.slug'],
    ['metadata that is an array', { metadata: [] }, 'body.metadata'],
    ['metadata beyond 64 KiB', { metadata: { text: 'x'.repeat(66_000) } }, 'body.metadata'],
    ['a date that is none', { startLicenseDate: '2026-02-30T00:00:00Z' }, 'body.startLicenseDate'],
    ['a date without an offset', { startLicenseDate: '2026-02-03T00:00:00' }, 'body.startLicenseDate'],
    ['a date beyond the year 9999', { endLicenseDate: '9999-12-31T23:59:59-01:00' }, 'body.endLicenseDate'],
  ])('is refused with its place: %s', async (_, more, location) => {
    const before = (await house.get('/api/instances')).body.total
    expect(await instance('Refused', more)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
    expect((await house.get('/api/instances')).body.total).toBe(before)
  })

  test('holds its customer and its license', async () => {
    await house.post('/api/customers', { name: 'Holding' })
    await house.post('/api/licenses', { name: 'Held', type: 'TRIAL' })
    await instance('Holds', { customerSlug: 'holding', licenseSlug: 'held' })
    expect(await house.delete('/api/customers/holding')).toMatchObject({
      status: 409,
      body: { code: 'Customer.HasInstances' },
    })
    expect(await house.delete('/api/licenses/held')).toMatchObject({ status: 409, body: { code: 'License.InUse' } })
  })
})

describe('licenses of instances', () => {
  test('an instance without one gets the default, and without a default an error that says so', async () => {
    const without = () => house.post('/api/instances', { name: 'Defaulting', customerSlug: 'acme' })
    expect(await without()).toMatchObject({
      status: 422,
      body: { code: 'Instance.NoDefaultLicense', errors: [{ location: 'body.licenseSlug' }] },
    })
    await house.put('/api/licenses/pro', { isDefault: true })
    expect((await without()).body.licenseSlug).toBe('pro')
    await house.put('/api/licenses/pro', { isDefault: false })
  })

  test('an inactive one cannot be put on an instance; instances that have it keep it', async () => {
    await house.post('/api/licenses', { name: 'Old', type: 'PAID' })
    const kept = await instance('Keeper', { licenseSlug: 'old' })
    await house.put('/api/licenses/old', { isActive: false })
    const refused = { status: 409, body: { code: 'License.Inactive', errors: [{ location: 'body.licenseSlug' }] } }
    expect(await instance('Latecomer', { licenseSlug: 'old' })).toMatchObject(refused)
    await instance('Mover')
    expect(await house.put('/api/instances/mover', { licenseSlug: 'old' })).toMatchObject(refused)
    expect((await house.put('/api/instances/keeper', { ...kept.body, name: 'Kept' })).body.licenseSlug).toBe('old')
    await house.delete('/api/instances/keeper')
    expect((await house.post(`/api/instances/${kept.body.id}/restore`)).body.licenseSlug).toBe('old')
  })

  test('a change of it holds for the very next request, and is told', async () => {
    await house.post('/api/entitlements', { name: 'SSO', type: 'BOOLEAN' })
    await house.post('/api/licenses/pro/entitlements', {
      entitlementSlug: 'sso',
      value: { type: 'boolean', value: true },
    })
    await instance('Upgraded')
    const sso = () => house.get('/api/instances/upgraded/entitlements/sso')
    expect((await sso()).body.code).toBe('Entitlement.NotGranted')
    await house.put('/api/instances/upgraded', { licenseSlug: 'pro' })
    expect((await sso()).body).toMatchObject({ enabled: true })
    expect(await newestEvents(2)).toMatchObject([
      { name: 'INSTANCE_UPDATE', data: { licenseSlug: 'pro', changedFields: ['licenseId'] } },
      { name: 'INSTANCE_LICENSE_CHANGE', data: { licenseSlug: 'pro', previousLicenseSlug: 'starter' } },
    ])
    await house.put('/api/instances/upgraded', { startLicenseDate: '2026-12-01T00:00:00Z' })
    expect((await sso()).body).toMatchObject({ enabled: false })
  })
})

describe('dates', () => {
  test.each([
    ['a start without an end ends a year later', '2026-04-01T00:00:00Z', undefined, '2027-04-01T00:00:00.000Z'],
    ['a leap day ends on 28 February', '2028-02-29T10:00:00Z', undefined, '2029-02-28T10:00:00.000Z'],
    ['an offset is turned to UTC', '2026-04-01T00:00:00+02:00', undefined, '2027-03-31T22:00:00.000Z'],
    ['null never ends', '2026-04-01T00:00:00Z', null, null],
    ['an end is kept', '2026-04-01T00:00:00Z', '2026-04-02T00:00:00Z', '2026-04-02T00:00:00.000Z'],
    ['the last year is not passed', '9999-06-01T00:00:00Z', undefined, '9999-12-31T23:59:59.999Z'],
  ])('%s', async (_, startLicenseDate, endLicenseDate, end) => {
    const made = await instance('Dated', { startLicenseDate, endLicenseDate })
    expect(made.body.endLicenseDate).toBe(end)
  })

  test('the end is after the start, at creation and at every change', async () => {
    const dates = { startLicenseDate: '2026-06-01T00:00:00Z', endLicenseDate: '2026-07-01T00:00:00Z' }
    expect(await instance('Backwards', { ...dates, endLicenseDate: '2026-06-01T00:00:00Z' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.endLicenseDate' }] },
    })
    await instance('Forwards', dates)
    expect(await house.put('/api/instances/forwards', { startLicenseDate: '2026-08-01T00:00:00Z' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.startLicenseDate' }] },
    })
    const earlier = await house.put('/api/instances/forwards', { startLicenseDate: '2026-05-01T00:00:00Z' })
    expect(earlier.body.endLicenseDate).toBe('2026-07-01T00:00:00.000Z')
    expect((await house.put('/api/instances/forwards', { endLicenseDate: null })).body.endLicenseDate).toBe(null)
  })
})

describe('zones', () => {
  test('the first one is a deployment, another a migration, none an update alone', async () => {
    await instance('Placed', { deploymentZoneSlug: 'europe' })
    expect(await newestEvents(2)).toMatchObject([
      { name: 'INSTANCE_CREATION' },
      { name: 'INSTANCE_DEPLOYMENT', data: { slug: 'placed', deploymentZoneSlug: 'europe' } },
    ])
    await house.put('/api/instances/placed', { deploymentZoneSlug: 'asia' })
    expect(await newestEvents(2)).toMatchObject([
      { name: 'INSTANCE_UPDATE', data: { changedFields: ['deploymentZoneId'], deploymentZoneSlug: 'asia' } },
      { name: 'INSTANCE_MIGRATION', data: { deploymentZoneSlug: 'asia', previousDeploymentZoneSlug: 'europe' } },
    ])
    const cleared = await house.put('/api/instances/placed', { deploymentZoneId: null })
    expect(cleared.body).toMatchObject({ deploymentZoneId: null, deploymentZoneSlug: null })
    expect((await newestEvents(2)).map(({ name }) => name)).toEqual(['INSTANCE_MIGRATION', 'INSTANCE_UPDATE'])
    await house.put('/api/instances/placed', { deploymentZoneId: 'europe' })
    expect((await newestEvents(2)).map(({ name }) => name)).toEqual(['INSTANCE_UPDATE', 'INSTANCE_DEPLOYMENT'])
  })
})

describe('a deleted instance', () => {
  test('is gone from lists and look-ups, unless they include the deleted, and its slug is free', async () => {
    const { id } = (await instance('Going')).body
    await house.delete('/api/instances/going')
    for (const name of ['going', id]) {
      expect(await house.get(`/api/instances/${name}`)).toMatchObject({
        status: 404,
        body: { code: 'Instance.NotFound' },
      })
      expect((await house.delete(`/api/instances/${name}`)).status).toBe(404)
      expect((await house.put(`/api/instances/${name}`, { name: 'X' })).status).toBe(404)
    }
    const gone = await house.get(`/api/instances/${id}?include_deleted=true`)
    expect(gone.body).toMatchObject({ id, slug: null, deletedAt: new Date(house.now()).toISOString() })
    expect(await slugsOf('/api/instances?q=going')).toEqual([])
    expect(await slugsOf('/api/instances?q=going&include_deleted=true')).toEqual([null])
    expect((await house.get('/api/instances?include_deleted=yes')).status).toBe(422)
    expect((await instance('Going')).body.slug).toBe('going')
  })

  test('is restored by its id with its slug, or the next free one', async () => {
    const first = (await instance('Back', { slug: 'back--again' })).body
    await house.delete('/api/instances/back--again')
    const restored = await house.post(`/api/instances/${first.id}/restore`)
    expect(restored).toMatchObject({ status: 200, body: { slug: 'back--again', deletedAt: null, revision: 3 } })
    expect(restored.headers.get('etag')).toBe('"3"')
    expect(await newestEvents(1)).toMatchObject([{ name: 'INSTANCE_RESTORATION', data: { slug: 'back--again' } }])
    expect(await house.post(`/api/instances/${first.id}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'Instance.NotDeleted' },
    })

    await house.delete('/api/instances/back--again')
    await instance('Taker', { slug: 'back--again' })
    expect((await house.post(`/api/instances/${first.id}/restore`)).body.slug).toBe('back--again-2')
    expect((await house.post('/api/instances/nothing/restore')).status).toBe(404)
  })

  test('stays deleted when its customer or its license is gone', async () => {
    await house.post('/api/customers', { name: 'Leaving' })
    await house.post('/api/licenses', { name: 'Ending', type: 'PAID' })
    const orphan = (await instance('Orphan', { customerSlug: 'leaving' })).body
    const unlicensed = (await instance('Unlicensed', { licenseSlug: 'ending' })).body
    for (const { slug } of [orphan, unlicensed]) await house.delete(`/api/instances/${slug}`)
    expect((await house.delete('/api/customers/leaving')).status).toBe(204)
    expect((await house.delete('/api/licenses/ending')).status).toBe(204)
    for (const { id } of [orphan, unlicensed])
      expect(await house.post(`/api/instances/${id}/restore`)).toMatchObject({
        status: 409,
        body: { code: 'Instance.CannotBeRestored' },
      })
    expect((await house.get(`/api/instances/${orphan.id}?includeDeleted=true`)).body.customerSlug).toBe(null)
  })
})

describe('lists of instances', () => {
  test('are filtered by customer, license and zone, by slug or id', async () => {
    await house.post('/api/customers', { name: 'Listing' })
    const more = { customerSlug: 'listing' }
    const { customerId } = (await instance('List A', { ...more, licenseSlug: 'pro' })).body
    house.pass(1)
    await instance('List B', { ...more, deploymentZoneSlug: 'asia' })
    house.pass(1)
    await instance('List C', { ...more, licenseSlug: 'pro', deploymentZoneSlug: 'asia' })
    expect(await slugsOf('/api/instances?customer=listing')).toEqual(['list-c', 'list-b', 'list-a'])
    expect(await slugsOf(`/api/instances?customer=${customerId}&sort=name`)).toEqual(['list-a', 'list-b', 'list-c'])
    expect(await slugsOf('/api/instances?customer=listing&license=pro&zone=asia')).toEqual(['list-c'])
    expect(await slugsOf('/api/instances?license=pro&limit=2')).toEqual(['list-c', 'list-a'])
    expect(await slugsOf('/api/customers/listing/instances')).toEqual(['list-c', 'list-b', 'list-a'])
    const { body } = await house.get('/api/customers/listing/instances?limit=2')
    expect(await slugsOf(`/api/customers/listing/instances?limit=2&cursor=${body.nextCursor}`)).toEqual(['list-a'])
    expect((await house.get('/api/customers/nobody/instances')).body.code).toBe('Customer.NotFound')
    expect(await house.get('/api/instances?zone=moon')).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'query.zone' }] },
    })
  })

  test('come in order of an index where they run on the main thread, as do the ends that are due', () => {
    const plan = (sql: string) => {
      const parameters = Array(sql.match(/\?/g)?.length ?? 0).fill('x')
      const explained: Statement<{ detail: string }> = { sql: `explain query plan ${sql}`, parameters }
      const steps = house.inside.read.all(explained)
      return steps.map(({ detail }) => detail).join('\n')
    }
    for (const filters of [{}, { customer: 'x' }, { license: 'x' }, { zone: 'x' }, { only: 'x' }]) {
      const { scans, rows } = pageOf(instancesOf('x', '-createdAt', filters), { limit: 50, sort: '-createdAt' })
      expect(scans).toBe(false)
      expect(plan(rows.sql)).not.toMatch(/TEMP B-TREE|SCAN (?!CONSTANT)/)
    }
    for (const { sql } of [organizationsWithExpiries, instancesToExpire])
      expect(plan(sql)).toContain('USING INDEX instances_by_end (organizationId=? AND endLicenseDate<?)')
  })
})

test('a token bound to an instance sees that one only', async () => {
  await instance('Bound')
  const token = await house.tokenWith(['read:instances'], { instanceSlug: 'bound' })
  const bound = { Authorization: `Bearer ${token}` }
  const { body } = await house.get('/api/instances', bound)
  expect([body.total, body.items[0].slug]).toEqual([1, 'bound'])
  expect((await house.get('/api/instances?customer=acme&include_deleted=true', bound)).body.total).toBe(1)
  expect((await house.get('/api/instances/bound', bound)).status).toBe(200)
  expect(await house.get('/api/instances/upgraded', bound)).toMatchObject({
    status: 404,
    body: { code: 'Instance.NotFound' },
  })
  expect((await house.get('/api/instances/upgraded?include_deleted=true', bound)).status).toBe(404)
})

test('an Idempotency-Key gives the first answer of a creation and of a restoration again', async () => {
  const key = { 'Idempotency-Key': 'once' }
  const body = { name: 'Once', customerSlug: 'acme', licenseSlug: 'starter' }
  const first = await house.post('/api/instances', body, key)
  expect((await house.post('/api/instances', body, key)).body).toEqual(first.body)
  await house.delete('/api/instances/once')
  const restored = await house.post(`/api/instances/${first.body.id}/restore`, undefined, key)
  const again = await house.post(`/api/instances/${first.body.id}/restore`, undefined, key)
  expect(again.body).toEqual(restored.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
