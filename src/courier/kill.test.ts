import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loopback } from '../test-deliveries.ts'
import { type Ask, asking, callers, environment, everyOne, succeeded } from '../test-load.ts'
import { type BuiltProgram, builtProgram } from '../test-program.ts'
import { type Received, type Receiver, receiver } from '../test-receiver.ts'

/** How often it is killed within the stream; more by `KILLS=50 vitest run src/courier/kill`. */
const kills = Number(process.env.KILLS ?? 5)
const events = 10_000
/** So many are under way to an endpoint at once, and may overtake each other. */
const mostUnderWay = 4
const settings = { ...environment, ...loopback }

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-kill-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

test(`killed ${kills} times within ${events} events, the program delivers each, in order, and repeats it unchanged`, {
  timeout: 600_000 + kills * 20_000,
}, async () => {
  await using hook = await receiver()
  const acknowledged: string[] = []
  for (let kill = 0; kill < kills; kill++) {
    const server = await program.serve(data, settings)
    const ask = asking(server.url)
    if (kill === 0) await subscribe(ask, hook)
    // Anywhere within its share of the stream, with anything from nothing to all of it still to deliver.
    const share = Math.floor((2 * (events - acknowledged.length)) / (kills - kill + 1))
    const until = Math.min(events - 1, acknowledged.length + randomInt(1, share))
    const load = createCustomers(ask, acknowledged, events)
    while (acknowledged.length < until) await wait(1)
    await wait(randomInt(0, 20))
    expect(await server.end('SIGKILL')).toBeNull()
    await load
  }
  const server = await program.serve(data, settings)
  const ask = asking(server.url)
  await createCustomers(ask, acknowledged, events)

  const happened = await everyOne(ask, '/api/events?eventName=CUSTOMER_CREATION')
  const customers = new Set(happened.map(each => (each.data as { id: string }).id))
  expect(acknowledged.filter(id => !customers.has(id))).toEqual([])
  const missing = () => {
    const received = new Set(hook.received.map(({ event }) => event.id))
    return happened.filter(({ id }) => !received.has(id)).length
  }
  await stillness(hook, () => missing() === 0)
  const { first, repeated } = byDelivery(hook.received)
  process.stdout.write(
    `${kills} kills: ${happened.length} sent, ${hook.received.length} received, ${repeated.length} duplicates, ${missing()} missing\n`,
  )
  expect(missing()).toBe(0)
  expect(hook.refused).toEqual([])
  expect(first.size).toBe(happened.length)
  expect(repeated.filter(({ id, text }) => first.get(id)?.text !== text)).toEqual([])
  expect(mostEarly([...first.values()])).toBeLessThan(mostUnderWay)
  await expect.poll(() => count(ask, 'PENDING'), { timeout: 20_000 }).toBe(0)
  expect([await count(ask, 'FAILED'), await count(ask, 'DEAD')]).toEqual([0, 0])
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a second program on the same data is refused while the first delivers, and nothing is sent twice', async () => {
  await using hook = await receiver()
  const server = await program.serve(data, settings)
  const ask = asking(server.url)
  const { body } = await succeeded(ask('GET', '/api/webhooks'))
  for (const { id } of body.items as { id: string }[]) await ask('DELETE', `/api/webhooks/${id}`)
  await subscribe(ask, hook)
  const acknowledged: string[] = []
  let refused = false
  const second = program.run('serve', '--data', data, '--port', '0').finally(() => {
    refused = true
  })
  while (!refused) await createCustomers(ask, acknowledged, acknowledged.length + callers)
  expect(await second).toMatchObject({ code: 5, out: '', error: expect.stringContaining('Another Kaiten process') })
  await hook.until(acknowledged.length, 60_000)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(hook.received.map(({ event }) => event.data.id).sort()).toEqual(acknowledged.sort())
})

async function subscribe(ask: Ask, hook: Receiver): Promise<void> {
  const endpoint = { url: hook.url, eventNames: ['CUSTOMER_CREATION'] }
  const { body } = await succeeded(ask('POST', '/api/webhooks', endpoint))
  hook.secrets = [String(body.secret)]
}

/** Many at once, until so many are acknowledged or nobody answers any more. */
async function createCustomers(ask: Ask, acknowledged: string[], until: number): Promise<void> {
  let asked = acknowledged.length
  const caller = async () => {
    while (asked++ < until) {
      const answer = await ask('POST', '/api/customers', { name: `Customer ${asked} ${randomInt(2 ** 40)}` }).catch(
        () => undefined,
      )
      if (answer === undefined) return
      acknowledged.push(String((await succeeded(answer)).body.id))
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

/** Until all is there, or nothing has come for long. */
async function stillness(hook: Receiver, isAll: () => boolean): Promise<void> {
  for (let [count, since] = [0, Date.now()]; !isAll() && Date.now() - since < 30_000; await wait(250))
    if (hook.received.length > count) [count, since] = [hook.received.length, Date.now()]
}

/** What came of each delivery first, and all that came of it again. */
function byDelivery(received: Received[]): { first: Map<string, Received>; repeated: Received[] } {
  const first = new Map<string, Received>()
  const repeated = received.filter(each => {
    if (first.has(each.id)) return true
    first.set(each.id, each)
    return false
  })
  return { first, repeated }
}

/** By how many places any came before its turn. */
function mostEarly(received: Received[]): number {
  const inOrder = received.map(({ event }) => event.id as number).toSorted((a, b) => a - b)
  const place = new Map(inOrder.map((id, n) => [id, n]))
  return Math.max(...received.map(({ event }, n) => (place.get(event.id) ?? 0) - n))
}

const count = async (ask: Ask, status: string): Promise<number> =>
  (await succeeded(ask('GET', `/api/webhooks/history?status=${status}&limit=1`))).body.total as number
