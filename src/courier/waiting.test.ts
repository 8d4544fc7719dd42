import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loopback } from '../test-deliveries.ts'
import { type Ask, asking, callers, environment, everyOne, succeeded } from '../test-load.ts'
import { type BuiltProgram, builtProgram, type ServingProgram } from '../test-program.ts'
import { receiver } from '../test-receiver.ts'

/** How many deliveries wait; more by `WAITING=100000 vitest run src/courier/waiting`. */
const waiting = Number(process.env.WAITING ?? 10_000)
const mebibyte = 2 ** 20
/** The bodies of 100,000 are 100 MiB, as objects more: so little holds neither. */
const mostMemory = 32 * mebibyte
const mostUnderWay = 4
const slow = { timeout: 120_000 + waiting * 30 }

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-waiting-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

test(
  `${waiting} deliveries that wait for a receiver cost no memory, hold nobody up, and then start in order`,
  slow,
  async () => {
    const port = await freePort()
    await using well = await receiver()
    const first = await start()
    const idle = memoryOf(first)
    await createZones(asking(first.url), waiting)
    const down = await subscribe(asking(first.url), `http://127.0.0.1:${port}/`)
    const since = '2026-01-01T00:00:00Z'
    const { body } = await succeeded(asking(first.url)('POST', `/api/webhooks/${down}/recover`, { since }))
    expect(body).toEqual({ requeued: waiting })
    expect(await first.end('SIGTERM')).toBe(0)

    const server = await start()
    const ask = asking(server.url)
    const whileWaiting = memoryOf(server)
    const probe = probing(ask)
    await subscribe(ask, well.url)
    const begun = Date.now()
    await createZones(ask, 200)
    await well.until(200, 30_000)
    const pace = Date.now() - begun
    const failed = new Set((await everyOne(ask, '/api/webhooks/history?status=FAILED')).map(({ eventId }) => eventId))
    expect(failed.size).toBeGreaterThan(0)

    await using back = await receiver(port)
    await back.until(Math.min(waiting / 2, 10_000), 30_000 + waiting * 10)
    const whileSending = memoryOf(server)
    const hold = await probe()
    process.stdout.write(
      `${waiting} wait: idle ${shown(idle)}, waiting ${shown(whileWaiting)}, sending ${shown(whileSending)}; ` +
        `200 others within ${pace} ms; a request beside them ${hold.median} ms, at most ${hold.most} ms\n`,
    )
    expect(whileWaiting - idle).toBeLessThan(mostMemory)
    expect(whileSending - idle).toBeLessThan(3 * mostMemory)
    expect(hold.median).toBeLessThan(250)
    const inTurn = back.received.filter(({ event }) => !failed.has(event.id))
    expect(mostEarly(inTurn.map(({ event }) => event.id))).toBeLessThan(mostUnderWay)
    expect(await server.end('SIGTERM')).toBe(0)
  },
)

async function start(): Promise<ServingProgram> {
  const server = await program.serve(data, { ...environment, ...loopback })
  // What is made at the start is given back, and the courier has looked at the table.
  await wait(2000)
  return server
}

async function subscribe(ask: Ask, url: string): Promise<string> {
  const made = await succeeded(ask('POST', '/api/webhooks', { url, eventNames: ['DEPLOYMENT_ZONE_CREATION'] }))
  return String(made.body.id)
}

let zones = 0

async function createZones(ask: Ask, count: number): Promise<void> {
  const until = zones + count
  const description = 'x'.repeat(600)
  const caller = async () => {
    while (zones < until)
      await succeeded(ask('POST', '/api/deployment-zones', { name: `Zone ${++zones}`, type: 'SHARED', description }))
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

/** Asks for something small all the time; the answer is in milliseconds. */
function probing(ask: Ask): () => Promise<{ median: number; most: number }> {
  const took: number[] = []
  let ending = false
  const asked = (async () => {
    while (!ending) {
      const begun = performance.now()
      await succeeded(ask('GET', '/api/me'))
      took.push(Math.round(performance.now() - begun))
      await wait(5)
    }
  })()
  return async () => {
    ending = true
    await asked
    return { median: took.toSorted((a, b) => a - b)[took.length >> 1] ?? 0, most: Math.max(...took) }
  }
}

/** By how many places any came before its turn. */
function mostEarly(ids: number[]): number {
  const place = new Map(ids.toSorted((a, b) => a - b).map((id, n) => [id, n]))
  return Math.max(...ids.map((id, n) => (place.get(id) ?? 0) - n))
}

/** Bytes that are its own: what is mapped of files counts for nobody. */
const memoryOf = ({ process: { pid } }: ServingProgram): number =>
  Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^RssAnon:\s+(\d+) kB/m)?.[1]) * 1024

const shown = (bytes: number): string => `${Math.round(bytes / mebibyte)} MiB`

async function freePort(): Promise<number> {
  const held = createServer()
  await new Promise<void>(resolve => held.listen(0, '127.0.0.1', resolve))
  const { port } = held.address() as { port: number }
  await new Promise(resolve => held.close(resolve))
  return port
}
