import { Webhook as StandardReceiver } from 'standardwebhooks'
import { Webhook as SvixReceiver } from 'svix'
import { describe, expect, test, vi } from 'vitest'
import { eventNames, eventTypes } from '../domain/event.ts'
import { answered, type Body, happen, history, hold, loopback, quiet, subscribe } from '../test-deliveries.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { type Received, receiver } from '../test-receiver.ts'

const hour = 3_600_000
const nobody = '00000000-0000-7000-8000-000000000000'

const retry = (house: TestHouse, delivery: string) => house.post(`/api/webhooks/deliveries/${delivery}/retry`)
const idsOf = (received: Received[]): string[] => received.map(({ id }) => id)
const customersOf = (received: Received[]): string[] => received.map(({ event }) => event.data.id)
const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

describe('a test', () => {
  test('sends an example of each event, signed, by the path that events take, and shows how it ended', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id, secret } = await subscribe(house, hook.url)
    hook.secrets = [secret]
    for (const eventName of eventNames) {
      const shown = await house.post(`/api/webhooks/${id}/test`, { eventName })
      const last = hook.received.at(-1)
      expect(shown).toMatchObject({
        status: 200,
        body: {
          eventName,
          eventId: null,
          endpointId: id,
          deliveryId: last?.id,
          status: 'SUCCESS',
          responseBody: 'thanks',
        },
      })
      expect(shown.body.requestBody).toBe(last?.text)
      expect(last?.event).toMatchObject({
        id: 0,
        name: eventName,
        type: eventTypes[eventName],
        data: expect.anything(),
      })
    }
    expect(hook.refused).toEqual([])
    expect(hook.received).toHaveLength(eventNames.length)
    expect((await house.get('/api/events?eventName=CUSTOMER_CREATION')).body.total).toBe(0)
  })

  test('without an event sends CUSTOMER_CREATION; of an unknown one it is refused', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    expect((await house.post(`/api/webhooks/${id}/test`)).body).toMatchObject({ eventName: 'CUSTOMER_CREATION' })
    expect(await house.post(`/api/webhooks/${id}/test`, { eventName: 'NOTHING' })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.eventName' }] },
    })
    expect(hook.received).toHaveLength(1)
  })

  test('reaches a disabled endpoint too, and is tried once', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url, { enabled: false })
    expect((await house.post(`/api/webhooks/${id}/test`)).body).toMatchObject({ status: 'SUCCESS' })
    hook.answer = (_, response) => answered(response, 500)
    expect((await house.post(`/api/webhooks/${id}/test`)).body).toMatchObject({
      ...{ status: 'DEAD', responseStatus: 500, nextAttemptAt: null },
      error: 'The receiver answered 500.',
    })
    expect(await history(house, { endpoint: id })).toHaveLength(2)
  })

  test('tells why nobody could be reached', async () => {
    await using house = await testHouse(loopback)
    const gone = await receiver()
    await gone[Symbol.asyncDispose]()
    const { id } = await subscribe(house, gone.url)
    expect((await house.post(`/api/webhooks/${id}/test`)).body).toMatchObject({
      ...{ status: 'DEAD', responseStatus: null, responseBody: null },
      error: 'The receiver refused the connection.',
    })
  })
})

