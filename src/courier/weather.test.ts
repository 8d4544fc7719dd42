import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  answered,
  type Body,
  endpointOf,
  happen,
  history,
  loopback,
  pass,
  passToNext,
  quiet,
  quietInTime,
  subscribe,
} from '../test-deliveries.ts'
import { testHouse } from '../test-house.ts'
import { receiver } from '../test-receiver.ts'
import { certificateFor, httpReceiver, httpsReceiver, rawReceiver } from './post.receivers.ts'

const second = 1000
const hour = 3600 * second

test('in bad weather every attempt is recorded and retried by the schedule, and the others get theirs meanwhile', async () => {
  await using house = await testHouse(loopback)
  await using well = await receiver()
  await using slow = await httpReceiver((_, response) => setTimeout(() => answered(response, 202), 1500))
  await using silent = await rawReceiver('http', () => undefined)
  await using hasty = await rawReceiver('http', (socket, piece) => {
    if (piece === 1) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nThis is not')
  })
  await using babbling = await httpReceiver((_, response) => {
    const babble = () => response.destroyed || (response.write('x'.repeat(16_384)) ? setImmediate(babble) : undefined)
    response.on('drain', babble)
    babble()
  })
  await using dripping = await httpReceiver((_, response) => {
    const drip = setInterval(() => response.write('x'), 100)
    response.on('close', () => clearInterval(drip))
  })
  await using sending = await httpReceiver((_, response) => answered(response, 302, { Location: `${well.url}/there` }))
  await using gone = await httpReceiver((_, response) => answered(response, 410))
  await using many = await httpReceiver((_, response) => answered(response, 429, { 'Retry-After': '120' }))
  await using pausing = await httpReceiver((_, response) => answered(response, 503, { 'Retry-After': '60' }))
  await using asking = await httpReceiver((_, response) => answered(response, 401, { 'Retry-After': '60' }))
  await using strange = await httpsReceiver(await certificateFor('127.0.0.1'), (_, response) => answered(response, 200))
  const closed = await httpReceiver(() => undefined)
  await closed[Symbol.asyncDispose]()

  const cutShort = 'The connection ended before the answer was whole.'
  const late = 'There was no whole answer within 15 s.'
  const unknown = 'The certificate is of no authority that is trusted here.'
  const answeredWith = (responseStatus: number) => ({
    responseStatus,
    responseBody: `answered ${responseStatus}`,
    error: `The receiver answered ${responseStatus}.`,
  })
  const failed = (error: string) => ({ responseStatus: null, responseBody: null, error })
  const weather: [name: string, url: string, expected: object, wait?: number][] = [
    ['slow', slow.url, { status: 'SUCCESS', responseStatus: 202, nextAttemptAt: null }],
    ['endless', babbling.url, { status: 'SUCCESS', responseStatus: 200, responseBody: 'x'.repeat(65_536) }],
    ['silent', silent.url, failed(late), 5],
    ['dripping', dripping.url, failed(late), 5],
    ['closing mid-answer', hasty.url, failed(cutShort), 5],
    ['closed', closed.url, failed('The receiver refused the connection.'), 5],
    ['wrong certificate', strange.url, failed(unknown), 5],
    ['redirect', sending.url, answeredWith(302), 5],
    ['410', gone.url, answeredWith(410), 5],
    ['429 with Retry-After', many.url, answeredWith(429), 120],
    ['503 with Retry-After', pausing.url, answeredWith(503), 60],
    ['401 with Retry-After', asking.url, answeredWith(401), 5],
  ]
  const good = await subscribe(house, well.url)
  const endpoints = new Map<string, Body>()
  for (const [name, url] of weather) endpoints.set(name, await subscribe(house, url))
  const idOf = (name: string): string => endpoints.get(name).id
  await happen(house)
  await well.until(1)
  const begun = Date.now()
  await happen(house, 4)
  await well.until(5)
  expect(Date.now() - begun).toBeLessThan(15_000)

  await expect
    .poll(async () => (await history(house, { endpoint: idOf('silent') }))[0].status, { timeout: 40_000 })
    .toBe('FAILED')
  await quiet(house, good.id, idOf('slow'), idOf('endless'), idOf('redirect'))
  for (const [name, , expected, wait] of weather) {
    const attempts = await history(house, { endpoint: idOf(name) })
    const first = attempts[0]
    expect({ name, ...first }).toMatchObject({ name, number: 1, status: wait ? 'FAILED' : 'SUCCESS', ...expected })
    if (wait === undefined) continue
    const next = attempts.find(each => each.deliveryId === first.deliveryId && each.number === 2)
    expect({ name, ...next }).toMatchObject({ status: 'PENDING', dueAt: first.nextAttemptAt })
    const waits = Date.parse(first.nextAttemptAt) - house.now()
    expect(waits, name).toBeGreaterThanOrEqual(wait * second)
    expect(waits, name).toBeLessThanOrEqual(wait * second * 1.1)
  }
  expect(await endpointOf(house, idOf('410'))).toMatchObject({ enabled: false, disabledReason: 'GONE' })
  expect(well.received.every(({ event }) => event.name === 'CUSTOMER_CREATION')).toBe(true)
  expect(well.received).toHaveLength(5)

  // Nobody's second attempt begins before its time, and then with the same id.
  const before = await history(house, { endpoint: idOf('redirect') })
  pass(house, 4999)
  expect(await history(house, { endpoint: idOf('redirect') })).toEqual(before)
  expect(house.faults).toEqual([])
})

