import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const ofType = (name: string, type: string, more: object = {}) =>
  house.post('/api/entitlements', { name, type, ...more })

/** A license that grants an entitlement, with one instance of one customer on it. */
async function sold(entitlement: string, value: object): Promise<void> {
  await house.post('/api/licenses', { name: `${entitlement} plan`, type: 'PAID' })
  await house.post(`/api/licenses/${entitlement}-plan/entitlements`, { entitlementSlug: entitlement, value })
  await house.post('/api/customers', { name: `${entitlement} buyer` })
  const parties = { customerSlug: `${entitlement}-buyer`, licenseSlug: `${entitlement}-plan` }
  const instance = await house.post('/api/instances', { name: `${entitlement} instance`, ...parties })
  expect(instance.status).toBe(201)
}

const usageOf = (entitlement: string) => `/api/instances/${entitlement}-instance/entitlements/${entitlement}/usage`

test('an entitlement is created as the documentation shows it, read, changed and deleted, each with its event', async () => {
  const created = await house.post(
    '/api/entitlements',
    '{"name":"API Calls","type":"NUMBER","meterType":"RAW_EVENT","aggregationMethod":"SUM"}',
  )
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'API Calls',
      slug: 'api-calls',
      description: null,
      type: 'NUMBER',
      meterType: 'RAW_EVENT',
      aggregationMethod: 'SUM',
      warningThresholdPercent: 80,
      resetPeriod: null,
      resetAnchor: null,
      revision: 1,
      createdBy: 'bootstrap/bootstrap',
    },
  })
  expect(created.headers.get('location')).toBe('/api/entitlements/api-calls')
  expect(created.headers.get('etag')).toBe('"1"')
  expect((await house.get(`/api/entitlements/${created.body.id}`)).body).toEqual(created.body)

  house.pass(1000)
  const changed = await house.put('/api/entitlements/api-calls', {
    ...created.body,
    name: 'Calls',
    resetPeriod: 'MONTH',
  })
  expect(changed).toMatchObject({
    status: 200,
    body: { name: 'Calls', slug: 'api-calls', resetPeriod: 'MONTH', resetAnchor: 'CALENDAR', revision: 2 },
  })
  expect((await house.delete('/api/entitlements/api-calls')).status).toBe(204)
  expect(await house.get('/api/entitlements/api-calls')).toMatchObject({
    status: 404,
    body: { code: 'Entitlement.NotFound', detail: 'There is no such entitlement.' },
  })

  const { body } = await house.get('/api/events?q=api-calls')
  expect(body.items.map((each: { name: string }) => each.name)).toEqual([
    'ENTITLEMENT_DELETION',
    'ENTITLEMENT_UPDATE',
    'ENTITLEMENT_CREATION',
  ])
  expect(body.items[1].data).toEqual({ ...changed.body, changedFields: ['name', 'resetPeriod', 'resetAnchor'] })
  expect(body.items[0].data).toEqual(changed.body)
})

test('a change of nothing raises no revision and sends no event, whatever the type', async () => {
  for (const type of ['NUMBER', 'BOOLEAN', 'CONFIG']) {
    const { body } = await ofType(`Same ${type}`, type)
    const before = (await house.get('/api/events')).body.total
    expect((await house.put(`/api/entitlements/${body.slug}`, body)).body).toEqual(body)
    expect((await house.get('/api/events')).body.total).toBe(before)
  }
})

test('enums take any letter case and members their snake_case spelling', async () => {
  const input = {
    name: 'Seats',
    type: 'number',
    meter_type: 'calculated_usage',
    aggregation_method: 'Max',
    unit_plural: 'seats',
  }
  expect((await house.post('/api/entitlements', input)).body).toMatchObject({
    type: 'NUMBER',
    meterType: 'CALCULATED_USAGE',
    aggregationMethod: 'MAX',
    unitPlural: 'seats',
  })
})

