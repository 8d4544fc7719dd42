import { randomInt } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReader, packagedAddon } from './engine/sqlite.ts'
import { type BuiltProgram, builtProgram } from './test-program.ts'

/** Rounds of load and SIGKILL; many more by `CRASH_ROUNDS=1000 vitest run src/crash`. */
const rounds = Number(process.env.CRASH_ROUNDS ?? 5)
const callers = 24
const token = `ksh_${'C'.repeat(40)}`
const environment = { KAITEN_BOOTSTRAP_TOKEN: token, KAITEN_LOG_LEVEL: 'warn' }

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-crash-'))
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Something that callers do under load, and how to tell afterwards that it happened exactly once. */
interface LoadAct {
  name: string
  /** Makes attempt `n`. Throws when the connection breaks: then nobody knows whether it happened. */
  attempt: (ask: Ask, n: string) => Promise<Answer>
  /** After a crash: attempts of unknown fate have been repeated; all `done` must be there, once each. */
  check: (ask: Ask, done: ReadonlyMap<string, Answer>) => Promise<void>
}

const customers: LoadAct = {
  name: 'customers with an Idempotency-Key',
  attempt: (ask, n) => ask('POST', '/api/customers', { name: `Customer ${n}` }, { 'Idempotency-Key': n }),
  check: async (ask, done) => {
    const found = await everyOne(ask, '/api/customers')
    expect(found.map(({ name }) => name).sort()).toEqual([...done.keys()].map(n => `Customer ${n}`).sort())
    const byId = new Map(found.map(each => [each.id, each]))
    for (const { body } of done.values()) expect(byId.get(body.id)).toEqual(body)
    await hasItsEvent(ask, 'CUSTOMER_CREATION', found)
    // Whoever repeats an acknowledged request is given the same answer again.
    for (const [n, { body }] of [...done].slice(-20)) expect(await customers.attempt(ask, n)).toMatchObject({ body })
  },
}

const serviceAccounts: LoadAct = {
  name: 'service accounts with a slug of their own',
  attempt: async (ask, n) => {
    const made = await ask('POST', '/api/service-accounts', { name: `Account ${n}`, slug: `account-${n}` })
    return made.status === 409 ? ask('GET', `/api/service-accounts/account-${n}`) : made
  },
  check: async (ask, done) => {
    const found = (await everyOne(ask, '/api/service-accounts')).filter(({ slug }) => slug !== 'bootstrap')
    expect(found.map(({ slug }) => slug).sort()).toEqual([...done.keys()].map(n => `account-${n}`).sort())
    await hasItsEvent(ask, 'SERVICE_ACCOUNT_CREATION', found)
  },
}

const meter = '/api/instances/acme/entitlements/calls/usage'

/** Each attempt reports an amount of its own under a transactionId, so that a sum tells which were counted. */
const usageReports: LoadAct = {
  name: 'usage reports with a transactionId',
  attempt: (ask, n) => ask('POST', meter, { value: amountOf(n), transactionId: n }),
  check: async (ask, done) => {
    if (done.size === 0) return
    const journal = (await everyOne(ask, `${meter}/reports`)).map(({ transactionId }) => transactionId)
    expect(journal.sort()).toEqual([...done.keys()].sort())
    const expected = [...done.keys()].reduce((sum, n) => sum + amountOf(n), 0)
    expect((await ask('GET', meter)).body).toMatchObject({ current_usage: expected, value: { event_count: done.size } })
    const accepted = 'event_name=kaiten.v1.entitlement.usage.report.accepted'
    const trail = await everyOne(ask, `/api/instances/acme/audit-trails?${accepted}`)
    expect(trail.map(({ payload }) => (payload as { transactionId: string }).transactionId).sort()).toEqual(
      [...done.keys()].sort(),
    )
  },
}

const amountOf = (n: string): number => 1 + n.split('-').reduce((sum, part) => sum + Number(part), 0)

