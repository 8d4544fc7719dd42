import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

/** The walk-through of the README and the requests of the documentation, to the letter, against the built program. */

const token = `ksh_${'Q'.repeat(40)}`
const place = mkdtempSync(join(tmpdir(), 'kaiten-quick-start-'))
let server: ChildProcess
let url = ''

beforeAll(async () => {
  execFileSync(process.execPath, ['build.mjs', join(place, 'dist')])
  server = spawn(
    process.execPath,
    [...startOf('dist'), '--data', join(place, 'data'), '--port', '0', '--log-level', 'error'],
    { env: { ...process.env, KAITEN_BOOTSTRAP_TOKEN: token } },
  )
  url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    server.stdout?.on('data', chunk => {
      printed += chunk
      const address = printed.match(/http:\/\/\S+:\d+/)
      if (address) resolve(address[0])
    })
    server.once('exit', code => reject(new Error(`the program ended with ${code}: ${printed}`)))
  })
})

afterAll(async () => {
  const exited = new Promise(resolve => server.once('exit', resolve))
  server.kill('SIGTERM')
  expect(await exited).toBe(0)
  rmSync(place, { recursive: true, force: true })
})

/** The arguments of `npm start`, for the program in another folder. */
function startOf(folder: string): string[] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } }
  const [, options = ''] = scripts.start.split('kaiten.cjs ')
  return [join(place, folder, 'kaiten.cjs'), ...options.split(' ')]
}

