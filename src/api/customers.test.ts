import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

test('a customer is created, read, changed and deleted, and each change is an event', async () => {
  const created = await house.post('/api/customers', { name: 'Café Zürich', external_customer_id: 'crm-7' })
  expect(created).toMatchObject({
    status: 201,
    body: { name: 'Café Zürich', slug: 'cafe-zurich', externalCustomerId: 'crm-7', revision: 1 },
  })
  expect(created.headers.get('location')).toBe('/api/customers/cafe-zurich')
  expect(created.headers.get('etag')).toBe('"1"')
  expect((await house.get('/api/customers/cafe-zurich')).body).toEqual(created.body)
  expect((await house.get(`/api/customers/${created.body.id.toUpperCase()}`)).body).toEqual(created.body)

  house.pass(1000)
  const changed = await house.put('/api/customers/cafe-zurich', { ...created.body, name: 'Café Bern' })
  expect(changed).toMatchObject({ status: 200, body: { name: 'Café Bern', slug: 'cafe-zurich', revision: 2 } })
  const cleared = await house.put('/api/customers/cafe-zurich', { externalCustomerId: null })
  expect(cleared.body).toMatchObject({ externalCustomerId: null, name: 'Café Bern', revision: 3 })

  expect((await house.delete('/api/customers/cafe-zurich')).status).toBe(204)
  expect(await house.get('/api/customers/cafe-zurich')).toMatchObject({
    status: 404,
    body: { code: 'Customer.NotFound', instance: '/api/customers/cafe-zurich' },
  })
  const { body } = await house.get('/api/events?q=cafe-zurich')
  expect(body.items.map((each: { name: string }) => each.name)).toEqual([
    'CUSTOMER_DELETION',
    'CUSTOMER_UPDATE',
    'CUSTOMER_UPDATE',
    'CUSTOMER_CREATION',
  ])
  expect(body.items[2].data.changedFields).toEqual(['name'])
  expect(body.items[0].actor).toMatchObject({ kind: 'token', name: 'bootstrap/bootstrap' })
})

test('a change of nothing raises no revision and sends no event', async () => {
  const { body } = await house.post('/api/customers', { name: 'Same' })
  const before = (await house.get('/api/events')).body.total
  expect((await house.put('/api/customers/same', body)).body).toEqual(body)
  expect((await house.get('/api/events')).body.total).toBe(before)
})

describe('slugs', () => {
  test('a derived slug that is taken gets a number, a given one is a conflict', async () => {
    const slugs = []
    for (let n = 0; n < 5; n++) slugs.push((await house.post('/api/customers', { name: 'Acme, Inc.' })).body.slug)
    expect(slugs).toEqual(['acme-inc', 'acme-inc-2', 'acme-inc-3', 'acme-inc-4', 'acme-inc-5'])
    expect(await house.post('/api/customers', { name: 'Other', slug: 'acme-inc' })).toMatchObject({
      status: 409,
      body: { code: 'Customer.SlugTaken', errors: [{ location: 'body.slug' }] },
    })
  })

  test('short names take the kind before them, reserved words a number behind', async () => {
    expect((await house.post('/api/customers', { name: 'C' })).body.slug).toBe('customer-c')
    expect((await house.post('/api/customers', { name: '日本' })).body.slug).toBe('customer')
    expect((await house.post('/api/customers', { name: 'New' })).body.slug).toBe('new-2')
    expect((await house.post('/api/customers', { name: 'X', slug: 'new' })).status).toBe(422)
  })
})

describe('bad input is told with its place, and changes nothing', () => {
  const cases: [string, unknown, number, object][] = [
    ['a missing name', {}, 422, { errors: [{ location: 'body.name', message: 'is required' }] }],
    ['an empty name', { name: ' ' }, 422, { errors: [{ location: 'body.name' }] }],
    ['a name that is a number', { name: 7 }, 422, { errors: [{ location: 'body.name', value: 7 }] }],
    ['an unknown member', { name: 'A', nmae: 'B' }, 422, { errors: [{ location: 'body.nmae' }] }],
    [
      'both spellings of a member',
      { name: 'A', externalCustomerId: 'a', external_customer_id: 'b' },
      422,
      { errors: [{ location: 'body.external_customer_id' }] },
    ],
    ['a member called __proto__', '{"name":"A","__proto__":{}}', 422, { errors: [{ location: 'body.__proto__' }] }],
    ['an array', [], 422, { code: 'Request.Invalid' }],
    ['no body', undefined, 422, { errors: [{ location: 'body' }] }],
    ['malformed JSON', '{"name":', 400, { code: 'Request.MalformedJson' }],
    ['nesting beyond 32', `{"name":${'['.repeat(40)}${']'.repeat(40)}}`, 422, { errors: [{ location: 'body' }] }],
    ['a body over 1 MiB', JSON.stringify({ name: 'x'.repeat(1 << 20) }), 413, { code: 'Request.TooLarge' }],
  ]
  test.each(cases)('%s', async (_, body, status, problem) => {
    const before = (await house.get('/api/customers')).body.total
    const answer = await house.post('/api/customers', body)
    expect(answer).toMatchObject({ status, body: { status, ...problem } })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.body.errorId).toBe(answer.headers.get('x-request-id'))
    expect((await house.get('/api/customers')).body.total).toBe(before)
  })

  test('a read-only member that differs is named', async () => {
    await house.post('/api/customers', { name: 'Fixed' })
    expect(await house.put('/api/customers/fixed', { slug: 'other', name: 'Y' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.slug' }] },
    })
    expect((await house.get('/api/customers/fixed')).body.name).toBe('Fixed')
  })
})