describe('the members of a meter', () => {
  test.each([
    ['meterType', 'RAW_EVENT'],
    ['aggregationMethod', 'SUM'],
    ['unitSingular', 'call'],
    ['unitPlural', 'calls'],
    ['warningThresholdPercent', 0],
    ['resetPeriod', 'MONTH'],
    ['resetAnchor', 'CALENDAR'],
  ])('are for NUMBER only: %s', async (member, value) => {
    const problem = { status: 422, body: { errors: [{ location: `body.${member}` }] } }
    expect(await ofType('No Meter', 'BOOLEAN', { [member]: value })).toMatchObject(problem)
    const { body } = await ofType('Plain', 'CONFIG')
    expect(body[member]).toBeNull()
    expect(await house.put(`/api/entitlements/${body.slug}`, { [member]: value })).toMatchObject(problem)
  })

  test('start with their defaults, and null brings those back', async () => {
    const { body } = await ofType('Defaults', 'NUMBER', { meterType: 'CALCULATED_USAGE', warningThresholdPercent: 50 })
    const cleared = { meterType: null, aggregationMethod: null, warningThresholdPercent: null }
    expect((await house.put(`/api/entitlements/${body.slug}`, cleared)).body).toMatchObject({
      meterType: 'RAW_EVENT',
      aggregationMethod: 'SUM',
      warningThresholdPercent: 80,
    })
  })

  test('come and go with the type, as long as nothing is granted or used', async () => {
    await ofType('Turned', 'NUMBER', { resetPeriod: 'DAY' })
    expect((await house.put('/api/entitlements/turned', { type: 'BOOLEAN' })).body).toMatchObject({
      type: 'BOOLEAN',
      meterType: null,
      warningThresholdPercent: null,
      resetPeriod: null,
      resetAnchor: null,
    })
    expect((await house.put('/api/entitlements/turned', { type: 'NUMBER' })).body).toMatchObject({
      meterType: 'RAW_EVENT',
      warningThresholdPercent: 80,
    })
  })

  test('an anchor means nothing without a period, and goes with it', async () => {
    const anchored = { resetAnchor: 'LICENSE_START' }
    const problem = { status: 422, body: { errors: [{ location: 'body.resetAnchor' }] } }
    expect(await ofType('Anchored', 'NUMBER', anchored)).toMatchObject(problem)
    await ofType('Anchored', 'NUMBER', { ...anchored, resetPeriod: 'YEAR' })
    const lifetime = await house.put('/api/entitlements/anchored', { resetPeriod: null })
    expect(lifetime.body).toMatchObject({ resetPeriod: null, resetAnchor: null })
    expect(await house.put('/api/entitlements/anchored', anchored)).toMatchObject(problem)
  })
})