describe('while two secrets are valid', () => {
  test('each request carries both signatures, in either set of headers, and after 24 hours the new one alone', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    // The libraries hold timestamps against the real time.
    house.pass(Date.now() - house.now())
    const { id, secret: old } = await subscribe(house, hook.url)
    await happen(house)
    await hook.until(1)
    const { secret } = (await house.post(`/api/webhooks/${id}/rotate-secret`)).body
    await happen(house)
    await hook.until(2)
    house.pass(24 * hour)
    await happen(house)
    await hook.until(3)
    const [before, during, after] = hook.received
    expect([old, secret].map(key => verifiers(key, before))).toEqual([all, none])
    expect([old, secret].map(key => verifiers(key, during))).toEqual([all, all])
    expect([old, secret].map(key => verifiers(key, after, 24 * hour))).toEqual([none, all])
    const signatures = hook.received.map(({ headers }) => headers['webhook-signature']?.split(' ').length)
    expect(signatures).toEqual([1, 2, 1])
  })

  const all = ['standardwebhooks', 'svix by its own names', 'svix by the standard names']
  const none: string[] = []

  /** Which of the libraries that receivers use take a request with this secret; one whose clock is `later` too. */
  function verifiers(secret: string, received: Received | undefined, later = 0): string[] {
    const { text = '', headers = {} } = received ?? {}
    const own = (brand: string) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(brand)))
    const receivers: Record<string, () => unknown> = {
      standardwebhooks: () => new StandardReceiver(secret).verify(text, own('webhook-')),
      'svix by its own names': () => new SvixReceiver(secret).verify(text, own('svix-')),
      'svix by the standard names': () => new SvixReceiver(secret).verify(text, own('webhook-')),
    }
    vi.useFakeTimers({ now: Date.now() + later, toFake: ['Date'] })
    const taking = Object.entries(receivers).filter(([, verify]) => doesNotThrow(verify))
    vi.useRealTimers()
    return taking.map(([name]) => name)
  }
})

describe('sending a delivery again', () => {
  test('that succeeded or is dead sends it once more with the same id, body and a next number', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id, secret } = await subscribe(house, hook.url)
    hook.secrets = [secret]
    await happen(house)
    const [first] = await hook.until(1)
    await quiet(house, id)
    const again = await retry(house, String(first?.id))
    expect(again).toMatchObject({ status: 200, body: { deliveryId: first?.id, number: 2, status: 'SUCCESS' } })
    hook.answer = (_, response) => answered(response, 500)
    // By hand is once: it does not begin the schedule anew.
    expect((await retry(house, String(first?.id))).body).toMatchObject({
      number: 3,
      status: 'DEAD',
      nextAttemptAt: null,
    })
    hook.answer = (_, response) => answered(response, 200)
    expect((await retry(house, String(first?.id).toUpperCase())).body).toMatchObject({ number: 4, status: 'SUCCESS' })
    expect(new Set(idsOf(hook.received)).size).toBe(1)
    expect(new Set(hook.received.map(({ text }) => text)).size).toBe(1)
    const attempts = await history(house, { endpoint: id })
    expect(attempts.map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS', 'FAILED', 'SUCCESS'])
    expect(hook.refused).toEqual([])
  })

  test('that waits for its next attempt makes that attempt now, and goes on by the schedule where it fails', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    hook.answer = (_, response) => answered(response, 500)
    const { id } = await subscribe(house, hook.url)
    await happen(house)
    await quiet(house, id)
    const [failed, waiting] = await history(house, { endpoint: id })
    expect([failed, waiting]).toMatchObject([{ status: 'FAILED' }, { status: 'PENDING', number: 2 }])
    house.pass(1000)
    const again = (await retry(house, failed.deliveryId)).body
    expect(again).toMatchObject({ id: waiting.id, number: 2, status: 'FAILED', startedAt: time(house.now()) })
    expect(Date.parse(again.nextAttemptAt) - house.now()).toBeGreaterThanOrEqual(5 * 60_000)
    expect(hook.received).toHaveLength(2)
  })

  test('that is under way waits for how that ends, and sends nothing twice', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    const held = hold(hook)
    await happen(house)
    await held.until(1)
    const [sending] = await history(house, { endpoint: id })
    expect(sending).toMatchObject({ status: 'SENDING', number: 1 })
    const again = retry(house, sending.deliveryId)
    await house.get('/api/me')
    held.release()
    expect((await again).body).toMatchObject({ id: sending.id, number: 1, status: 'SUCCESS' })
    await quiet(house, id)
    expect(hook.received).toHaveLength(1)
  })

  test('of a disabled or deleted endpoint, or one that is not there, is refused', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    await happen(house)
    const [first] = await hook.until(1)
    await quiet(house, id)
    await house.put(`/api/webhooks/${id}`, { enabled: false })
    expect(await retry(house, String(first?.id))).toMatchObject({ status: 409, body: { code: 'Webhook.Disabled' } })
    await house.delete(`/api/webhooks/${id}`)
    for (const delivery of [String(first?.id), nobody, 'something'])
      expect(await retry(house, delivery)).toMatchObject({ status: 404, body: { code: 'WebhookDelivery.NotFound' } })
    expect(hook.received).toHaveLength(1)
  })
})

