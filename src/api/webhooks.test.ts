import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventNames } from '../domain/event.ts'
import { mostEndpoints } from '../domain/webhook.ts'
import { type Body, happen, loopback, quiet } from '../test-deliveries.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { receiver } from '../test-receiver.ts'

const url = 'https://hooks.example.com/kaiten'
const nobody = '00000000-0000-7000-8000-000000000000'

let house: TestHouse
let reader: Record<string, string>
beforeAll(async () => {
  house = await testHouse()
  reader = { 'X-API-Key': await house.tokenWith(['read:webhooks']) }
})
afterAll(() => house[Symbol.asyncDispose]())

const create = async (more: object = {}): Promise<Body> => {
  const made = await house.post('/api/webhooks', { url, ...more })
  expect(made.status).toBe(201)
  return made.body
}
const secretOf = async ({ id }: { id: string }): Promise<Body> => (await house.get(`/api/webhooks/${id}/secret`)).body

test('an event reaches its receiver signed, and the history shows it', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  const made = await house.post('/api/webhooks', { url: hook.url, eventNames: ['CUSTOMER_CREATION'] })
  expect(made).toMatchObject({
    status: 201,
    body: { url: hook.url, enabled: true, secret: expect.stringMatching(/^whsec_/) },
  })
  hook.secrets = [made.body.secret]
  const customer = await house.post('/api/customers', { name: 'Test Webhook Customer' })
  const [first] = await hook.until(1)
  expect(first?.event).toEqual({
    id: expect.any(Number),
    name: 'CUSTOMER_CREATION',
    type: 'com.kaiten.customer.v1.created',
    timestamp: customer.body.createdAt,
    organizationId: expect.any(String),
    data: customer.body,
  })
  expect(hook.refused).toEqual([])
  await expect
    .poll(async () => (await house.get('/api/webhooks/history')).body.items, { timeout: 10_000 })
    .toMatchObject([
      {
        deliveryId: first?.id,
        endpointId: made.body.id,
        eventName: 'CUSTOMER_CREATION',
        number: 1,
        status: 'SUCCESS',
        responseStatus: 200,
        responseBody: 'thanks',
        requestBody: first?.text,
        nextAttemptAt: null,
      },
    ])
  expect(house.faults).toEqual([])
})

test('an endpoint is created, read, changed and deleted, and each change is an event without the secret', async () => {
  const made = await house.post('/api/webhooks', { url, description: 'Billing', eventNames: ['LICENSE_UPDATE'] })
  const { secret, ...shown } = made.body
  const at = `/api/webhooks/${shown.id}`
  expect(made.headers.get('location')).toBe(at)
  expect(made.headers.get('etag')).toBe('"1"')
  expect(shown).toMatchObject({ enabled: true, disabledReason: null, description: 'Billing', revision: 1 })
  expect((await house.get(at)).body).toEqual(shown)
  expect((await house.get(`/api/webhooks/${shown.id.toUpperCase()}`)).body).toEqual(shown)

  const changed = await house.put(at, { ...shown, description: null, eventNames: ['LICENSE_UPDATE', 'LICENSE_UPDATE'] })
  expect(changed).toMatchObject({
    status: 200,
    body: { description: null, eventNames: ['LICENSE_UPDATE'], revision: 2 },
  })
  expect(await house.put(at, { enabled: false }, { 'If-Match': '"1"' })).toMatchObject({
    status: 412,
    body: { code: 'Request.RevisionMismatch' },
  })
  expect((await house.delete(at)).status).toBe(204)
  for (const answer of [await house.get(at), await house.put(at, { enabled: false }), await house.delete(at)])
    expect(answer).toMatchObject({ status: 404, body: { code: 'Webhook.NotFound' } })

  const { body } = await house.get(`/api/events?q=${shown.id}`)
  expect(body.items).toMatchObject([
    { name: 'WEBHOOK_DELETION' },
    { name: 'WEBHOOK_UPDATE', data: { changedFields: ['description'] } },
    { name: 'WEBHOOK_CREATION', data: shown },
  ])
  expect(JSON.stringify(body)).not.toContain(secret)
})

