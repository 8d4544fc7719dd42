import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type Server, startKaiten, token } from './harness.ts'
import { memoryOf } from './starts.ts'

/**
 * `npm run soak [-- --minutes N]`: two hours of steady mixed load, and a line for each minute of what a leak would move:
 * memory, file handles, the log of the database, latencies. Ends with 1 where the last third is not as flat as the second.
 */
const at = process.argv.indexOf('--minutes')
const minutes = at === -1 ? 120 : Number(process.argv[at + 1])
if (!(minutes >= 3)) throw new Error('A soak is compared by its thirds: --minutes 3 or more')

/** What the callers do, and how often a second. Faster than one in ten milliseconds is nothing here: this is no race. */
const acts: [name: string, perSecond: number, act: (n: number) => Promise<unknown>][] = [
  ['usage reports', 40, n => ask('POST', `${meter}/usage`, { value: 1, transactionId: `t-${n}` })],
  ['flags of one user', 40, n => ask('POST', '/api/ofrep/v1/evaluate/flags', { context: { targetingKey: `u-${n}` } })],
  ['meter reads', 10, () => ask('GET', `${meter}/usage`)],
  ['audit pages', 3, () => ask('GET', '/api/instances/acme-prod/audit-trails?limit=50')],
  ['new customers', 2, n => ask('POST', '/api/customers', { name: `Customer ${n}` })],
  ['changed flags', 0.2, n => ask('PUT', '/api/feature-flags/promo', { enabled: n % 2 === 0 })],
]
const meter = '/api/instances/acme-prod/entitlements/api-calls'

export interface Minute {
  minute: number
  requests: number
  /** Not answered with 2xx, or not at all. */
  failed: number
  p50: number
  p99: number
  /** Of the server process, in MB: memory that is its alone and came from no file; the part of it that is main's heap. */
  anonymous: number
  heap: number
  handles: number
  /** MB */
  log: number
  database: number
  /** Delay of the server's event loop, p99 in ms, by its own measure. */
  loop: number
}

const columns: [name: string, cell: (of: Minute) => string][] = [
  ['Minute', each => String(each.minute)],
  ['Requests', each => String(each.requests)],
  ['Failed', each => String(each.failed)],
  ['p50 ms', each => each.p50.toFixed(1)],
  ['p99 ms', each => each.p99.toFixed(1)],
  ['Event loop p99 ms', each => each.loop.toFixed(1)],
  ['Anonymous MB', each => each.anonymous.toFixed(1)],
  ['Heap MB', each => each.heap.toFixed(1)],
  ['Handles', each => String(each.handles)],
  ['Log MB', each => each.log.toFixed(1)],
  ['Database MB', each => each.database.toFixed(1)],
]

let latencies: number[] = []
let failed = 0
let received = 0
let made = 0
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    received++
    response.writeHead(204).end()
  })
})
await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
const server: Server = await startKaiten({
  KAITEN_WEBHOOK_ALLOW_HTTP: 'true',
  KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8',
})
try {
  await sell()
  // The program begins to measure its loop when it is first asked.
  await ask('GET', '/metrics')
  const told = await soak()
  await settled()
  process.stdout.write(`${verdict(told)}\n`)
} finally {
  receiver.closeAllConnections()
  receiver.close()
  await server.stop()
}

async function soak(): Promise<Minute[]> {
  const told: Minute[] = []
  process.stdout.write(`| ${columns.map(([name]) => name).join(' | ')} |\n|${'---|'.repeat(columns.length)}\n`)
  const timers = acts.map(([name, perSecond, act]) => {
    let n = 0
    return setInterval(() => void timed(name, () => act(n++)), 1000 / perSecond)
  })
  for (let minute = 1; minute <= minutes; minute++) {
    await wait(60_000)
    const taken = latencies
    latencies = []
    const last = { minute, requests: taken.length, failed, ...spread(taken), ...(await observed()) }
    failed = 0
    told.push(last)
    process.stdout.write(`| ${columns.map(([, cell]) => cell(last)).join(' | ')} |\n`)
  }
  for (const timer of timers) clearInterval(timer)
  return told
}