test('If-Match decides whether a change and a deletion happen', async () => {
  await house.post('/api/customers', { name: 'Tagged' })
  const stale = { 'If-Match': '"7"' }
  expect(await house.put('/api/customers/tagged', { name: 'X' }, stale)).toMatchObject({
    status: 412,
    body: { code: 'Request.RevisionMismatch', revision: 1 },
  })
  expect((await house.delete('/api/customers/tagged', stale)).status).toBe(412)
  expect((await house.put('/api/customers/tagged', { name: 'X' }, { 'If-Match': 'W/"1"' })).status).toBe(200)
  expect((await house.delete('/api/customers/tagged', { 'If-Match': '"1", "2"' })).status).toBe(204)
})

test('an Idempotency-Key gives the first answer again, and refuses another body', async () => {
  const key = { 'Idempotency-Key': 'order-1' }
  const first = await house.post('/api/customers', { name: 'Once' }, key)
  const again = await house.post('/api/customers', { name: 'Once' }, key)
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(again.status).toBe(201)
  expect(await house.post('/api/customers', { name: 'Twice' }, key)).toMatchObject({
    status: 422,
    body: { code: 'Idempotency.KeyReused' },
  })
  expect((await house.get('/api/customers?q=once')).body.total).toBe(1)

  house.pass(24 * 3_600_000 + 1)
  const nextDay = await house.post('/api/customers', { name: 'Once' }, key)
  expect([nextDay.body.slug, nextDay.headers.get('idempotent-replayed')]).toEqual(['once-2', null])
  await house.inside.clockwork.everyMinute()
  expect((await house.post('/api/customers', { name: 'Once' }, key)).body.slug).toBe('once-2')
})

describe('lists', () => {
  test('go on by cursor through every row once, in each order', async () => {
    for (let n = 0; n < 25; n++) {
      house.pass(n % 3)
      await house.post('/api/customers', { name: `Paged ${String(n).padStart(2, '0')}` })
    }
    for (const sort of ['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt']) {
      const slugs: string[] = []
      let cursor = ''
      for (let pages = 0; pages < 10; pages++) {
        const { body } = await house.get(`/api/customers?q=paged&limit=7&sort=${sort}${cursor}`)
        expect(body.total).toBe(25)
        slugs.push(...body.items.map((each: { slug: string }) => each.slug))
        if (!body.hasMore) break
        cursor = `&cursor=${body.nextCursor}`
      }
      expect(new Set(slugs).size).toBe(25)
      const sorted = slugs.toSorted()
      if (sort.endsWith('name')) expect(slugs).toEqual(sort === 'name' ? sorted : sorted.reverse())
    }
  })

  test('refuse a cursor of another order, filter or list, and one that is none', async () => {
    const { body } = await house.get('/api/customers?limit=2&sort=name')
    for (const path of [
      `/api/customers?sort=-name&cursor=${body.nextCursor}`,
      `/api/customers?sort=name&q=x&cursor=${body.nextCursor}`,
      `/api/service-accounts?sort=name&cursor=${body.nextCursor}`,
      '/api/customers?cursor=abc',
    ])
      expect(await house.get(path)).toMatchObject({ status: 422, body: { code: 'Cursor.Mismatch' } })
  })

  test.each([
    ['limit=0', 'query.limit'],
    ['limit=201', 'query.limit'],
    ['limit=x', 'query.limit'],
    ['sort=size', 'query.sort'],
    ['page=2', 'query.page'],
    ['limit=1&limit=2', 'query.limit'],
  ])('refuse ?%s', async (query, location) => {
    expect(await house.get(`/api/customers?${query}`)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })

  test('treat the wildcards of LIKE as letters', async () => {
    await house.post('/api/customers', { name: '100% Pure_Gold\\' })
    expect((await house.get('/api/customers?q=%25')).body.total).toBe(1)
    expect((await house.get('/api/customers?q=e_g')).body.total).toBe(1)
    expect((await house.get('/api/customers?q=Gold%5C')).body.total).toBe(1)
  })

  test('find letters in either case, beyond A to Z too', async () => {
    await house.post('/api/customers', { name: 'Ölmühle Straßburg' })
    for (const q of ['STRAßBURG', 'ölmühle', 'ÖLMÜHLE', 'Ölmühle', 'mÜHLE'])
      expect((await house.get(`/api/customers?q=${encodeURIComponent(q)}`)).body.total, q).toBe(1)
  })
})

test('unknown addresses and methods say what is there', async () => {
  expect(await house.get('/api/custmers')).toMatchObject({ status: 404, body: { code: 'Route.NotFound' } })
  const wrong = await house.ask('PATCH', '/api/customers', {})
  expect(wrong).toMatchObject({ status: 405, body: { code: 'Route.MethodNotAllowed' } })
  expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST')
})

test('a gzip body is read, and one that unpacks to more than 1 MiB is refused', async () => {
  const send = (body: object) =>
    fetch(`${house.url}/api/customers`, {
      method: 'POST',
      headers: { 'X-API-Key': house.token, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      body: gzipSync(JSON.stringify(body)),
    })
  expect((await send({ name: 'Packed' })).status).toBe(201)
  expect((await send({ name: 'x'.repeat(64 << 20) })).status).toBe(413)
})

test('a content type or encoding that is not read is refused', async () => {
  expect((await house.post('/api/customers', 'name=A', { 'Content-Type': 'text/plain' })).status).toBe(415)
  expect((await house.post('/api/customers', '{}', { 'Content-Encoding': 'br' })).status).toBe(415)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