describe('recovering', () => {
  test('queues again what failed and what was missed since a time, in order, and nothing that arrived', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    const [early] = await happen(house)
    await quiet(house, id)
    house.pass(hour)
    const since = time(house.now())
    const [arrived] = await happen(house)
    await quiet(house, id)
    hook.answer = (_, response) => answered(response, 500)
    const [failed] = await happen(house)
    await quiet(house, id)
    hook.answer = (_, response) => answered(response, 200)
    await house.put(`/api/webhooks/${id}`, { enabled: false })
    house.pass(1000)
    const missed = await happen(house, 2)
    await house.put(`/api/webhooks/${id}`, { enabled: true })
    const before = hook.received.length
    expect(await house.post(`/api/webhooks/${id}/recover`, { since })).toMatchObject({
      status: 200,
      body: { requeued: 3 },
    })
    await quiet(house, id)
    const again = hook.received.slice(before)
    // While nothing has succeeded yet they go one at a time.
    expect(customersOf(again)).toEqual([failed.id, ...missed.map(({ id }) => id)])
    expect(again[0]?.id).toBe(hook.received[2]?.id)
    expect(customersOf(hook.received).filter(each => each === early.id || each === arrived.id)).toHaveLength(2)
    expect((await house.post(`/api/webhooks/${id}/recover`, { since })).body).toEqual({ requeued: 0 })
  })

  test('brings to a new endpoint what happened before it, of the events that it asks for', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const made = await happen(house, 3)
    await house.post('/api/entitlements', { name: 'Calls', type: 'NUMBER' })
    const { id } = await subscribe(house, hook.url)
    const since = time(house.now() - hour)
    expect((await house.post(`/api/webhooks/${id}/recover`, { since })).body).toEqual({ requeued: 3 })
    await quiet(house, id)
    expect(customersOf(hook.received).toSorted()).toEqual(made.map(each => each.id).toSorted())
  })

  test('of more than a slice of events leaves none out', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    await Promise.all(Array.from({ length: 1100 }, (_, n) => house.post('/api/customers', { name: `Customer ${n}` })))
    const { id } = await subscribe(house, hook.url)
    const since = time(house.now())
    expect((await house.post(`/api/webhooks/${id}/recover`, { since })).body).toEqual({ requeued: 1100 })
    await hook.until(1100, 40_000)
    expect(new Set(customersOf(hook.received)).size).toBe(1100)
  })

  test('of a disabled endpoint is refused, and so is what is no time', async () => {
    await using house = await testHouse(loopback)
    const { id } = await subscribe(house, 'http://127.0.0.1:9/', { enabled: false })
    expect(await house.post(`/api/webhooks/${id}/recover`, { since: time(house.now()) })).toMatchObject({
      status: 409,
      body: { code: 'Webhook.Disabled' },
    })
    for (const body of [{}, { since: 'yesterday' }, { since: '2026-02-30T00:00:00Z' }])
      expect(await house.post(`/api/webhooks/${id}/recover`, body)).toMatchObject({
        status: 422,
        body: { errors: [{ location: 'body.since' }] },
      })
  })
})

