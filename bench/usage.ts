import {
  faster,
  inTurns,
  type Load,
  type Measured,
  type Row,
  run,
  type Server,
  start,
  startKaiten,
  token,
  warmUp,
} from './harness.ts'

/** Goals 7 to 10: durable usage reports against a bare echo and against a transaction for each request. */
export async function usage(rounds: number, seconds: number): Promise<Row[]> {
  const kaiten = await startKaiten()
  const echo = await start('echo', 'bench/echo.server.ts')
  const one = await start('one transaction per request', 'bench/one-transaction.server.ts')
  try {
    await prepare(kaiten)
    const load = (connections: number): Load => ({ path: meter, body: '{"value":1}', connections, seconds })
    const row = async (
      goal: string,
      what: string,
      wanted: string,
      reference: Server,
      connections: number,
      ratio: (a: Measured, b: Measured) => number,
    ): Promise<Row> => {
      const compared = await inTurns(
        () => run(kaiten, load(connections)),
        () => run(reference, load(connections)),
        rounds,
      )
      return { goal, what, ...compared, against: reference.name, ratio: compared.ratio(ratio), wanted }
    }
    for (const server of [kaiten, echo, one]) warmUp(server, load(64))
    return [
      await row('7', 'durable usage reports, 256 connections', '≥ 0.55', echo, 256, faster),
      await row('–', 'durable usage reports, 64 connections', '–', echo, 64, faster),
      await row('–', 'durable usage reports, 256 connections', '–', one, 256, faster),
      await row('8 (this disk)', 'durable usage reports, 64 connections', '–', one, 64, faster),
      await row('10', 'one report at a time, p50', '≤ 1.25', one, 1, (a, b) => a.p50 / b.p50),
    ]
  } finally {
    await Promise.all([kaiten, echo, one].map(server => server.stop()))
  }
}

export const meter = '/api/instances/acme-prod/entitlements/api-calls/usage'

/** What the reports are about. */
export async function prepare({ port }: Server): Promise<void> {
  const post = async (to: string, body: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${to}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${to}: ${await response.text()}`)
  }
  await post('/api/entitlements', { name: 'API Calls', type: 'NUMBER' })
  await post('/api/licenses', { name: 'Growth', type: 'PAID' })
  await post('/api/licenses/growth/entitlements', {
    entitlementSlug: 'api-calls',
    value: { type: 'number', value: 1e15 },
  })
  await post('/api/customers', { name: 'Acme' })
  await post('/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' })
}
