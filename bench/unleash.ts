import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { padded } from './data.ts'
import { cheaper, inTurns, type Load, type Row, run, type Server, start, warmUp } from './harness.ts'
import { allFlags, withFlags } from './ofrep.ts'
import { type Postgres, startPostgres } from './postgres.ts'

const version = '8.2.0'
const [adminToken, frontendToken] = ['*:*.bench-admin', 'default:development.bench-frontend']
const asked =
  '/api/frontend?userId=user-4711&properties[plan]=pro&properties[country]=JP&properties[orderCount]=17&properties[beta]=true'

/**
 * Goal 5: all flags for one user, against what Unleash's SDKs for browsers ask (its frontend API, which answers the enabled
 * ones only). The time of PostgreSQL counts as the server's.
 */
export async function unleash(rounds: number, seconds: number): Promise<Row[] | string> {
  const program = installed()
  if (program === undefined) return `It needs unleash-server ${version} from npm, which cannot be installed.`
  const postgres = await startPostgres()
  if (typeof postgres === 'string') return postgres
  const servers: Server[] = []
  try {
    const theirs = await startUnleash(program, postgres)
    servers.push(theirs)
    const rows: Row[] = []
    for (const [count, wanted] of [
      [10, '≥ 8'],
      [100, '≥ 7'],
    ] as const) {
      const ours = await withFlags(count)
      servers.push(ours)
      await fill(theirs, count)
      const [load, their] = [{ ...allFlags, connections: 32, seconds }, theirLoad(seconds)]
      warmUp(ours, load)
      warmUp(theirs, their)
      const { product, reference, ratio } = await inTurns(
        () => run(ours, load),
        () => run(theirs, their),
        rounds,
      )
      if (product.refused + reference.refused > 0) throw new Error('Requests were refused.')
      const against = `unleash-server ${version} with PostgreSQL`
      const what = `bulk, ${count} flags`
      rows.push({ goal: '5', what, product, reference, against, ratio: ratio(cheaper), wanted })
    }
    return rows
  } finally {
    await Promise.all(servers.map(server => server.stop()))
    await postgres.stop()
  }
}

const theirLoad = (seconds: number): Load => ({
  path: asked,
  method: 'GET',
  headers: { Authorization: frontendToken },
  connections: 32,
  seconds,
})

/** Its program, installed where it stays for the next time. */
function installed(): string | undefined {
  const folder = `dist/bench-unleash/${version}`
  const program = join(folder, 'node_modules/unleash-server/dist/server.js')
  const manifest = join(folder, 'package.json')
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  // Without one of its own, npm would install into the project.
  writeFileSync(manifest, JSON.stringify({ private: true }))
  try {
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', ['install', ...quietly, `unleash-server@${version}`], { cwd: folder, stdio: 'ignore' })
  } catch {
    return undefined
  }
  return program
}

/** As it comes, but for its limits of requests, and without calls to its makers. */
async function startUnleash(program: string, { url, pid }: Postgres): Promise<Server> {
  const environment = {
    NODE_ENV: 'production',
    HTTP_HOST: '127.0.0.1',
    DATABASE_URL: url,
    DATABASE_SSL: 'false',
    INIT_ADMIN_API_TOKENS: adminToken,
    INIT_FRONTEND_API_TOKENS: frontendToken,
    TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: '1000000000',
    SDK_API_RATE_LIMIT_PER_MINUTE: '1000000000',
    CHECK_VERSION: 'false',
    SEND_TELEMETRY: 'false',
  }
  return { ...(await start('unleash', program, [], environment, '/health')), database: pid }
}

/** The kinds of our own flags: on for all, on by a rule, and on for a percentage. */
const kinds = [
  { rollout: '100', constraints: [] },
  {
    rollout: '100',
    constraints: [
      { contextName: 'plan', operator: 'IN', values: ['pro'] },
      { contextName: 'orderCount', operator: 'NUM_GT', value: '10' },
    ],
  },
  { rollout: '30', constraints: [] },
]

/** So many flags, some of which there may be from before; resolves when they are answered. */
async function fill(server: Server, count: number): Promise<void> {
  const there = await ask<{ features: unknown[] }>(server, features)
  for (let number = there.features.length; number < count; number++) await createFlag(server, number)
  const inForce = (count * 2) / 3
  for (let tries = 0; ; tries++) {
    const { toggles } = await ask<{ toggles: unknown[] }>(server, asked, frontendToken)
    if (toggles.length >= inForce) return
    if (tries > 100) throw new Error(`Unleash answers ${toggles.length} of ${count} flags.`)
    await wait(200)
  }
}

const features = '/api/admin/projects/default/features'

async function createFlag(server: Server, number: number): Promise<void> {
  const name = `flag-${padded(number)}`
  const { rollout, constraints } = kinds[number % kinds.length] ?? { rollout: '100', constraints: [] }
  const parameters = { rollout, stickiness: 'userId', groupId: name }
  const here = `${features}/${name}/environments/development`
  await ask(server, features, adminToken, { name, type: 'release' })
  await ask(server, `${here}/strategies`, adminToken, { name: 'flexibleRollout', parameters, constraints })
  await ask(server, `${here}/on`, adminToken, {})
}

async function ask<Answer>(server: Server, path: string, token = adminToken, body?: object): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    // Its port closes connections that are idle while wrk is waited for.
    headers: { Authorization: token, 'Content-Type': 'application/json', Connection: 'close' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as Answer
}
