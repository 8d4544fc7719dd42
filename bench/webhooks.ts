import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Measured, type Row, type Server, start, startKaiten, token } from './harness.ts'
import { type Ended, evenly, quantile } from './pace.ts'
import { processorSeconds } from './processor.ts'

const receivers = 10
const reportsPerSecond = 500
/** What may wait at most while as much as possible is delivered, so that a queue is never empty and never long. */
const mostWaiting = 1000
const goal = 2000
const pace = 1000

/**
 * Deliveries to ten receivers that verify each, in a process of their own, beside usage reports: as many as can be, and
 * then how long one takes at an even pace. Rounds add nothing to what lasts so long, and there is no reference.
 */
export async function webhooks(_rounds: number, seconds: number): Promise<Row[]> {
  const kaiten = await startKaiten({ KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' })
  const server = await start('receivers', 'bench/receivers.server.ts')
  try {
    await prepare(kaiten, server)
    const most = await beside(kaiten, server, seconds, saturating(kaiten, server))
    const even = await beside(kaiten, server, seconds, pacing(kaiten))
    const row = (what: string, product: Measured | string, ratio: number, wanted: string, against = 'goal'): Row => {
      return { goal: 'webhooks', what, product, reference: wanted, against, ratio, wanted: '≥ 1.00' }
    }
    return [
      row('deliveries to 10 receivers, 1 kB', most.deliveries, most.deliveries.requestsPerSecond / goal, `${goal}/s`),
      row('usage reports beside them', most.reports, most.reports.requestsPerSecond / reportsPerSecond, '500/s'),
      row('from event to receipt', even.deliveries, even.deliveries.requestsPerSecond / pace, `${pace}/s`),
      row('usage reports beside them', even.reports, even.reports.requestsPerSecond / reportsPerSecond, '500/s'),
    ]
  } finally {
    for (const agent of agents.values()) agent.destroy()
    await Promise.all([kaiten, server].map(each => each.stop()))
  }
}

/** What came of both while it lasted. All of the program's processor time is told for each. */
async function beside(kaiten: Server, server: Server, seconds: number, load: (ended: Ended) => Promise<void>) {
  let over = false
  const ended = () => over
  const took: number[] = []
  const running = [load(ended), evenly(reportsPerSecond, ended, () => report(kaiten, took))]
  // The first second goes to the compiler and the first connections.
  await wait(1000)
  await results(server)
  took.length = 0
  const [begun, before] = [performance.now(), processorSeconds(kaiten.process.pid ?? 0)]
  await wait(seconds * 1000)
  const used = processorSeconds(kaiten.process.pid ?? 0) - before
  const lasted = (performance.now() - begun) / 1000
  const { latencies, refused } = await results(server)
  const reports = took.splice(0)
  over = true
  await Promise.all(running)
  process.stderr.write(`${(used / lasted).toFixed(2)} processors used, ${refused} signatures refused\n`)
  const measured = (times: number[]): Measured => ({
    requestsPerSecond: times.length / lasted,
    cpu: (used * 1e6) / times.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    refused,
  })
  return { deliveries: measured(latencies), reports: measured(reports) }
}

let zones = 0
const description = 'x'.repeat(600)
const happen = (kaiten: Server) =>
  ask(kaiten, '/api/deployment-zones', { name: `Zone ${++zones}`, type: 'SHARED', description })

/** Makes events whenever little waits. */
const saturating = (kaiten: Server, server: Server) => async (ended: Ended) => {
  const before = zones
  const arrivedBefore = await arrived(server)
  while (!ended()) {
    const waiting = (zones - before) * receivers - ((await arrived(server)) - arrivedBefore)
    const wanted = Math.max(0, Math.floor((mostWaiting - waiting) / receivers))
    await Promise.all(Array.from({ length: wanted }, () => happen(kaiten)))
    await wait(20)
  }
}

const pacing = (kaiten: Server) => (ended: Ended) => evenly(pace / receivers, ended, () => happen(kaiten))

async function report(kaiten: Server, took: number[]): Promise<void> {
  const begun = performance.now()
  await ask(kaiten, '/api/instances/acme-prod/entitlements/api-calls/usage', { value: 1 })
  took.push(performance.now() - begun)
}

const results = (server: Server) => ask<{ latencies: number[]; refused: number }>(server, '/results')
const arrived = async (server: Server): Promise<number> => (await ask<{ count: number }>(server, '/count')).count

async function prepare(kaiten: Server, server: Server): Promise<void> {
  const secrets: Record<string, string> = {}
  for (let n = 0; n < receivers; n++) {
    const url = `http://127.0.0.1:${server.port}/${n}`
    const endpoint = { url, eventNames: ['DEPLOYMENT_ZONE_CREATION'] }
    secrets[`/${n}`] = (await ask<{ secret: string }>(kaiten, '/api/webhooks', endpoint)).secret
  }
  await ask(server, '/secrets', secrets)
  await ask(kaiten, '/api/entitlements', { name: 'API Calls', type: 'NUMBER' })
  await ask(kaiten, '/api/licenses', { name: 'Growth', type: 'PAID' })
  const value = { type: 'number', value: 1e15 }
  await ask(kaiten, '/api/licenses/growth/entitlements', { entitlementSlug: 'api-calls', value })
  await ask(kaiten, '/api/customers', { name: 'Acme' })
  await ask(kaiten, '/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' })
}

const agents = new Map<string, Agent>()

/** Each address has connections of its own, so that none waits for another; fetch would take more than what it asks. */
function agentFor(path: string): Agent {
  const agent = agents.get(path) ?? new Agent({ keepAlive: true, maxSockets: 32 })
  agents.set(path, agent)
  return agent
}

const ask = <Answer = unknown>({ port }: Server, path: string, body: object = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body)
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      Authorization: `Bearer ${token}`,
    }
    const sent = request(
      { agent: agentFor(path), port, host: '127.0.0.1', method: 'POST', path, headers },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString()
          if ((response.statusCode ?? 500) >= 300) reject(new Error(`${path}: ${answer}`))
          else resolve(JSON.parse(answer))
        })
      },
    )
    sent.on('error', reject)
    sent.end(text)
  })
