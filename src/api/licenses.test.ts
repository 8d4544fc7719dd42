import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  for (const [name, type] of [
    ['API Calls', 'NUMBER'],
    ['SSO', 'BOOLEAN'],
    ['Branding', 'CONFIG'],
  ])
    await house.post('/api/entitlements', { name, type })
})
afterAll(() => house[Symbol.asyncDispose]())

const license = (name: string, more: object = {}) => house.post('/api/licenses', { name, type: 'PAID', ...more })
const number = (value: number) => ({ type: 'number', value })
const grant = (slug: string, entitlementSlug: string, value: object, more: object = {}) =>
  house.post(`/api/licenses/${slug}/entitlements`, { entitlementSlug, value, ...more })

/** What a license grants: `api-calls 1000` and so on. */
async function grantsOf(slug: string): Promise<string[]> {
  const { body } = await house.get(`/api/licenses/${slug}/entitlements?sort=name`)
  return body.items.map((each: { entitlementSlug: string; value: { value: unknown } }) =>
    [each.entitlementSlug, JSON.stringify(each.value.value)].join(' '),
  )
}

/** The names of the newest events, oldest first. */
async function newestEvents(count: number) {
  const { body } = await house.get(`/api/events?limit=${count}`)
  return body.items.toReversed() as { name: string; data: Record<string, unknown> & { changedFields?: string[] } }[]
}

async function instanceOn(licenseSlug: string, name: string) {
  await house.post('/api/customers', { name: 'Buyer', slug: 'buyer' })
  const made = await house.post('/api/instances', { name, customerSlug: 'buyer', licenseSlug })
  expect(made.status).toBe(201)
}

test('a license is created as the documentation shows it, read, changed and deleted, each with its event', async () => {
  const created = await house.post('/api/licenses', '{"name":"Growth","type":"PAID","version":"1","isActive":true}')
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Growth',
      slug: 'growth',
      description: null,
      type: 'PAID',
      familySlug: 'growth',
      version: '1',
      versionName: null,
      isActive: true,
      isDefault: false,
      revision: 1,
    },
  })
  expect(created.headers.get('location')).toBe('/api/licenses/growth')
  expect((await house.get(`/api/licenses/${created.body.id}`)).body).toEqual(created.body)
  expect(
    await house.post(
      '/api/licenses/growth/entitlements',
      '{"entitlementSlug":"api-calls","value":{"type":"number","value":1000}}',
    ),
  ).toMatchObject({ status: 201 })

  house.pass(1000)
  const wanted = { ...created.body, name: 'Growth Plan', type: 'trial', is_active: undefined, description: 'For teams' }
  const changed = await house.put('/api/licenses/growth', wanted)
  expect(changed).toMatchObject({
    status: 200,
    body: { name: 'Growth Plan', type: 'TRIAL', slug: 'growth', revision: 2 },
  })
  expect((await house.put('/api/licenses/growth', changed.body)).body).toEqual(changed.body)
  expect((await house.put('/api/licenses/growth', { description: null })).body).toMatchObject({ description: null })

  expect((await house.delete('/api/licenses/growth')).status).toBe(204)
  expect(await house.get('/api/licenses/growth')).toMatchObject({ status: 404, body: { code: 'License.NotFound' } })
  const events = await newestEvents(6)
  expect(events.map(({ name }) => name)).toEqual([
    'LICENSE_CREATION',
    'LICENSE_ENTITLEMENT_ASSIGNMENT',
    'LICENSE_UPDATE',
    'LICENSE_UPDATE',
    'LICENSE_ENTITLEMENT_UNASSIGNMENT',
    'LICENSE_DELETION',
  ])
  expect(events[2]?.data).toEqual({ ...changed.body, changedFields: ['name', 'description', 'type'] })
})