test('a receiver that is down for three days gets everything, once each, when it is back', async () => {
  await using house = await testHouse(loopback)
  const port = await freePort()
  const { id } = await subscribe(house, `http://127.0.0.1:${port}/`)
  const end = house.now() + 72 * hour
  const made: Body[] = []
  for (let nextEvent = house.now(); house.now() < end; ) {
    if (nextEvent <= house.now()) {
      made.push(...(await happen(house)))
      nextEvent += 9 * hour
      await quietInTime(house, id)
    }
    if (!(await passToNext(house, id))) break
  }
  expect(made.length).toBeGreaterThanOrEqual(7)
  const down = await history(house, { endpoint: id })
  expect(down.filter(({ status }) => status === 'DEAD' || status === 'SUCCESS')).toEqual([])
  expect(await endpointOf(house, id)).toMatchObject({ enabled: true })

  const received: { id: unknown; customer: string }[] = []
  await using _back = await httpReceiver(
    async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      received.push({ id: request.headers['webhook-id'], customer: JSON.parse(text).data.id })
      answered(response, 200)
    },
    '127.0.0.1',
    port,
  )
  while (await passToNext(house, id));
  expect(received.map(({ customer }) => customer).toSorted()).toEqual(made.map(each => each.id).toSorted())
  for (const each of received) {
    const attempts = await history(house, { delivery: String(each.id) })
    expect(attempts.at(-1)).toMatchObject({ status: 'SUCCESS' })
    expect(attempts.slice(0, -1).every(({ status }) => status === 'FAILED')).toBe(true)
    followTheirSchedule(attempts)
  }
  expect(house.faults).toEqual([])
})

test('what failed at every attempt is dead after three days, is listed, and can be sent again with the same id', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  hook.answer = (_, response) => answered(response, 500)
  const { id } = await subscribe(house, hook.url)
  await happen(house)
  await quiet(house, id)
  const begun = house.now()
  while (await passToNext(house, id));
  const attempts = await history(house, { endpoint: id })
  expect(attempts).toHaveLength(10)
  followTheirSchedule(attempts)
  expect(attempts.at(-1)).toMatchObject({ status: 'DEAD', nextAttemptAt: null })
  expect((house.now() - begun) / hour).toBeGreaterThan(75)
  expect((house.now() - begun) / hour).toBeLessThan(75.6 * 1.1)
  expect((await house.get('/api/webhooks/history?status=DEAD')).body.items).toHaveLength(1)
  hook.answer = (_, response) => answered(response, 200)
  const again = await house.post(`/api/webhooks/deliveries/${attempts[0].deliveryId}/retry`)
  expect(again).toMatchObject({ status: 200, body: { status: 'SUCCESS', number: 11 } })
  expect(new Set(hook.received.map(each => each.id))).toEqual(new Set([attempts[0].deliveryId]))
  expect((await house.get('/api/webhooks/history?status=DEAD')).body.items).toEqual([])
})

