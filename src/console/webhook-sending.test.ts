import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  answered,
  endpointOf,
  happen,
  history,
  loopback,
  pass,
  passToNext,
  quiet,
  subscribe,
} from '../test-deliveries.ts'
import { type Receiver, receiver } from '../test-receiver.ts'
import { read, type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
let hook: Receiver
beforeAll(async () => {
  house = await visitedHouse({ ...loopback, KAITEN_WEBHOOK_RETRIES: '0s,5s' })
  hook = await receiver()
})
afterEach(async () => {
  hook.answer = (_, response) => response.end('thanks')
  for (const { id } of (await house.get('/api/webhooks')).body.items) await house.delete(`/api/webhooks/${id}`)
})
afterAll(async () => {
  await hook[Symbol.asyncDispose]()
  await house[Symbol.asyncDispose]()
})

const path = '/integrations/webhooks'
const patient = { timeout: 20_000 }
const failing = () => {
  hook.answer = (_, response) => answered(response, 500)
}

/** A delivery that failed as often as the schedule has it. */
async function dead(more: object = {}) {
  failing()
  const endpoint = await subscribe(house, hook.url, more)
  await happen(house)
  await quiet(house, endpoint.id)
  await passToNext(house, endpoint.id)
  const attempts = await history(house, { endpoint: endpoint.id })
  expect(attempts.map(({ status }) => status)).toEqual(['FAILED', 'DEAD'])
  return { endpoint, delivery: attempts[0].deliveryId as string }
}

test('a test is sent at once, and its page shows what was sent and what came back', async () => {
  const endpoint = await subscribe(house, hook.url)
  const sent = await house.send(`${path}/${endpoint.id}/test`, { eventName: 'LICENSE_CREATION' })
  expect(sent.status).toBe(303)
  expect(hook.received.at(-1)?.event).toMatchObject({ id: 0, name: 'LICENSE_CREATION' })
  const { html } = await house.open(sent.headers.get('location') ?? '')
  expect(html).toContain('LICENSE_CREATION')
  expect(html).toContain(hook.received.at(-1)?.id)
  expect(html).toContain('thanks')
  expect(html).toContain('&quot;type&quot;: &quot;com.kaiten.license.v1.created&quot;')
  const asViewer = await house.open(sent.headers.get('location') ?? '', 'VIEWER')
  expect([asViewer.status, asViewer.html.includes('thanks'), asViewer.html.includes('/retry')]).toEqual([
    200,
    false,
    false,
  ])
})

test('what failed says when it is tried again, and what is dead is sent again by hand', async () => {
  const { endpoint, delivery } = await dead()
  const before = (await house.open(`${path}/deliveries/${delivery}`)).html
  expect(before).toContain('answered 500')
  expect(before).toContain('It is tried no more, unless somebody retries it.')
  expect((await house.open(`${path}/${endpoint.id}`)).html).toContain('The receiver fails')

  hook.answer = (_, response) => response.end('at last')
  const sent = await house.send(`${path}/deliveries/${delivery}/retry`, {})
  expect(sent.headers.get('location')).toBe(`${path}/deliveries/${delivery}`)
  const after = (await house.open(`${path}/deliveries/${delivery}`)).html
  expect(after).toContain('at last')
  expect(after).toContain('The receiver answered with 2xx.')
  expect(hook.received.at(-1)?.id).toBe(delivery)
  expect((await house.open(`${path}/${endpoint.id}`)).html).not.toContain('The receiver fails')
})

test('all that is dead is retried in one act: of one endpoint, or of every one that is enabled', async () => {
  const first = await dead()
  const second = await dead()
  const off = await dead()
  // Each has heard of the customers that came after it as well.
  for (const { endpoint } of [first, second]) while (await passToNext(house, endpoint.id));
  await house.put(`/api/webhooks/${off.endpoint.id}`, { enabled: false })
  expect((await house.open(`${path}/${first.endpoint.id}/retry`)).html).toContain('3 deliveries are dead')
  hook.answer = (_, response) => response.end()

  await house.send(`${path}/${first.endpoint.id}/retry`, {})
  await quiet(house, first.endpoint.id)
  expect((await history(house, { delivery: first.delivery })).at(-1).status).toBe('SUCCESS')
  expect((await history(house, { delivery: second.delivery })).at(-1).status).toBe('DEAD')

  await house.send(`${path}/retry`, {})
  await quiet(house, second.endpoint.id)
  expect((await history(house, { delivery: second.delivery })).at(-1).status).toBe('SUCCESS')
  expect((await history(house, { delivery: off.delivery })).at(-1).status).toBe('DEAD')
})

test('what was missed while an endpoint was off is recovered since a time', async () => {
  const endpoint = await subscribe(house, hook.url, { enabled: false })
  const [customer] = await happen(house)
  expect((await house.send(`${path}/${endpoint.id}/recover`, { since: '2026-03-01T00:00' })).html).toContain(
    'is disabled, so nothing is sent to it',
  )
  await house.put(`/api/webhooks/${endpoint.id}`, { enabled: true })
  expect((await house.send(`${path}/${endpoint.id}/recover`, { since: '' })).html).toContain('Since must be')
  const since = new Date(house.now() - 1000).toISOString().slice(0, 19)
  const sent = await house.send(`${path}/${endpoint.id}/recover`, { since })
  expect(sent.headers.get('location')).toBe(`${path}/${endpoint.id}/history`)
  await quiet(house, endpoint.id)
  expect(hook.received.some(({ event }) => event.data.id === customer.id)).toBe(true)
})

test('the history is filtered by status, event, endpoint and time', async () => {
  house.pass(86_400_000)
  const [one, other] = [await subscribe(house, `${hook.url}/one`), await subscribe(house, `${hook.url}/other`)]
  await happen(house)
  await quiet(house, one.id, other.id)
  const count = async (query: string, of = '') => {
    const { status, html } = await house.open(`${path}${of}/history?${query}`)
    expect(status).toBe(200)
    return Number(html.match(/role="status">\s*([\d,]+) attempt/)?.[1] ?? 'NaN')
  }
  expect(await count(`endpoint=${one.id}`)).toBe(1)
  expect(await count('', `/${one.id}`)).toBe(1)
  expect(await count(`endpoint=${one.id}&status=DEAD`)).toBe(0)
  expect(await count(`endpoint=${one.id}&status=SUCCESS&event=CUSTOMER_CREATION`)).toBe(1)
  expect(await count(`endpoint=${one.id}&event=CUSTOMER_UPDATE`)).toBe(0)
  const at = (later: number) => new Date(house.now() + later).toISOString().slice(0, 16)
  expect(await count(`endpoint=${one.id}&from=${at(-60_000)}&to=${at(60_000)}`)).toBe(1)
  expect(await count(`endpoint=${one.id}&from=${at(60_000)}`)).toBe(0)
  expect(await count(`endpoint=${one.id}&to=${at(-60_000)}`)).toBe(0)
  expect((await house.open(`${path}/history?from=yesterday`)).status).toBe(422)
})

test('an endpoint that its receiver gave up is told of, wherever webhooks are looked at', async () => {
  const endpoint = await subscribe(house, `${hook.url}/gone`)
  hook.answer = (_, response) => answered(response, 410)
  await happen(house)
  await expect.poll(async () => (await endpointOf(house, endpoint.id)).enabled, patient).toBe(false)
  for (const page of [path, `${path}/history`]) {
    const { html } = await house.open(page)
    expect(html).toContain('A webhook endpoint was disabled')
    expect(html).toContain('answered 410 Gone')
  }
  expect((await house.open(`${path}/${endpoint.id}`)).html).toContain('Disabled by what the receiver answered')
  await house.send(`${path}/${endpoint.id}/enable`, {})
  expect((await house.open(path)).html).not.toContain('A webhook endpoint was disabled')
})

test('the receiver that the page shows takes what is sent, and nothing else', async () => {
  // The library holds timestamps against the real time.
  pass(house, Date.now() - house.now())
  const port = await freePort()
  const made = await house.post('/api/webhooks', { url: `http://127.0.0.1:${port}/`, eventNames: ['USER_UPDATE'] })
  const { html } = await house.open(`${path}/${made.body.id}/receiver`)
  const shown = html.match(/data-copy="(import [^"]+)"/)?.[1] ?? ''
  const running = await run(read(shown), { WEBHOOK_SECRET: made.body.secret, PORT: String(port) })
  try {
    await expect
      .poll(
        () =>
          fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).then(
            ({ status }) => status,
            () => 0,
          ),
        patient,
      )
      .toBe(400)
    const sent = await house.send(`${path}/${made.body.id}/test`, { eventName: 'CUSTOMER_CREATION' })
    expect((await house.open(sent.headers.get('location') ?? '')).html).toContain('<code>204</code>')
  } finally {
    running.kill()
  }
})

const run = async (program: string, environment: Record<string, string>): Promise<ChildProcess> => {
  const running = spawn(process.execPath, ['--input-type=module'], {
    env: environment,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  running.stdin?.end(program)
  return running
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