describe('a family', () => {
  test('gets its next version by the name of the plan or by familySlug, each with the family’s slug and its number', async () => {
    expect((await license('Pro')).body).toMatchObject({ slug: 'pro', familySlug: 'pro', version: '1' })
    expect((await license('PRO')).body).toMatchObject({ slug: 'pro-v2', familySlug: 'pro', version: '2' })
    const named = await license('Professional', { familySlug: 'pro', versionName: '2026 edition' })
    expect(named.body).toMatchObject({
      name: 'Professional',
      slug: 'pro-v3',
      familySlug: 'pro',
      version: '3',
      versionName: '2026 edition',
    })
    expect(named.headers.get('location')).toBe('/api/licenses/pro-v3')
  })

  test('is started by another slug, whatever the name', async () => {
    expect((await license('Pro', { slug: 'pro-edu' })).body).toMatchObject({
      slug: 'pro-edu',
      familySlug: 'pro-edu',
      version: '1',
    })
    expect(await license('Pro', { slug: 'pro' })).toMatchObject({ status: 409, body: { code: 'License.SlugTaken' } })
  })

  test('takes a given version that is free, as a number or its digits, and no other', async () => {
    expect((await license('Team', { version: 5 })).body).toMatchObject({ slug: 'team', version: '5' })
    expect((await license('Team', { version: '3' })).body).toMatchObject({ slug: 'team-v3', version: '3' })
    expect((await license('Team')).body.version).toBe('6')
    for (const version of [3, '5', '06'])
      expect(await license('Team', { version })).toMatchObject({
        status: 409,
        body: { code: 'License.VersionTaken', errors: [{ location: 'body.version' }] },
      })
    for (const version of [0, -1, 1.5, 'one', '1.0', null])
      expect(await license('Team', { version })).toMatchObject({
        status: 422,
        body: { errors: [{ location: 'body.version' }] },
      })
  })

  test('never gives a number twice, also when its version is deleted', async () => {
    await license('Gone')
    await license('Gone')
    await license('Gone')
    for (const slug of ['gone', 'gone-v2', 'gone-v3']) await house.delete(`/api/licenses/${slug}`)
    for (const version of [1, 2, 3])
      expect(await license('Gone', { version })).toMatchObject({ status: 409, body: { code: 'License.VersionTaken' } })
    expect((await license('Gone')).body).toMatchObject({ slug: 'gone-v4', familySlug: 'gone', version: '4' })
    expect((await license('Gone', { slug: 'gone' })).body).toMatchObject({ familySlug: 'gone', version: '5' })
  })

  test('gets out of the way of slugs that are taken', async () => {
    await license('Taken')
    await license('Other', { slug: 'taken-v2' })
    expect((await license('Taken')).body).toMatchObject({ slug: 'taken-v2-2', familySlug: 'taken', version: '2' })
    expect((await license('Taken v2')).body).toMatchObject({ familySlug: 'taken-v2', version: '2' })
    const long = 'l'.repeat(100)
    expect((await license(long)).body.slug).toBe(long)
    expect((await license(long)).body.slug).toBe(`${'l'.repeat(97)}-v2`)
  })

  test('of a name that is a word of routes goes on under the slug that it got', async () => {
    expect((await license('Test')).body).toMatchObject({ slug: 'test-2', familySlug: 'test-2', version: '1' })
    expect((await license('Test')).body).toMatchObject({ slug: 'test-2-v2', familySlug: 'test-2', version: '2' })
  })

  test('that does not exist is no place for a version', async () => {
    expect(await license('Lost', { familySlug: 'nowhere' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.familySlug', value: 'nowhere' }] },
    })
  })
})

describe('the grants of a new version', () => {
  beforeAll(async () => {
    await license('Copied')
    await grant('copied', 'api-calls', number(10))
    await license('Copied')
    await house.put('/api/licenses/copied-v2/entitlements/api-calls', {
      value: number(20),
      limitCapExceededOveragePercent: 5,
    })
    house.pass(1)
    await grant('copied-v2', 'sso', { type: 'boolean', value: true })
  })

  test('are those of the latest one, each told by an event', async () => {
    const { body } = await license('Copied')
    expect(await grantsOf(body.slug)).toEqual(['api-calls 20', 'sso true'])
    const copy = await house.get(`/api/licenses/${body.slug}/entitlements/api-calls`)
    expect(copy.body).toMatchObject({ licenseSlug: body.slug, limitCapExceededOveragePercent: 5, revision: 1 })
    const events = await newestEvents(3)
    expect(events.map(({ name }) => name)).toEqual([
      'LICENSE_CREATION',
      'LICENSE_ENTITLEMENT_ASSIGNMENT',
      'LICENSE_ENTITLEMENT_ASSIGNMENT',
    ])
    expect(events[1]?.data).toEqual(copy.body)
  })

  test('are none with copyGrantsFrom null, and those of the license that it names', async () => {
    expect(await grantsOf((await license('Copied', { copyGrantsFrom: null })).body.slug)).toEqual([])
    const first = await license('Copied', { copy_grants_from: 'copied' })
    expect(await grantsOf(first.body.slug)).toEqual(['api-calls 10'])
    const { id } = (await house.get('/api/licenses/copied-v2')).body
    expect(await grantsOf((await license('Elsewhere', { copyGrantsFrom: id })).body.slug)).toEqual([
      'api-calls 20',
      'sso true',
    ])
    expect(await license('Copied', { copyGrantsFrom: 'nothing' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.copyGrantsFrom', value: 'nothing' }] },
    })
  })

  test('are its own: changing one leaves the version it came from alone', async () => {
    const { body } = await license('Copied', { copyGrantsFrom: 'copied-v2' })
    await house.put(`/api/licenses/${body.slug}/entitlements/api-calls`, { value: number(99) })
    expect(await grantsOf('copied-v2')).toEqual(['api-calls 20', 'sso true'])
  })
})

describe('the default license', () => {
  const defaults = async () => {
    const { body } = await house.get('/api/licenses?limit=200')
    return body.items
      .filter((each: { isDefault: boolean }) => each.isDefault)
      .map((each: { slug: string }) => each.slug)
  }
  beforeEach(async () => {
    await license('Default A', { slug: 'default-a' })
    await license('Default B', { slug: 'default-b' })
    await house.put('/api/licenses/default-b', { isDefault: false, isActive: true })
    await house.put('/api/licenses/default-a', { isDefault: true, isActive: true })
  })

  test('is one: another one takes its place, and both changes are told', async () => {
    await house.put('/api/licenses/default-b', { isDefault: true })
    expect(await defaults()).toEqual(['default-b'])
    expect(await newestEvents(2)).toMatchObject([
      { name: 'LICENSE_UPDATE', data: { slug: 'default-a', isDefault: false, changedFields: ['isDefault'] } },
      { name: 'LICENSE_UPDATE', data: { slug: 'default-b', isDefault: true, changedFields: ['isDefault'] } },
    ])
    await license('Default C', { isDefault: true })
    expect(await defaults()).toEqual(['default-c'])
    expect((await newestEvents(2)).map(({ name }) => name)).toEqual(['LICENSE_UPDATE', 'LICENSE_CREATION'])
  })

  test('stays active', async () => {
    expect(await house.put('/api/licenses/default-a', { isActive: false })).toMatchObject({
      status: 409,
      body: { code: 'License.IsDefault', errors: [{ location: 'body.isActive' }] },
    })
    expect((await house.put('/api/licenses/default-a', { isActive: false, isDefault: false })).body).toMatchObject({
      isActive: false,
      isDefault: false,
    })
    const inactive = { status: 409, body: { code: 'License.Inactive' } }
    expect(await house.put('/api/licenses/default-a', { isDefault: true })).toMatchObject(inactive)
    expect(await license('Never', { isDefault: true, isActive: false })).toMatchObject(inactive)
    expect(await defaults()).toEqual([])
    expect((await house.put('/api/licenses/default-a', { isDefault: true, isActive: true })).status).toBe(200)
  })

  test('does not move to a new version by itself', async () => {
    const { body } = await license('Default A', { familySlug: 'default-a' })
    expect(body.isDefault).toBe(false)
    expect(await defaults()).toEqual(['default-a'])
  })

  test('of a refused change stays what it was', async () => {
    expect((await house.put('/api/licenses/default-b', { isDefault: true, slug: 'other' })).status).toBe(422)
    expect((await house.put('/api/licenses/default-b', { isDefault: true }, { 'If-Match': '"999"' })).status).toBe(412)
    expect(await defaults()).toEqual(['default-a'])
  })
})

describe('bad input is told with its place', () => {
  const cases: [string, object, string][] = [
    ['a missing type', { name: 'A' }, 'body.type'],
    ['an unknown type', { name: 'A', type: 'FREE' }, 'body.type'],
    ['null for isActive', { name: 'A', type: 'PAID', isActive: null }, 'body.isActive'],
    ['a word for isActive', { name: 'A', type: 'PAID', isActive: 'yes' }, 'body.isActive'],
    ['an unknown member', { name: 'A', type: 'PAID', price: 1 }, 'body.price'],
  ]
  test.each(cases)('%s', async (_, body, location) => {
    expect(await house.post('/api/licenses', body)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test.each([
    [{ type: null }, 'body.type'],
    [{ isDefault: null }, 'body.isDefault'],
    [{ version: '9' }, 'body.version'],
    [{ familySlug: 'other' }, 'body.familySlug'],
    [{ copyGrantsFrom: 'pro' }, 'body.copyGrantsFrom'],
  ])('a change to %j', async (body, location) => {
    await license('Steady', { slug: 'steady' })
    expect(await house.put('/api/licenses/steady', body)).toMatchObject({
      status: 422,
      body: { errors: [{ location }] },
    })
  })
})

test('If-Match and Idempotency-Key are honoured', async () => {
  const keyed = { name: 'Keyed', type: 'PAID' }
  const once = () => house.post('/api/licenses', keyed, { 'Idempotency-Key': 'license-1' })
  expect((await once()).body).toEqual((await once()).body)
  const stale = { 'If-Match': '"7"' }
  expect((await house.put('/api/licenses/keyed', { name: 'X' }, stale)).status).toBe(412)
  expect((await house.delete('/api/licenses/keyed', stale)).status).toBe(412)
  expect((await house.delete('/api/licenses/keyed', { 'If-Match': '*' })).status).toBe(204)
})

test('the list is filtered by type, activity and family', async () => {
  await license('Sieve', { type: 'TRIAL' })
  house.pass(1)
  await license('Sieve', { type: 'TRIAL', isActive: false })
  house.pass(1)
  await license('Sieve')
  const slugs = async (query: string) =>
    (await house.get(`/api/licenses?family=sieve&sort=createdAt${query}`)).body.items.map(
      (each: { slug: string }) => each.slug,
    )
  expect(await slugs('')).toEqual(['sieve', 'sieve-v2', 'sieve-v3'])
  expect(await slugs('&type=trial')).toEqual(['sieve', 'sieve-v2'])
  expect(await slugs('&type=TRIAL&is_active=false')).toEqual(['sieve-v2'])
  expect(await slugs('&isActive=true')).toEqual(['sieve', 'sieve-v3'])
  expect((await house.get('/api/licenses?isActive=maybe')).body.errors).toMatchObject([{ location: 'query.isActive' }])
})

test('a license that instances have is not deleted, and the refusal says which', async () => {
  await license('Busy')
  await instanceOn('busy', 'Busy One')
  house.pass(1)
  await instanceOn('busy', 'Busy Two')
  expect(await house.delete('/api/licenses/busy')).toMatchObject({
    status: 409,
    body: {
      code: 'License.InUse',
      detail: 'busy is the license of 2 instances: Busy One, Busy Two. Give them another one first.',
    },
  })
  await house.delete('/api/instances/busy-one')
  await house.delete('/api/instances/busy-two')
  expect((await house.delete('/api/licenses/busy')).status).toBe(204)
})

describe('a grant', () => {
  beforeAll(() => license('Granting'))

  test('is made, read, changed and taken away, each with its event', async () => {
    const made = await grant('granting', 'api-calls', number(1000), { limit_cap_exceeded_overage_percent: 10 })
    expect(made).toMatchObject({
      status: 201,
      body: {
        licenseSlug: 'granting',
        entitlementSlug: 'api-calls',
        entitlementName: 'API Calls',
        entitlementType: 'NUMBER',
        value: number(1000),
        limitCapExceededOveragePercent: 10,
        revision: 1,
      },
    })
    const address = '/api/licenses/granting/entitlements/api-calls'
    expect(made.headers.get('location')).toBe(address)
    const { licenseId, entitlementId } = made.body
    expect((await house.get(`/api/licenses/${licenseId}/entitlements/${entitlementId}`)).body).toEqual(made.body)

    const same = await house.put(address, made.body)
    expect(same.body).toEqual(made.body)
    const changed = await house.put(address, { ...made.body, value: number(0.5) })
    expect(changed).toMatchObject({ status: 200, body: { value: number(0.5), revision: 2 } })
    expect(changed.headers.get('etag')).toBe('"2"')
    expect((await house.put(address, { value: number(1) }, { 'If-Match': '"1"' })).status).toBe(412)
    expect((await house.delete(address, { 'If-Match': '"1"' })).status).toBe(412)
    expect((await house.delete(address)).status).toBe(204)

    const events = await newestEvents(3)
    expect(events.map(({ name }) => name)).toEqual([
      'LICENSE_ENTITLEMENT_ASSIGNMENT',
      'LICENSE_ENTITLEMENT_UPDATE',
      'LICENSE_ENTITLEMENT_UNASSIGNMENT',
    ])
    expect(events[1]?.data).toEqual({ ...changed.body, changedFields: ['value'] })
    expect(events[2]?.data).toEqual(changed.body)
  })

  test('carries a value whose tag fits the entitlement', async () => {
    const values = {
      'api-calls': number(1),
      sso: { type: 'boolean', value: false },
      branding: { type: 'object', value: 1 },
    }
    for (const [entitlement, right] of Object.entries(values))
      for (const value of Object.values(values))
        if (value !== right)
          expect(await grant('granting', entitlement, value), entitlement).toMatchObject({
            status: 422,
            body: { errors: [{ location: 'body.value.type', value: value.type }] },
          })
    await grant('granting', 'sso', values.sso)
    expect(await house.put('/api/licenses/granting/entitlements/sso', { value: number(1) })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.value.type' }] },
    })
  })

  test.each([
    [{ type: 'text', value: 'x' }, 'body.value.type'],
    [{ value: 1 }, 'body.value.type'],
    [1000, 'body.value'],
    [{ type: 'number', value: '1' }, 'body.value.value'],
    [{ type: 'number' }, 'body.value.value'],
    [{ type: 'number', value: -2 }, 'body.value.value'],
    [{ type: 'number', value: -0.5 }, 'body.value.value'],
    [{ type: 'number', value: 0.1234567891 }, 'body.value.value'],
    [{ type: 'number', value: 1e15 + 1 }, 'body.value.value'],
    [{ type: 'object', value: null }, 'body.value.value'],
    [{ type: 'object' }, 'body.value.value'],
    [{ type: 'boolean', value: true, unit: 'x' }, 'body.value.unit'],
  ])('does not carry %j', async (value, location) => {
    const answer = await house.post('/api/licenses/granting/entitlements', { entitlementSlug: 'api-calls', value })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test.each([0, 0.123456789, 1e15, 999_999_999_999.25, -1])('of a quota keeps %d as it was written', async value => {
    const { body } = await license(`Quota ${value}`, { slug: `quota${String(value).replace(/\W/g, '-')}` })
    expect((await grant(body.slug, 'api-calls', number(value))).status).toBe(201)
    expect((await house.get(`/api/licenses/${body.slug}/entitlements/api-calls`)).body.value).toEqual(number(value))
  })

  test('of an unlimited quota takes no overage, and neither does one that is no quota', async () => {
    await license('Boundless')
    const problem = { status: 422, body: { errors: [{ location: 'body.limitCapExceededOveragePercent' }] } }
    const overage = { limitCapExceededOveragePercent: 10 }
    expect(await grant('boundless', 'api-calls', number(-1), overage)).toMatchObject(problem)
    expect(await grant('boundless', 'sso', { type: 'boolean', value: true }, overage)).toMatchObject(problem)
    expect((await grant('boundless', 'api-calls', number(5), overage)).status).toBe(201)
    const address = '/api/licenses/boundless/entitlements/api-calls'
    expect(await house.put(address, { value: number(-1) })).toMatchObject(problem)
    expect((await house.put(address, { value: number(-1), limitCapExceededOveragePercent: 0 })).status).toBe(200)
    expect(await house.put(address, overage)).toMatchObject(problem)
  })

  test('of a CONFIG takes any JSON but null and gives it back as it was, whatever its members are called', async () => {
    await license('Shaped')
    const configs = [{ a_b: { c_d: [null, 1] }, type: 'number' }, [], 'text', 0, false, { __proto: 1 }]
    expect((await grant('shaped', 'branding', { type: 'object', value: {} })).status).toBe(201)
    const address = '/api/licenses/shaped/entitlements/branding'
    for (const config of configs) {
      const value = { type: 'object', value: config }
      expect((await house.put(address, { value })).body.value).toEqual(value)
      expect((await house.get(address)).body.value).toEqual(value)
    }
    const large = { type: 'object', value: 'x'.repeat(65_536) }
    expect(await house.put(address, { value: large })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.value.value' }] },
    })
  })

  test('names its entitlement by slug, by id, or by both where they agree', async () => {
    const [calls, sso] = await Promise.all(['api-calls', 'sso'].map(slug => house.get(`/api/entitlements/${slug}`)))
    const to = async (body: object) => {
      const { slug } = (await license('Naming', { copyGrantsFrom: null })).body
      return house.post(`/api/licenses/${slug}/entitlements`, { value: number(1), ...body })
    }
    const ids = { slug: calls?.body.slug as string, id: calls?.body.id as string }
    for (const body of [
      { entitlement_slug: ids.slug },
      { entitlementId: ids.id },
      { entitlementSlug: ids.id },
      { entitlementSlug: ids.slug, entitlementId: ids.id.toUpperCase() },
    ])
      expect(await to(body)).toMatchObject({ status: 201, body: { entitlementId: ids.id, entitlementSlug: ids.slug } })
    for (const [body, location] of [
      [{}, 'body.entitlementSlug'],
      [{ entitlementSlug: 'nothing' }, 'body.entitlementSlug'],
      [{ entitlementId: 'nothing' }, 'body.entitlementId'],
      [{ entitlementSlug: ids.slug, entitlementId: sso?.body.id }, 'body.entitlementId'],
    ] as const)
      expect(await to(body)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test('exists once per license', async () => {
    await license('Single')
    await grant('single', 'sso', { type: 'boolean', value: true })
    expect(await grant('single', 'sso', { type: 'boolean', value: false })).toMatchObject({
      status: 409,
      body: { code: 'LicenseEntitlement.AlreadyGranted' },
    })
  })

  test('does not change its ends, nor lose its value', async () => {
    await license('Ends')
    await grant('ends', 'sso', { type: 'boolean', value: true })
    const address = '/api/licenses/ends/entitlements/sso'
    for (const [body, location] of [
      [{ entitlementSlug: 'api-calls' }, 'body.entitlementSlug'],
      [{ licenseSlug: 'granting' }, 'body.licenseSlug'],
      [{ value: null }, 'body.value'],
      [{ limitCapExceededOveragePercent: null }, 'body.limitCapExceededOveragePercent'],
    ] as const)
      expect(await house.put(address, body)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test('that is not there is told apart from a license and an entitlement that are not', async () => {
    await license('Empty')
    for (const [path, code] of [
      ['nothing/entitlements/sso', 'License.NotFound'],
      ['empty/entitlements/nothing', 'Entitlement.NotFound'],
      ['empty/entitlements/sso', 'LicenseEntitlement.NotFound'],
    ]) {
      const problem = { status: 404, body: { code } }
      expect(await house.get(`/api/licenses/${path}`)).toMatchObject(problem)
      expect(await house.put(`/api/licenses/${path}`, {})).toMatchObject(problem)
      expect(await house.delete(`/api/licenses/${path}`)).toMatchObject(problem)
    }
    expect((await house.get('/api/licenses/nothing/entitlements')).body.code).toBe('License.NotFound')
    expect((await grant('nothing', 'sso', { type: 'boolean', value: true })).body.code).toBe('License.NotFound')
  })

  test('is listed with the others of its license, in any order, page by page', async () => {
    await license('Full')
    await grant('full', 'sso', { type: 'boolean', value: true })
    house.pass(1)
    await grant('full', 'api-calls', number(1))
    house.pass(1)
    await grant('full', 'branding', { type: 'object', value: { color: 'blue' } })
    for (const [sort, order] of [
      ['name', ['api-calls', 'branding', 'sso']],
      ['-name', ['sso', 'branding', 'api-calls']],
      ['createdAt', ['sso', 'api-calls', 'branding']],
      ['-updatedAt', ['branding', 'api-calls', 'sso']],
    ] as const) {
      const slugs: string[] = []
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const { body } = await house.get(`/api/licenses/full/entitlements?limit=1&sort=${sort}${cursor}`)
        expect(body.total).toBe(3)
        slugs.push(body.items[0].entitlementSlug)
        cursor = body.nextCursor && `&cursor=${body.nextCursor}`
      }
      expect(slugs).toEqual(order)
    }
    expect((await house.get('/api/licenses/full/entitlements?q=brand')).body).toMatchObject({ total: 1 })
  })

  test('that changes is what the very next request of an instance reads', async () => {
    await license('Live')
    await grant('live', 'api-calls', number(10))
    await instanceOn('live', 'Living')
    const usage = '/api/instances/living/entitlements/api-calls/usage'
    expect((await house.post(usage, { value: 11 })).status).toBe(409)
    await house.put('/api/licenses/live/entitlements/api-calls', { value: number(11) })
    expect((await house.post(usage, { value: 11 })).status).toBe(200)
    await house.delete('/api/licenses/live/entitlements/api-calls')
    expect(await house.get(usage)).toMatchObject({ status: 404, body: { code: 'Entitlement.NotGranted' } })
  })
})

test('a token needs the scope of licenses, for grants too', async () => {
  const headers = { 'X-API-Key': await house.tokenWith(['read:licenses', 'write:entitlements']) }
  expect((await house.get('/api/licenses/pro/entitlements', headers)).status).toBe(200)
  for (const path of ['/api/licenses', '/api/licenses/pro/entitlements'])
    expect(await house.post(path, {}, headers)).toMatchObject({ status: 403, body: { scope: 'write:licenses' } })
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
