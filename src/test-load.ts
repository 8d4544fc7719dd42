import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openReader, packagedAddon } from './engine/sqlite.ts'

/** What callers do under load in the tests of crashes and of backups, and how to tell afterwards what of it happened. */

export const callers = 24
export const token = `ksh_${'C'.repeat(40)}`
export const environment = { KAITEN_BOOTSTRAP_TOKEN: token, KAITEN_LOG_LEVEL: 'warn' }

export type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Something that callers do under load, and how to tell afterwards that it happened exactly once. */
export interface LoadAct {
  name: string
  /** Makes attempt `n`. Throws when the connection breaks: then nobody knows whether it happened. */
  attempt: (ask: Ask, n: string) => Promise<Answer>
  /** The attempts of which there is something now. */
  found: (ask: Ask) => Promise<string[]>
  /** After a crash: attempts of unknown fate have been repeated; all `done` must be there, once each. */
  check: (ask: Ask, done: ReadonlyMap<string, Answer>) => Promise<void>
}

export const customers: LoadAct = {
  name: 'customers with an Idempotency-Key',
  attempt: (ask, n) => ask('POST', '/api/customers', { name: `Customer ${n}` }, { 'Idempotency-Key': n }),
  found: async ask => (await everyOne(ask, '/api/customers')).map(({ name }) => String(name).replace('Customer ', '')),
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
  found: async ask =>
    (await everyOne(ask, '/api/service-accounts'))
      .map(({ slug }) => String(slug))
      .filter(slug => slug !== 'bootstrap')
      .map(slug => slug.replace('account-', '')),
  check: async (ask, done) => {
    const found = (await everyOne(ask, '/api/service-accounts')).filter(({ slug }) => slug !== 'bootstrap')
    expect(found.map(({ slug }) => slug).sort()).toEqual([...done.keys()].map(n => `account-${n}`).sort())
    await hasItsEvent(ask, 'SERVICE_ACCOUNT_CREATION', found)
  },
}

const meter = '/api/instances/acme/entitlements/calls/usage'

/** Each attempt reports an amount of its own under a transactionId, so that a sum tells which were counted. */
export const usageReports: LoadAct = {
  name: 'usage reports with a transactionId',
  attempt: (ask, n) => ask('POST', meter, { value: amountOf(n), transactionId: n }),
  found: async ask => (await everyOne(ask, `${meter}/reports`)).map(({ transactionId }) => String(transactionId)),
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

export const acts: LoadAct[] = [customers, serviceAccounts, usageReports]

/** What the reports are about. Made once; a program that was killed still has it. */
export async function sell(ask: Ask): Promise<void> {
  await ask('POST', '/api/entitlements', { name: 'Calls', type: 'NUMBER' })
  await ask('POST', '/api/licenses', { name: 'Plan', type: 'PAID' })
  const value = { type: 'number', value: -1 }
  await ask('POST', '/api/licenses/plan/entitlements', { entitlementSlug: 'calls', value })
  const customer = await ask('POST', '/api/customers', { name: 'Customer acme' }, { 'Idempotency-Key': 'acme' })
  const made = await ask('POST', '/api/instances', { name: 'Acme', customerId: customer.body.id, licenseSlug: 'plan' })
  expect(made.status).toBe(201)
}

export function asking(url: string): Ask {
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

export async function succeeded(attempt: Answer | Promise<Answer>): Promise<Answer> {
  const answer = await attempt
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** A whole list, page by page. */
export async function everyOne(ask: Ask, path: string): Promise<Record<string, unknown>[]> {
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

export function sound(data: string): unknown {
  const connection = openReader(join(data, 'kaiten.db'), packagedAddon())
  try {
    return connection.pragma('integrity_check')
  } finally {
    connection.close()
  }
}