test('an endpoint that did nothing but fail for five days is disabled with one event, and not before', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  hook.answer = (_, response) => answered(response, 500)
  const { id } = await subscribe(house, hook.url)
  const begun = house.now()
  for (let nextEvent = begun; (await endpointOf(house, id)).enabled; ) {
    expect(house.now() - begun).toBeLessThan(7 * 24 * hour)
    if (nextEvent <= house.now()) {
      await happen(house)
      nextEvent += 24 * hour
      await quietInTime(house, id)
    }
    await passToNext(house, id)
  }
  expect(house.now() - begun).toBeGreaterThanOrEqual(5 * 24 * hour)
  const events = await house.get('/api/events?eventName=WEBHOOK_ENDPOINT_DISABLED')
  expect(events.body.items).toMatchObject([{ data: { id, disabledReason: 'FAILING' } }])
  const sent = hook.received.length
  pass(house, 24 * hour)
  await happen(house)
  expect(hook.received).toHaveLength(sent)
})

test('another URL has not failed yet: what the one before did is forgiven', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  hook.answer = (_, response) => answered(response, 500)
  const { id } = await subscribe(house, hook.url)
  await happen(house)
  await quiet(house, id)
  while (await passToNext(house, id));
  house.pass(2 * 24 * hour)
  await house.put(`/api/webhooks/${id}`, { url: `${hook.url}/elsewhere` })
  await happen(house)
  await quiet(house, id)
  expect(await endpointOf(house, id)).toMatchObject({ enabled: true })
})

test('whatever the clock does, no attempt begins before its time, and none is forgotten', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  const jump = fc.oneof(
    fc.integer({ min: -2 * hour, max: 2 * hour }),
    fc.integer({ min: -6 * second, max: 6 * second }),
    fc.integer({ min: -40 * hour, max: 40 * hour }),
  )
  const steps = fc.array(fc.record({ jump, events: fc.integer({ min: 0, max: 3 }), succeeds: fc.boolean() }), {
    minLength: 5,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(steps, async taken => {
      const { id } = await subscribe(house, `${hook.url}/${randomBytes(4).toString('hex')}`)
      const made: Body[] = []
      for (const { jump, events, succeeds } of taken) {
        hook.answer = (_, response) => answered(response, succeeds ? 200 : 500)
        made.push(...(await happen(house, events)))
        pass(house, jump)
        await quietInTime(house, id)
      }
      hook.answer = (_, response) => answered(response, 200)
      while (await passToNext(house, id));
      const attempts = await history(house, { endpoint: id })
      const deliveries = Map.groupBy(attempts, each => each.deliveryId)
      expect(deliveries.size).toBe(made.length)
      for (const each of deliveries.values()) {
        expect(each.at(-1)).toMatchObject({ status: expect.stringMatching(/^(SUCCESS|DEAD)$/) })
        notBeforeTheirTime(each)
      }
      await house.delete(`/api/webhooks/${id}`)
    }),
    { numRuns: 8 },
  )
})

function notBeforeTheirTime(attempts: Body[]): void {
  attempts.slice(1).forEach((each, n) => {
    expect(Date.parse(each.startedAt)).toBeGreaterThanOrEqual(Date.parse(attempts[n].nextAttemptAt))
  })
}

/** Ten waits, of which the first is none; a tenth more at most. */
function followTheirSchedule(attempts: Body[]): void {
  const waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(each => each * second)
  notBeforeTheirTime(attempts)
  attempts.slice(0, -1).forEach((each, n) => {
    const wait = Date.parse(each.nextAttemptAt) - Date.parse(each.startedAt)
    expect(wait).toBeGreaterThanOrEqual(waits[n] ?? 0)
    expect(wait).toBeLessThanOrEqual((waits[n] ?? 0) * 1.1)
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
