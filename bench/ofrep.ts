import { padded } from './data.ts'
import {
  cheaper,
  inTurns,
  type Load,
  type Row,
  run,
  type Server,
  start,
  startKaiten,
  token,
  warmUp,
} from './harness.ts'

/** Goals 1 to 4 and 6: evaluating one flag and all flags, against a bare echo and against itself. */
export async function ofrep(rounds: number, seconds: number): Promise<Row[]> {
  const echo = await start('echo', 'bench/echo.server.ts')
  const [ten, hundred, many] = [await withFlags(10), await withFlags(100), await withFlags(10_000)]
  try {
    const load = (path: string, headers: Record<string, string> = {}): Load => ({
      path,
      body,
      headers,
      connections: 32,
      seconds,
    })
    // Before the loads, for this process stands still while wrk runs, and connections that it keeps end meanwhile.
    const tag = await tagOf(hundred)
    for (const server of [ten, hundred, many]) for (const path of [one, all]) warmUp(server, load(path))
    warmUp(echo, load('/'))
    const row = async (
      goal: string,
      what: string,
      wanted: string,
      [server, its]: [Server, Load],
      [reference, another]: [Server, Load],
    ): Promise<Row> => {
      const compared = await inTurns(
        () => run(server, its),
        () => run(reference, another),
        rounds,
      )
      return { goal, what, ...compared, against: reference.name, ratio: compared.ratio(cheaper), wanted }
    }
    const bare: [Server, Load] = [echo, load('/')]
    const unchanged = load(all, { 'If-None-Match': tag })
    return [
      await row('1', 'OFREP single flag', '≥ 0.80', [ten, load(one)], bare),
      await row('2', 'OFREP bulk, 10 flags', '≥ 0.70', [ten, load(all)], bare),
      await row('3', 'OFREP bulk, 100 flags', '≥ 0.42', [hundred, load(all)], bare),
      await row('4', 'bulk answered 304, 100 flags, against 200', '≥ 2', [hundred, unchanged], [hundred, load(all)]),
      await row('6', 'single flag, 10,000 flags loaded, against 10', '≥ 0.85', [many, load(one)], [ten, load(one)]),
    ]
  } finally {
    await Promise.all([echo, ten, hundred, many].map(server => server.stop()))
  }
}

const all = '/api/ofrep/v1/evaluate/flags'
const one = `${all}/flag-00001`
const body = JSON.stringify({
  context: { targetingKey: 'user-4711', plan: 'pro', country: 'JP', orderCount: 17, beta: true },
})

/** What is asked of one flag, and of all. */
export const oneFlag = { path: one, body }
export const allFlags = { path: all, body }

export async function withFlags(count: number): Promise<Server> {
  const server = await startKaiten()
  const numbers = Array.from({ length: count }, (_, number) => number)
  while (numbers.length > 0) await Promise.all(numbers.splice(0, 200).map(number => createFlag(server, number)))
  return server
}

async function createFlag(server: Server, number: number): Promise<void> {
  const flag = flagDraft(number)
  const response = await ask(server, '/api/feature-flags', JSON.stringify(flag))
  if (response.status !== 201) throw new Error(`${flag.slug}: ${await response.text()}`)
}

/** A third each of plain flags, of flags with a rule, and of percentages. */
export function flagDraft(number: number) {
  const kinds = [
    {},
    { targetingRules: [{ type: 'basic', name: 'Big', rule: 'plan == "pro" && orderCount > 10', variant: 'on' }] },
    {
      variants: [
        { name: 'on', value: true },
        { name: 'off', value: false },
      ],
      defaultVariant: {
        type: 'rolloutPercentage',
        value: { rolloutPercentage: { distribution: { on: 30, off: 70 } } },
      },
    },
  ]
  const slug = `flag-${padded(number)}`
  return { name: slug, slug, type: 'boolean', enabled: true, ...kinds[number % 3] }
}

async function tagOf(server: Server): Promise<string> {
  const response = await ask(server, all, body)
  return response.headers.get('etag') ?? ''
}

const ask = ({ port }: Server, path: string, text: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: text,
  })