async function timed(name: string, act: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  try {
    await act()
    if (name === 'new customers') made++
  } catch (error) {
    failed++
    process.stderr.write(`${name}: ${error}\n`)
  }
  latencies.push(performance.now() - begun)
}

function spread(of: number[]): { p50: number; p99: number } {
  const sorted = of.toSorted((a, b) => a - b)
  return { p50: sorted[sorted.length >> 1] ?? 0, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 }
}

async function observed(): Promise<Pick<Minute, 'anonymous' | 'heap' | 'handles' | 'log' | 'database' | 'loop'>> {
  const { pid } = server.process
  const metrics = String(await ask('GET', '/metrics'))
  const measure = (name: string) =>
    Number(
      metrics
        .split('\n')
        .find(each => each.startsWith(`${name} `))
        ?.split(' ')[1],
    )
  return {
    anonymous: memoryOf(pid ?? 0).anonymous / 2 ** 20,
    heap: measure('nodejs_heap_size_used_bytes') / 2 ** 20,
    handles: readdirSync(`/proc/${pid}/fd`).length,
    log: measure('kaiten_database_bytes{file="wal"}') / 2 ** 20,
    database: measure('kaiten_database_bytes{file="database"}') / 2 ** 20,
    loop: measure('nodejs_eventloop_lag_p99_seconds') * 1000,
  }
}

/** Every customer that was made is told to the receiver. */
async function settled(): Promise<void> {
  for (let tries = 0; received < made && tries < 300; tries++) await wait(100)
}

function verdict(told: Minute[]): string {
  const third = Math.floor(told.length / 3)
  const [second, last] = [told.slice(third, third * 2), told.slice(-third)]
  const middle = (of: Minute[], pick: (each: Minute) => number) =>
    of.map(pick).toSorted((a, b) => a - b)[of.length >> 1] ?? 0
  const rows: [string, (each: Minute) => number, most: number][] = [
    ['anonymous memory, MB', each => each.anonymous, 1.1],
    ['heap of main, MB', each => each.heap, 1.25],
    ['file handles', each => each.handles, 1.1],
    ['log of the database, MB', each => each.log, 1.5],
    // Timings are told and decide nothing: machines are shared.
    ['p99, ms', each => each.p99, Number.POSITIVE_INFINITY],
    ['event loop, p99, ms', each => each.loop, Number.POSITIVE_INFINITY],
  ]
  const lines = rows.map(([name, pick, most]) => {
    const [before, after] = [middle(second, pick), middle(last, pick)]
    const isFlat = most === Number.POSITIVE_INFINITY || after <= before * most
    if (!isFlat) process.exitCode = 1
    return `${name}: ${before.toFixed(1)} in the second third, ${after.toFixed(1)} in the last${isFlat ? '' : ': GROWS'}`
  })
  const failures = told.reduce((sum, each) => sum + each.failed, 0)
  if (failures > 0 || received !== made) process.exitCode = 1
  return [
    '',
    ...lines,
    `${failures} requests failed; of ${made} new customers the receiver was told ${received}.`,
    process.exitCode === 1 ? 'Not flat.' : 'Flat.',
  ].join('\n')
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return text
}

async function sell(): Promise<void> {
  await ask('POST', '/api/entitlements', { name: 'API Calls', type: 'NUMBER' })
  await ask('POST', '/api/licenses', { name: 'Growth', type: 'PAID' })
  const value = { type: 'number', value: 1e15 }
  await ask('POST', '/api/licenses/growth/entitlements', { entitlementSlug: 'api-calls', value })
  await ask('POST', '/api/customers', { name: 'Acme' })
  await ask('POST', '/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' })
  await ask('POST', '/api/feature-flags', { name: 'Promo', type: 'boolean', enabled: true })
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  await ask('POST', '/api/webhooks', { url, eventNames: ['CUSTOMER_CREATION'] })
}