test('an answer that is repeated by its Idempotency-Key makes no second endpoint and shows no secret again', async () => {
  const key = { 'Idempotency-Key': 'endpoint-1' }
  const made = await house.post('/api/webhooks', { url }, key)
  const { secret, ...shown } = made.body
  expect(secret).toMatch(/^whsec_/)
  expect(await house.post('/api/webhooks', { url }, key)).toMatchObject({ status: 201, body: shown })
})

test('endpoints are listed page by page, by URL too, and found by what is in URL and description', async () => {
  await using house = await testHouse()
  for (const name of ['b', 'a', 'c'])
    await house.post('/api/webhooks', { url: `https://${name}.example.com`, description: `For ${name}` })
  const urls = async (query: string): Promise<string[]> =>
    (await house.get(`/api/webhooks?${query}`)).body.items.map((each: Body) => each.url)
  expect(await urls('sort=name')).toEqual(['a', 'b', 'c'].map(name => `https://${name}.example.com`))
  expect(await urls('')).toEqual(['c', 'a', 'b'].map(name => `https://${name}.example.com`))
  expect(await urls('q=for%20A')).toEqual(['https://a.example.com'])
  expect(await urls('q=b.example')).toEqual(['https://b.example.com'])
  const first = (await house.get('/api/webhooks?sort=name&limit=2')).body
  expect(first).toMatchObject({ total: 3, hasMore: true })
  expect(await urls(`sort=name&limit=2&cursor=${first.nextCursor}`)).toEqual(['https://c.example.com'])
})

test('an organization has at most 100 endpoints, until one is deleted', async () => {
  await using house = await testHouse()
  const made = await Promise.all(Array.from({ length: mostEndpoints }, () => house.post('/api/webhooks', { url })))
  expect(made.every(({ status }) => status === 201)).toBe(true)
  expect(await house.post('/api/webhooks', { url })).toMatchObject({ status: 409, body: { code: 'Webhook.TooMany' } })
  await house.delete(`/api/webhooks/${made[0]?.body.id}`)
  expect((await house.post('/api/webhooks', { url })).status).toBe(201)
})