describe('the history', () => {
  test('is filtered by endpoint, delivery, event, status and time, in any combination', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    await using down = await receiver()
    down.answer = (_, response) => answered(response, 500)
    const good = await subscribe(house, hook.url)
    const bad = await subscribe(house, down.url, { eventNames: [] })
    const begun = house.now()
    await happen(house)
    await quiet(house, good.id, bad.id)
    house.pass(1000)
    await happen(house)
    await quiet(house, good.id, bad.id)
    const held = hold(hook)
    await happen(house)
    await held.until(1)
    const found = async (query: string): Promise<Body[]> => {
      const { status, body } = await house.get(`/api/webhooks/history?${query}`)
      expect(status).toBe(200)
      expect(body.total).toBe(body.items.length)
      return body.items
    }
    await expect
      .poll(() => found('status=SENDING'), { timeout: 10_000 })
      .toMatchObject([{ endpointId: good.id, startedAt: null }])
    expect(await found(`endpoint=${good.id}`)).toHaveLength(3)
    expect(await found(`endpoint=${good.id}&status=SUCCESS`)).toHaveLength(2)
    expect(await found(`endpoint=${good.id.toUpperCase()}`)).toHaveLength(3)
    expect(await found('status=DEAD')).toEqual([])
    expect(await found('status=success')).toHaveLength(2)
    expect(await found(`endpoint=${good.id}&status=FAILED`)).toEqual([])
    const failed = await found(`endpoint=${bad.id}&status=FAILED`)
    expect(failed.every(({ error, nextAttemptAt }) => error === 'The receiver answered 500.' && nextAttemptAt)).toBe(
      true,
    )
    const [creation] = await found(`endpoint=${bad.id}&eventName=WEBHOOK_CREATION`)
    expect(creation).toMatchObject({ eventName: 'WEBHOOK_CREATION', endpointId: bad.id, url: down.url })
    const attempts = await found(`delivery=${creation.deliveryId}`)
    expect(new Set(attempts.map(({ deliveryId }) => deliveryId))).toEqual(new Set([creation.deliveryId]))
    const successes = async (query: string) => (await found(`status=SUCCESS&${query}`)).length
    expect(await successes(`after=${time(begun + 1)}`)).toBe(1)
    expect(await successes(`before=${time(begun)}`)).toBe(1)
    expect(await successes(`after=${time(begun)}&before=${time(begun + 1000)}`)).toBe(2)
    expect(await successes(`after=${time(begun + 1001)}`)).toBe(0)
    expect(await found(`q=${encodeURIComponent('answered 500')}`)).toHaveLength((await found('status=FAILED')).length)
    held.release()
  })

  test('is read page by page, newest first, each attempt once while more are made', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    await happen(house, 25)
    await quiet(house, id)
    const pages: Body[][] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await house.get(`/api/webhooks/history?endpoint=${id}&limit=10${cursor && `&cursor=${cursor}`}`)
      pages.push(body.items)
      cursor = body.nextCursor
      await happen(house)
    }
    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5])
    const ids = pages.flat().map(each => each.id)
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(new Set(ids).size).toBe(25)
  })

  test('refuses what is no filter, and a cursor of another filter', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    await happen(house, 2)
    await quiet(house, id)
    for (const [query, location] of [
      ['status=LOST', 'query.status'],
      ['eventName=NOTHING', 'query.eventName'],
      ['endpoint=one', 'query.endpoint'],
      ['delivery=one', 'query.delivery'],
      ['after=yesterday', 'query.after'],
      ['sort=name', 'query.sort'],
      ['limit=0', 'query.limit'],
    ])
      expect(await house.get(`/api/webhooks/history?${query}`)).toMatchObject({
        status: 422,
        body: { errors: [{ location }] },
      })
    const { nextCursor } = (await house.get('/api/webhooks/history?limit=1')).body
    expect(await house.get(`/api/webhooks/history?limit=1&status=SUCCESS&cursor=${nextCursor}`)).toMatchObject({
      status: 422,
      body: { code: 'Cursor.Mismatch' },
    })
  })

  test('shows those who may only read everything but what receivers answered', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    await happen(house)
    await quiet(house, id)
    const reader = { 'X-API-Key': await house.tokenWith(['read:webhooks']) }
    const [whole] = (await house.get('/api/webhooks/history')).body.items
    const { responseBody, ...rest } = whole
    expect(responseBody).toBe('thanks')
    expect((await house.get('/api/webhooks/history', reader)).body.items).toEqual([rest])
  })

  test('goes with its endpoint', async () => {
    await using house = await testHouse(loopback)
    await using hook = await receiver()
    const { id } = await subscribe(house, hook.url)
    await happen(house)
    await quiet(house, id)
    await house.delete(`/api/webhooks/${id}`)
    expect((await house.get('/api/webhooks/history')).body).toMatchObject({ items: [], total: 0 })
  })
})

function doesNotThrow(act: () => unknown): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}