describe('bad input is told with its place', () => {
  const cases: [string, object, string][] = [
    ['a missing type', { name: 'A' }, 'body.type'],
    ['an unknown type', { name: 'A', type: 'TEXT' }, 'body.type'],
    ['null for a type', { name: 'A', type: null }, 'body.type'],
    [
      'a warning over 100 percent',
      { name: 'A', type: 'NUMBER', warningThresholdPercent: 101 },
      'body.warningThresholdPercent',
    ],
    ['a reserved slug', { name: 'A', type: 'NUMBER', slug: 'usage' }, 'body.slug'],
    ['an unknown member', { name: 'A', type: 'NUMBER', limit: 1 }, 'body.limit'],
  ]
  test.each(cases)('%s', async (_, body, location) => {
    expect(await house.post('/api/entitlements', body)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test('null for a required member, and a slug that is another', async () => {
    await ofType('Required', 'BOOLEAN')
    for (const member of ['name', 'type'])
      expect(await house.put('/api/entitlements/required', { [member]: null })).toMatchObject({
        status: 422,
        body: { errors: [{ location: `body.${member}`, message: 'cannot be null' }] },
      })
    expect(await house.put('/api/entitlements/required', { slug: 'other' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.slug' }] },
    })
  })

  test('a slug that is taken', async () => {
    expect((await ofType('Required', 'BOOLEAN')).body.slug).toBe('required-2')
    expect(await ofType('Other', 'BOOLEAN', { slug: 'required' })).toMatchObject({
      status: 409,
      body: { code: 'Entitlement.SlugTaken' },
    })
  })
})

test('If-Match decides whether a change and a deletion happen', async () => {
  await ofType('Tagged', 'BOOLEAN')
  const stale = { 'If-Match': '"7"' }
  expect((await house.put('/api/entitlements/tagged', { name: 'X' }, stale)).status).toBe(412)
  expect((await house.delete('/api/entitlements/tagged', stale)).status).toBe(412)
  expect((await house.delete('/api/entitlements/tagged', { 'If-Match': '"1"' })).status).toBe(204)
})

test('an Idempotency-Key gives the first answer again', async () => {
  const once = () =>
    house.post('/api/entitlements', { name: 'Once', type: 'BOOLEAN' }, { 'Idempotency-Key': 'entitlement-1' })
  const first = await once()
  const again = await once()
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
})

test('the list is filtered by type and searched by name', async () => {
  await ofType('Filtered Switch', 'BOOLEAN')
  await ofType('Filtered Quota', 'NUMBER')
  const { body } = await house.get('/api/entitlements?type=boolean&q=filtered')
  expect(body).toMatchObject({ total: 1, items: [{ slug: 'filtered-switch' }] })
  expect((await house.get('/api/entitlements?q=filtered&sort=name')).body.items.map(slugOf)).toEqual([
    'filtered-quota',
    'filtered-switch',
  ])
  expect(await house.get('/api/entitlements?type=text')).toMatchObject({
    status: 422,
    body: { errors: [{ location: 'query.type' }] },
  })
})

test('a token needs the scope of entitlements', async () => {
  const headers = { 'X-API-Key': await house.tokenWith(['read:entitlements', 'write:licenses']) }
  expect((await house.get('/api/entitlements', headers)).status).toBe(200)
  expect(await house.post('/api/entitlements', { name: 'A', type: 'BOOLEAN' }, headers)).toMatchObject({
    status: 403,
    body: { code: 'Auth.MissingScope', scope: 'write:entitlements' },
  })
})

describe('once it is granted or used', () => {
  test('how an entitlement is measured cannot change, and all else can', async () => {
    await ofType('Fixed', 'NUMBER', { resetPeriod: 'MONTH' })
    await house.post('/api/licenses', { name: 'Fixing', type: 'PAID' })
    const grant = { entitlementSlug: 'fixed', value: { type: 'number', value: 1 } }
    await house.post('/api/licenses/fixing/entitlements', grant)
    const fixed = {
      type: 'BOOLEAN',
      meterType: 'CALCULATED_USAGE',
      aggregationMethod: 'MAX',
      resetPeriod: 'DAY',
      resetAnchor: 'LICENSE_START',
    }
    for (const [member, value] of Object.entries(fixed)) {
      const refused = await house.put('/api/entitlements/fixed', { [member]: value, name: 'Never' })
      expect(refused).toMatchObject({ status: 409, body: { code: 'Entitlement.MeterFixed' } })
      expect(refused.body.errors).toContainEqual({ location: `body.${member}`, message: 'cannot change any more' })
    }
    const free = {
      name: 'Freed',
      description: 'd',
      unitSingular: 'call',
      warningThresholdPercent: 0,
      meterType: 'RAW_EVENT',
    }
    expect(await house.put('/api/entitlements/fixed', free)).toMatchObject({ status: 200, body: free })

    await house.delete('/api/licenses/fixing/entitlements/fixed')
    expect((await house.put('/api/entitlements/fixed', { type: 'CONFIG' })).body.type).toBe('CONFIG')
  })

  test('it is not deleted, and the refusal says which licenses grant it', async () => {
    await ofType('Held', 'BOOLEAN')
    for (const name of ['Holder A', 'Holder B', 'Holder C', 'Holder D']) {
      house.pass(1)
      const { body } = await house.post('/api/licenses', { name, type: 'PAID' })
      const grant = { entitlementSlug: 'held', value: { type: 'boolean', value: true } }
      await house.post(`/api/licenses/${body.slug}/entitlements`, grant)
    }
    expect(await house.delete('/api/entitlements/held')).toMatchObject({
      status: 409,
      body: {
        code: 'Entitlement.InUse',
        detail: 'Held is granted by 4 licenses: Holder A, Holder B, Holder C, ….',
      },
    })
  })

  test('use alone keeps it from being deleted or measured in another way', async () => {
    await ofType('Used', 'NUMBER', { resetPeriod: 'HOUR' })
    await sold('used', { type: 'number', value: 100 })
    for (let hour = 0; hour < 3; hour++) {
      expect((await house.post(usageOf('used'), { value: 1 })).status).toBe(200)
      house.pass(3_600_000)
    }
    await house.delete('/api/licenses/used-plan/entitlements/used')
    expect(await house.delete('/api/entitlements/used')).toMatchObject({
      status: 409,
      body: {
        code: 'Entitlement.InUse',
        detail: 'Used has usage, which is kept, of 1 instance: used instance.',
      },
    })
    expect(await house.put('/api/entitlements/used', { aggregationMethod: 'MAX' })).toMatchObject({
      status: 409,
      body: { code: 'Entitlement.MeterFixed' },
    })
  })
})

test('the licenses that grant an entitlement are listed with what they grant of it', async () => {
  await ofType('Listed', 'NUMBER')
  for (const [name, value] of [
    ['Small', 10],
    ['Large', -1],
  ] as const) {
    const { body } = await house.post('/api/licenses', { name, type: 'PAID' })
    const grant = { entitlementSlug: 'listed', value: { type: 'number', value } }
    await house.post(`/api/licenses/${body.slug}/entitlements`, grant)
  }
  const { body } = await house.get('/api/entitlements/listed/licenses?sort=name')
  expect(body).toMatchObject({
    total: 2,
    items: [
      { slug: 'large', type: 'PAID', version: '1', value: { type: 'number', value: -1 } },
      { slug: 'small', value: { type: 'number', value: 10 }, limitCapExceededOveragePercent: 0 },
    ],
  })
  const first = await house.get('/api/entitlements/listed/licenses?limit=1')
  expect(first.body.hasMore).toBe(true)
  expect(
    (await house.get(`/api/entitlements/listed/licenses?cursor=${first.body.nextCursor}`)).body.items,
  ).toHaveLength(1)
  expect((await house.get('/api/entitlements/nothing/licenses')).body.code).toBe('Entitlement.NotFound')
})

test('the customers that have an entitlement are listed once each, as long as they have a living instance', async () => {
  await ofType('Owned', 'BOOLEAN')
  await sold('owned', { type: 'boolean', value: true })
  const second = { name: 'Second', customerSlug: 'owned-buyer', licenseSlug: 'owned-plan' }
  expect((await house.post('/api/instances', second)).status).toBe(201)
  await house.post('/api/customers', { name: 'Bystander' })

  const owners = '/api/entitlements/owned/customers'
  expect((await house.get(owners)).body).toMatchObject({ total: 1, items: [{ slug: 'owned-buyer' }] })
  await house.delete('/api/instances/second')
  expect((await house.get(owners)).body.total).toBe(1)
  await house.delete('/api/instances/owned-instance')
  expect((await house.get(owners)).body).toMatchObject({ total: 0, items: [] })
  expect((await house.get('/api/entitlements/nothing/customers')).body.code).toBe('Entitlement.NotFound')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})

const slugOf = ({ slug }: { slug: string }) => slug