describe('bad input is told with its place, and makes nothing', () => {
  const at = (location: string, message?: RegExp) => ({
    errors: [{ location, ...(message && { message: expect.stringMatching(message) }) }],
  })
  const cases: [string, unknown, object][] = [
    ['no URL', {}, at('body.url', /is required/)],
    ['an empty URL', { url: '' }, at('body.url', /must not be empty/)],
    ['a long URL', { url: `https://example.com/${'x'.repeat(2000)}` }, at('body.url', /at most 2,000 characters/)],
    ['no scheme', { url: 'hooks.example.com' }, at('body.url', /must begin with https/)],
    ['http', { url: 'http://example.com' }, at('body.url', /must begin with https/)],
    ['another scheme', { url: 'file:///etc/passwd' }, at('body.url', /must begin with https/)],
    ['a name and a password', { url: 'https://me:secret@example.com' }, at('body.url', /no name or password/)],
    ['a fragment', { url: 'https://example.com/#x' }, at('body.url', /no #/)],
    ['a port that is none', { url: 'https://example.com:0' }, at('body.url', /port from 1 to 65535/)],
    ['a name beyond ASCII', { url: 'https://bücher.example' }, at('body.url', /visible ASCII/)],
    ['loopback', { url: 'https://127.0.0.1' }, at('body.url', /127\.0\.0\.1/)],
    ['loopback by name', { url: 'https://localhost' }, at('body.url', /localhost/)],
    ['a private address', { url: 'https://10.1.2.3' }, at('body.url', /10\.1\.2\.3/)],
    ['cloud metadata', { url: 'https://169.254.169.254/latest' }, at('body.url', /169\.254\.169\.254/)],
    ['IPv6 loopback', { url: 'https://[::1]' }, at('body.url', /::1/)],
    ['IPv4 within IPv6', { url: 'https://[::ffff:127.0.0.1]' }, at('body.url', /::ffff/)],
    ['a decimal address', { url: 'https://2130706433' }, at('body.url', /four plain decimal numbers/)],
    ['a hexadecimal address', { url: 'https://0x7f.1' }, at('body.url', /four plain decimal numbers/)],
    ['an octal address', { url: 'https://0177.0.0.1' }, at('body.url', /four plain decimal numbers/)],
    ['a short address', { url: 'https://127.1' }, at('body.url', /four plain decimal numbers/)],
    ['an encoded address', { url: 'https://%31%32%37.0.0.1' }, at('body.url')],
    ['an unknown event', { url, eventNames: ['CUSTOMER_BIRTH'] }, at('body.eventNames[0]')],
    ['events that are no list', { url, eventNames: 'CUSTOMER_CREATION' }, at('body.eventNames')],
    ['a long description', { url, description: 'x'.repeat(1001) }, at('body.description', /at most 1,000/)],
    ['a short secret', { url, secret: 'whsec_c2hvcnQ=' }, at('body.secret', /24 to 64 bytes/)],
    ['a secret without its prefix', { url, secret: Buffer.alloc(32).toString('base64') }, at('body.secret')],
    ['an unknown member', { url, secrets: [] }, at('body.secrets')],
  ]
  test.each(cases)('%s', async (_, body, problem) => {
    const before = (await house.get('/api/webhooks')).body.total
    expect(await house.post('/api/webhooks', body)).toMatchObject({
      status: 422,
      body: { code: 'Request.Invalid', ...problem },
    })
    expect((await house.get('/api/webhooks')).body.total).toBe(before)
  })

  test('an endpoint is changed by the same rules, and its secret not at all', async () => {
    const { id, ...endpoint } = await create()
    for (const [body, location] of [
      [{ url: 'https://10.0.0.1' }, 'body.url'],
      [{ eventNames: ['NOTHING'] }, 'body.eventNames[0]'],
      [{ enabled: 'no' }, 'body.enabled'],
      [{ secret: endpoint.secret }, 'body.secret'],
    ] as const)
      expect(await house.put(`/api/webhooks/${id}`, body)).toMatchObject({
        status: 422,
        body: { errors: [{ location }] },
      })
    expect((await house.get(`/api/webhooks/${id}`)).body).toMatchObject({ url, enabled: true, revision: 1 })
  })

  test('what was saved under wider rules can still be changed in all but its URL', async () => {
    await using house = await testHouse(loopback)
    const { body } = await house.post('/api/webhooks', { url: 'http://127.0.0.1:9/' })
    await house.restart({ KAITEN_WEBHOOK_ALLOW_HTTP: 'false', KAITEN_WEBHOOK_ALLOW_CIDR: '' })
    const at = `/api/webhooks/${body.id}`
    expect(await house.put(at, { url: body.url, description: 'Old' })).toMatchObject({ status: 200 })
    expect(await house.put(at, { url: 'http://127.0.0.1:10/' })).toMatchObject({ status: 422 })
  })
})

describe('enabling and disabling', () => {
  test('a disabled endpoint is sent nothing; enabled again it gets what waited, and not what happened meanwhile', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    hook.answer = (_, response) => response.writeHead(500).end()
    const { body } = await house.post('/api/webhooks', { url: hook.url, eventNames: ['CUSTOMER_CREATION'] })
    const [waiting] = await happen(house)
    await quiet(house, body.id)
    hook.answer = (_, response) => response.end()
    await house.put(`/api/webhooks/${body.id}`, { enabled: false })
    await happen(house)
    house.pass(60_000)
    house.inside.courier.everySecond()
    await quietMoment(house)
    expect(hook.received).toHaveLength(1)

    await house.put(`/api/webhooks/${body.id}`, { enabled: true })
    await quiet(house, body.id)
    const [later] = await happen(house)
    await hook.until(3)
    expect(hook.received.map(({ event }) => event.data.id)).toEqual([waiting.id, waiting.id, later.id])
  })

  test('one that is made disabled waits to be enabled', async () => {
    expect(await create({ enabled: false })).toMatchObject({ enabled: false, disabledReason: null })
  })
})

describe('the secret', () => {
  test('is shown to those with write:webhooks on demand, nowhere else, and its showing is logged', async () => {
    const made = await create()
    const { secret, ...shown } = made
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32)
    expect(await secretOf(made)).toEqual({ secret, previousSecret: null, previousSecretUntil: null })
    expect(house.told.at(-1)).toMatchObject({ webhook: made.id, message: 'a webhook secret was shown' })
    expect((await house.get(`/api/webhooks/${made.id}`, reader)).body).toEqual(shown)
    expect(JSON.stringify(house.told)).not.toContain(secret)
  })

  test('may be one that receivers have already', async () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
    expect((await create({ secret })).secret).toBe(secret)
  })

  test('is rotated to a new or a given one; the old one is shown beside it for 24 hours, and no longer', async () => {
    const made = await create()
    const rotated = await house.post(`/api/webhooks/${made.id}/rotate-secret`)
    const { secret } = rotated.body
    expect(rotated).toMatchObject({ status: 200, body: { id: made.id, revision: 2 } })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(secret).not.toBe(made.secret)
    const until = new Date(house.now() + 24 * 3_600_000).toISOString()
    expect(await secretOf(made)).toEqual({ secret, previousSecret: made.secret, previousSecretUntil: until })

    const given = `whsec_${Buffer.alloc(32, 9).toString('base64')}`
    const again = await house.post(`/api/webhooks/${made.id}/rotate-secret`, { secret: given })
    expect(again.body.secret).toBe(given)
    house.pass(24 * 3_600_000 - 1)
    expect(await secretOf(made)).toMatchObject({ secret: given, previousSecret: secret })
    house.pass(1)
    expect(await secretOf(made)).toEqual({ secret: given, previousSecret: null, previousSecretUntil: null })

    const { items } = (await house.get(`/api/events?q=${made.id}&eventName=WEBHOOK_UPDATE`)).body
    expect(items).toMatchObject([{ data: { changedFields: ['secret'] } }, { data: { changedFields: ['secret'] } }])
    expect(JSON.stringify(items)).not.toContain('whsec_')
  })

  test('is not rotated to what is none, nor over somebody else’s change', async () => {
    const { id } = await create()
    expect(await house.post(`/api/webhooks/${id}/rotate-secret`, { secret: 'hunter2' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.secret' }] },
    })
    expect((await house.post(`/api/webhooks/${id}/rotate-secret`, {}, { 'If-Match': '"7"' })).status).toBe(412)
    expect(await secretOf({ id })).toMatchObject({ previousSecret: null })
  })
})