const acts: LoadAct[] = [customers, serviceAccounts, usageReports]

/** What the reports are about. Made once; a program that was killed still has it. */
async function sell(ask: Ask): Promise<void> {
  await ask('POST', '/api/entitlements', { name: 'Calls', type: 'NUMBER' })
  await ask('POST', '/api/licenses', { name: 'Plan', type: 'PAID' })
  const value = { type: 'number', value: -1 }
  await ask('POST', '/api/licenses/plan/entitlements', { entitlementSlug: 'calls', value })
  const customer = await ask('POST', '/api/customers', { name: 'Customer acme' }, { 'Idempotency-Key': 'acme' })
  const made = await ask('POST', '/api/instances', { name: 'Acme', customerId: customer.body.id, licenseSlug: 'plan' })
  expect(made.status).toBe(201)
}

test(`${rounds} times killed under load, the program loses nothing that it acknowledged and does nothing twice`, async () => {
  const done = new Map(acts.map(act => [act, new Map<string, Answer>()]))
  const unknown = new Map(acts.map(act => [act, new Set<string>()]))
  for (let round = 0; round < rounds; round++) {
    const server = await program.serve(data, environment)
    const ask = asking(server.url)
    if (round === 0) {
      await sell(ask)
      done.get(customers)?.set('acme', await customers.attempt(ask, 'acme'))
    }
    for (const act of acts) {
      for (const n of unknown.get(act) ?? []) done.get(act)?.set(n, await succeeded(act.attempt(ask, n)))
      unknown.get(act)?.clear()
      await act.check(ask, done.get(act) ?? new Map())
    }
    expect(sound()).toBe('ok')

    let alive = true
    const caller = async (number: number) => {
      for (let attempt = 0; alive; attempt++) {
        const act = acts[(number + attempt) % acts.length] as LoadAct
        const n = `${round}-${number}-${attempt}`
        unknown.get(act)?.add(n)
        const answer = await act.attempt(ask, n).catch(() => undefined)
        if (!answer) return
        unknown.get(act)?.delete(n)
        done.get(act)?.set(n, await succeeded(answer))
      }
    }
    const load = Array.from({ length: callers }, (_, number) => caller(number))
    await wait(randomInt(30, 600))
    expect(await server.end('SIGKILL')).toBeNull()
    alive = false
    await Promise.all(load)
  }

  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  for (const act of acts) {
    const settled = done.get(act) ?? new Map()
    for (const n of unknown.get(act) ?? []) settled.set(n, await succeeded(act.attempt(ask, n)))
    await act.check(ask, settled)
    expect(settled.size, act.name).toBeGreaterThan(rounds * callers)
  }
  expect(sound()).toBe('ok')
  expect(statSync(join(data, 'kaiten.sock')).mode & 0o777).toBe(0o600)
  expect(await program.run('org', 'list', '--data', data)).toMatchObject({ code: 0, out: /^default / })
  expect(await server.end('SIGTERM')).toBe(0)
  expect(readdirSync(data).sort()).toEqual(['kaiten.db', 'kaiten.lock'])
})

test('asked to end under load, the program finishes what it has begun, and ends', async () => {
  const server = await program.serve(data, environment)
  const ask = asking(server.url)
  const acknowledged: unknown[] = []
  const caller = async (number: number) => {
    for (let n = 0; ; n++) {
      const answer = await ask('POST', '/api/customers', { name: `Last ${number} ${n}` }).catch(() => ({
        status: 0,
        body: {} as Answer['body'],
      }))
      if (answer.status === 201) acknowledged.push(answer.body.id)
      else return answer.body.code
    }
  }
  const load = Array.from({ length: callers }, (_, number) => caller(number))
  const stubborn = Array.from({ length: 4 }, () => neverIdle(server.url))
  await wait(300)
  expect(await server.end('SIGTERM')).toBe(0)
  await Promise.all([...load, ...stubborn])
  const again = await program.serve(data, environment)
  const found = new Set((await everyOne(asking(again.url), '/api/customers')).map(({ id }) => id))
  expect(acknowledged.length).toBeGreaterThan(callers)
  expect(acknowledged.filter(id => !found.has(id))).toEqual([])
  expect(await again.end('SIGTERM')).toBe(0)
})