/** The fenced blocks of a language between two places of the README. */
function blocksOf(language: string, from: string, to: string): string[] {
  const readme = readFileSync('README.md', 'utf8')
  const part = readme.slice(readme.indexOf(from), readme.indexOf(to))
  return [...part.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(block => block[1] === language)
    .map(block => block[2] ?? '')
}

const here = (text: string): string => text.replaceAll('http://localhost:6060', url)
const environment = { ...process.env, KAITEN_BOOTSTRAP_TOKEN: token }

/** What a shell prints, a line of JSON for each answer. */
const answersTo = (script: string): unknown[] =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', here(script)], { env: environment })
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

async function ask(method: string, path: string, body?: string) {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('the README’s walk-through runs as written, and the second report is refused', () => {
  const [selling, using] = blocksOf('sh', 'In a second terminal', 'Give an app a token')
  const answers = answersTo(`${selling}\n${using}`)
  expect(answers).toMatchObject([
    { slug: 'api-calls' },
    { slug: 'growth', version: '1' },
    { entitlementSlug: 'api-calls', value: { type: 'number', value: 1000 } },
    { slug: 'acme' },
    { slug: 'acme-prod', licenseSlug: 'growth' },
    { items: [{ slug: 'api-calls', remaining: 1000 }] },
    { current_usage: 990, status: 'WARNING' },
    { current_usage: 990, remaining: 10 },
    { status: 409, code: 'ReportEntitlementUsageMetric.ThresholdExceeded', remaining: 10 },
    { items: [{ status: 'REJECTED', payload: { value: 11, reason: 'ThresholdExceeded' } }], total: 1 },
  ])
})

test('a token made by the command line works, and does no more than it was given', async () => {
  const made = execFileSync(process.execPath, [
    join(place, 'dist/kaiten.cjs'),
    'token',
    'create',
    'acme-prod',
    '--account',
    'acme',
    '--preset',
    'data-plane',
    '--instance',
    'acme-prod',
    '--data',
    join(place, 'data'),
  ])
    .toString()
    .trim()
  const headers = { 'X-API-Key': made }
  const report = await fetch(`${url}/api/instances/acme-prod/usage`, {
    method: 'POST',
    headers,
    body: '{"entitlement_slug":"api-calls","value":1}',
  })
  expect(report.status).toBe(200)
  expect((await fetch(`${url}/api/licenses`, { headers })).status).toBe(403)
})

test('the requests of the documentation work to the letter', async () => {
  await ask('POST', '/api/customers', '{"name":"My Restaurant"}')
  await ask(
    'POST',
    '/api/instances',
    '{"name":"My Restaurant Production","customerSlug":"my-restaurant","licenseSlug":"growth"}',
  )
  const usage = '/api/instances/my-restaurant-production/entitlements/api-calls/usage'
  expect(await ask('POST', usage, '{"value":42}')).toMatchObject({ status: 200, body: { current_usage: 42 } })
  expect(
    await ask('POST', '/api/instances/acme-prod/usage', '{"entitlement_slug":"api-calls","value":1}'),
  ).toMatchObject({
    status: 200,
    body: { entitlement: 'api-calls' },
  })
  expect(await ask('POST', '/api/customers', '{"name":"Test Webhook Customer"}')).toMatchObject({ status: 201 })

  await ask('PUT', '/api/licenses/growth/entitlements/api-calls', '{"value":{"type":"number","value":100000}}')
  await ask('POST', usage, '{"value":67433,"behavior":"set"}')
  expect((await ask('GET', usage)).body).toMatchObject({
    entitlement: 'api-calls',
    limit: 100000,
    current_usage: 67433,
    percentage_used: 67.4,
    status: 'ACCEPTED',
  })
})

test('the README’s flag is evaluated by curl and by the OpenFeature SDK, and switched off', () => {
  const part = ['## A flag in two minutes', '## A webhook in two minutes'] as const
  const [make = '', change = ''] = blocksOf('sh', ...part)
  const [app = ''] = blocksOf('js', ...part)
  // Beside node_modules, where an app has its packages.
  const file = join(process.cwd(), `dist-quick-start-${process.pid}.mjs`)
  writeFileSync(file, here(app))
  const runApp = () => execFileSync(process.execPath, [file], { env: environment }).toString()
  try {
    expect(answersTo(make)).toMatchObject([
      { slug: 'promo-banner', enabled: true },
      { key: 'promo-banner', value: true, variant: 'on', reason: 'TARGETING_MATCH' },
    ])
    expect(runApp()).toBe('free false\npro true\n')
    const functions = make.slice(0, make.indexOf('kaiten $api'))
    expect(answersTo(functions + change)).toMatchObject([{ enabled: false }])
    expect(runApp()).toBe('free false\npro false\n')
  } finally {
    rmSync(file)
  }
})

test('the README’s webhook reaches its receiver verified within a second, and the history shows it', async () => {
  const part = ['## A webhook in two minutes', '## People'] as const
  const [register = '', change = ''] = blocksOf('sh', ...part)
  const [program = ''] = blocksOf('js', ...part)
  const port = await freePort()
  const there = (text: string) => text.replaceAll('7070', String(port))
  const [endpoint] = answersTo(there(register)) as { id: string; secret: string }[]
  const file = join(process.cwd(), `dist-receiver-${process.pid}.mjs`)
  writeFileSync(file, there(program))
  const receiver = spawn(process.execPath, [file], { env: { ...environment, WEBHOOK_SECRET: endpoint?.secret } })
  let printed = ''
  receiver.stdout.on('data', chunk => {
    printed += chunk
  })
  try {
    await listens(port)
    const functions = register.slice(0, register.indexOf('kaiten $api'))
    const [, history] = answersTo(functions + change)
    // The shell's second has passed; what was printed in it is only read now.
    await vi.waitFor(() => expect(printed).not.toBe(''))
    expect(printed).toMatch(/^[0-9a-f-]{36} CUSTOMER_CREATION Initech\n$/)
    expect(history).toMatchObject({
      items: [{ eventName: 'CUSTOMER_CREATION', status: 'SUCCESS', responseStatus: 204 }],
    })
  } finally {
    receiver.kill()
    rmSync(file)
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, 'localhost')
    const heard = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (heard) return
    await wait(20)
  }
}