test('a token that may only read sees endpoints and changes none', async () => {
  const { id } = await create()
  expect((await house.get('/api/webhooks', reader)).status).toBe(200)
  const at = `/api/webhooks/${id}`
  const refused: [string, string, object?][] = [
    ['POST', '/api/webhooks', { url }],
    ['PUT', at, { enabled: false }],
    ['DELETE', at],
    ['GET', `${at}/secret`],
    ['POST', `${at}/rotate-secret`, {}],
    ['POST', `${at}/test`, {}],
    ['POST', `${at}/recover`, { since: '2026-01-01T00:00:00Z' }],
    ['POST', `/api/webhooks/deliveries/${nobody}/retry`],
  ]
  for (const [method, path, body] of refused)
    expect(await house.ask(method, path, body, reader)).toMatchObject({
      status: 403,
      body: { code: 'Auth.MissingScope' },
    })
  expect((await house.get(at)).body).toMatchObject({ enabled: true, revision: 1 })
})

test('what is not there is told as such, whatever is asked of it', async () => {
  for (const id of [nobody, 'something'])
    for (const answer of [
      await house.get(`/api/webhooks/${id}`),
      await house.get(`/api/webhooks/${id}/secret`),
      await house.post(`/api/webhooks/${id}/rotate-secret`),
      await house.post(`/api/webhooks/${id}/test`),
      await house.post(`/api/webhooks/${id}/recover`, { since: '2026-01-01T00:00:00Z' }),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'Webhook.NotFound' } })
})

test('every event there is is listed with the schema of its data and an example', async () => {
  const { items } = (await house.get('/api/webhooks/event-types', reader)).body
  expect(items.map(({ name }: Body) => name)).toEqual([...eventNames])
  expect(items[0]).toMatchObject({
    type: expect.stringMatching(/^com\.kaiten\./),
    schema: { $defs: expect.anything() },
    example: {},
  })
})

/** Time in which a courier that would send something it should not has sent it. */
const quietMoment = (house: TestHouse) => expect.poll(() => house.inside.deliveries.sending.size).toBe(0)