test('a second program on the same data is refused with a sentence, and the first goes on', async () => {
  const server = await program.serve(data, environment)
  const second = await program.run('serve', '--data', data, '--port', '0')
  expect(second).toMatchObject({ code: 5, out: '' })
  expect(second.error).toBe(`Another Kaiten process works in ${data}. Stop it first, or choose another --data.\n`)
  expect((await asking(server.url)('GET', '/api/me')).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('data that is a file is refused with a sentence', async () => {
  const file = join(data, 'file')
  writeFileSync(file, '')
  expect(await program.run('serve', '--data', file)).toEqual({
    code: 5,
    out: '',
    error: `${file} is a file; --data must name a directory.\n`,
  })
  rmSync(file)
})

test('a file that is damaged while it is served is answered with 503, and ends the program', async () => {
  const server = await program.serve(data, environment)
  const size = statSync(join(data, 'kaiten.db')).size
  writeFileSync(join(data, 'kaiten.db'), Buffer.alloc(size, 0xff), { flag: 'r+' })
  const ask = asking(server.url)
  expect(await ask('POST', '/api/customers', { name: 'Late' })).toMatchObject({
    status: 503,
    body: { code: 'Storage.Failed' },
  })
  expect(await server.ended).toBe(1)
  expect(server.log()).toMatch(/SQLITE_(CORRUPT|NOTADB)/)
})

function asking(url: string): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: callers })
  const { hostname, port } = new URL(url)
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body)
      const sent = request({
        agent,
        hostname,
        port,
        method,
        path,
        headers: {
          Authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          'Content-Length': Buffer.byteLength(text),
          ...headers,
        },
      })
      sent.on('error', reject)
      sent.on('response', response => {
        const chunks: Buffer[] = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') }),
        )
      })
      sent.end(text)
    })
}

/** A connection that asks again with every answer, each of which takes a commit, until the other end closes it. */
function neverIdle(url: string): Promise<unknown> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const body = '{"name":"Taken","slug":"bootstrap"}'
  const head = `POST /api/service-accounts HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${token}\r\n`
  const again = () => socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`)
  socket
    .on('connect', again)
    .on('data', again)
    .on('error', () => undefined)
  return new Promise(resolve => socket.on('close', resolve))
}

async function succeeded(attempt: Answer | Promise<Answer>): Promise<Answer> {
  const answer = await attempt
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** A whole list, page by page. */
async function everyOne(ask: Ask, path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = []
  for (let cursor = ''; ; ) {
    const { body } = await succeeded(ask('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`))
    const page = body.items as Record<string, unknown>[]
    items.push(...page)
    if (page.length === 0 || !body.nextCursor) return items
    cursor = `&cursor=${body.nextCursor}`
  }
}

/** Every one of these has exactly one event of this name, and no event is of anything else. */
async function hasItsEvent(ask: Ask, eventName: string, objects: Record<string, unknown>[]): Promise<void> {
  const events = await everyOne(ask, `/api/events?eventName=${eventName}`)
  const subjects = events.map(({ data }) => (data as { id: string }).id)
  const bootstrap = events.filter(({ data }) => (data as { slug: string }).slug === 'bootstrap')
  expect(subjects.sort()).toEqual(
    [...objects.map(({ id }) => id as string), ...bootstrap.map(({ data }) => (data as { id: string }).id)].sort(),
  )
}

function sound(): unknown {
  const connection = openReader(join(data, 'kaiten.db'), packagedAddon())
  try {
    return connection.pragma('integrity_check')
  } finally {
    connection.close()
  }
}
