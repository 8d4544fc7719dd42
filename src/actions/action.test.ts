import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type EventName, event, eventNames, eventTypes } from '../domain/event.ts'
import { appliance, type Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import { allows, type Scope, scopes } from '../domain/scope.ts'
import { type Answer, commitBatch } from '../engine/batch.ts'
import { type Connection, openWriter, packagedAddon } from '../engine/sqlite.ts'
import { migrations } from '../store/migrations/index.ts'
import { insertRow, type Statement } from '../store/query.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { type Action, action, type Committed, check, done, perform as performAction } from './action.ts'
import { type ActionName, actionNamed, registry } from './registry.ts'

const left: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const leave of left.splice(0).reverse()) await leave()
})

async function house(): Promise<TestHouse> {
  const opened = await testHouse()
  left.push(async () => opened[Symbol.asyncDispose]())
  return opened
}

const names = Object.keys(registry) as ActionName[]
const someone = (held: readonly Scope[]): Principal => ({ ...appliance('o'), kind: 'token', id: 't', scopes: held })
const sql = <Row>(text: string): Statement<Row> => ({ sql: text, parameters: [] })

describe('every action', () => {
  test.each(names)('%s is refused to whoever lacks its scope, before its input is looked at', name => {
    const { demand } = actionNamed(name)
    const all = scopes.filter(scope => !allows([scope], demand))
    for (const held of [[], all])
      expect(() => check(actionNamed(name), someone(held), { nonsense: true })).toThrow(
        expect.objectContaining({ code: 'Auth.MissingScope' }),
      )
  })

  test.each(names)('%s demands scopes that there are, and lets whoever may do everything', name => {
    const { demand } = actionNamed(name)
    const demanded = typeof demand === 'string' ? [demand] : demand
    expect(demanded.length).toBeGreaterThan(0)
    for (const scope of demanded) expect(scopes).toContain(scope)
    expect(allows(['write:*'], demand)).toBe(true)
  })

  test.each(names)('%s reads its input by a schema, and takes no other', name => {
    expect(actionNamed(name).input).toBeInstanceOf(z.ZodType)
    for (const wrong of [42, 'text', [42], { 'no such member': true }])
      expect(() => check(actionNamed(name), someone(['write:*']), wrong), JSON.stringify(wrong)).toThrow(
        expect.objectContaining({ code: 'Request.Invalid' }),
      )
  })

  test.each(names)('%s is called by what it is about and what is done to it', name => {
    expect(name).toMatch(/^[a-z]+([A-Z][a-z]+)*\.[a-z]+([A-Z][a-z]+)*$/)
  })
})

test('every event has a name in capitals and a type of its own', () => {
  for (const name of eventNames) {
    expect(name).toMatch(/^[A-Z]+(_[A-Z]+)+$/)
    expect(eventTypes[name]).toMatch(/^com\.kaiten\.[a-z_]+(\.[a-z_]+)?\.v1\.[a-z_]+$/)
  }
  expect(new Set(Object.values(eventTypes)).size).toBe(eventNames.length)
})

// ---- inside the transaction

/** A database with an organization in it, for actions of the test's own. */
function bare(): { connection: Connection; principal: Principal } {
  const folder = mkdtempSync(join(tmpdir(), 'kaiten-action-'))
  const connection = openWriter(join(folder, 'kaiten.db'), packagedAddon())
  left.push(() => {
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  })
  for (const step of migrations) connection.exec(step)
  const organization = { id: v7(), name: 'Test', slug: 'test', createdAt: 0, updatedAt: 0, revision: 1 }
  connection.run(insertRow('organizations', organization))
  return { connection, principal: appliance(organization.id) }
}

const countOf = (connection: Connection, table: string): number =>
  connection.one(sql<{ count: number }>(`select count(*) as count from ${table}`)).count

type Run = Action<z.ZodType, unknown, never>['run']

/** An action that makes a service account, and ends as it is told. */
const making = (end: Run): Action =>
  action('write:tokens', z.unknown(), async (tx, context) => {
    const id = context.newId()
    const stamps = { createdAt: 0, updatedAt: 0, createdBy: 'x', updatedBy: 'x', revision: 1 }
    const organizationId = context.principal.organization
    await tx.run(insertRow('service_accounts', { id, organizationId, name: id, slug: id, ...stamps }))
    return end(tx, context)
  }) as unknown as Action

const told = event('SERVICE_ACCOUNT_CREATION', { id: 'a' })

const settings = { key: new Uint8Array(32), webhooks: { allowed: { http: false, cidrs: [] }, schedule: [0] } }

function perform(connection: Connection, principal: Principal, actions: Action[], key?: string): Promise<Answer[]> {
  const idempotency = key === undefined ? undefined : { key, method: 'POST', path: '/tests' }
  const jobs = actions.map((each, id) => ({
    each,
    id,
    action: 'tests.make',
    principal,
    input: {},
    now: 0,
    asked: { idempotency },
  }))
  return commitBatch(connection, jobs, (tx, job) => performAction(job.each, tx, job, settings))
}

const ending = (answer: Answer | undefined): string =>
  answer === undefined || 'fault' in answer ? 'fault' : 'problem' in answer ? answer.problem.code : 'value'

describe('a change and its event', () => {
  const ends: [string, Run][] = [
    [
      'throws a problem',
      async () => {
        throw new Problem('Request.Invalid', 'no')
      },
    ],
    [
      'breaks',
      async () => {
        throw new Error('broken')
      },
    ],
    [
      'tells of an event whose data cannot be kept',
      async () => done(1, told, event('SERVICE_ACCOUNT_UPDATE', { id: 'a', size: 1n })),
    ],
    ['tells of an event that is none', async () => done(1, told, event('NO_SUCH_EVENT' as EventName, { id: 'a' }))],
    ['ends with a value that cannot leave', async () => done(() => 1, told)],
  ]
  test.each(ends)('are both undone, with its Idempotency-Key, when the action %s', async (_, end) => {
    const { connection, principal } = bare()
    const answers = await perform(connection, principal, [making(end)], 'key')
    expect(ending(answers[0])).toBe(end === ends[0]?.[1] ? 'Request.Invalid' : 'fault')
    for (const table of ['service_accounts', 'outbox_events', 'idempotency_keys'])
      expect(countOf(connection, table), table).toBe(0)
    // The same key is free for the attempt that succeeds.
    expect((await perform(connection, principal, [making(async () => done(1, told))], 'key')).map(ending)).toEqual([
      'value',
    ])
    for (const table of ['service_accounts', 'outbox_events', 'idempotency_keys'])
      expect(countOf(connection, table), table).toBe(1)
  })

  test('are kept together, with who did it and when', async () => {
    const { connection, principal } = bare()
    await perform(connection, principal, [making(async () => done(1, told, told))])
    expect(connection.all(sql('select * from outbox_events'))).toMatchObject(
      [1, 2].map(id => ({
        id,
        organizationId: principal.organization,
        eventName: 'SERVICE_ACCOUNT_CREATION',
        eventType: 'com.kaiten.service_account.v1.created',
        subjectId: 'a',
        actor: { kind: 'appliance', id: 'appliance', name: 'Kaiten' },
        occurredAt: 0,
      })),
    )
  })
})

describe('an Idempotency-Key', () => {
  test('lets one of many in one batch happen, and gives the others its answer', async () => {
    const { connection, principal } = bare()
    const once = making(async (_, { newId }) => done({ id: newId() }, told))
    const answers = await perform(
      connection,
      principal,
      Array.from({ length: 20 }, () => once),
      'key',
    )
    const values = answers.map(answer => ('value' in answer ? (answer.value as Committed) : undefined))
    expect(values.map(value => value?.replayed)).toEqual([false, ...Array.from({ length: 19 }, () => true)])
    expect(new Set(values.map(value => JSON.stringify(value?.value))).size).toBe(1)
    expect(countOf(connection, 'service_accounts')).toBe(1)
    expect(countOf(connection, 'outbox_events')).toBe(1)
    expect(values.map(value => value?.changed.length)).toEqual([1, ...Array.from({ length: 19 }, () => 0)])
  })

  test('is refused for another body, and is nobody else’s', async () => {
    const opened = await house()
    const other = await opened.tokenWith(['write:customers'])
    const post = (name: string, token = opened.token) =>
      opened.post('/api/customers', { name }, { 'Idempotency-Key': 'key', Authorization: `Bearer ${token}` })
    const first = await post('A')
    expect(await post('A')).toMatchObject({ status: 201, body: first.body })
    expect(await post('B')).toMatchObject({ status: 422, body: { code: 'Idempotency.KeyReused' } })
    expect(await post('B', other)).toMatchObject({ status: 201, body: { name: 'B' } })
  })
})

describe('a token', () => {
  test('is shown once: not to a replay, not in events, and nowhere on the disk', async () => {
    const opened = await house()
    await opened.post('/api/service-accounts', { name: 'Robot' })
    const draft = { name: 'Secret', scopes: ['read:usage'] }
    const make = () => opened.post('/api/service-accounts/robot/tokens', draft, { 'Idempotency-Key': 'key' })
    const made = await make()
    const text = made.body.token as string
    expect(text).toMatch(/^ksh_[0-9A-Za-z]{49}$/)
    expect((await make()).body).toEqual({ ...made.body, token: undefined })
    expect(JSON.stringify((await opened.get('/api/events')).body)).not.toContain(text)
    for (const secret of [text, opened.token]) expect(filesWith(opened.data, secret), secret).toEqual([])
    // What is looked for would be found: the part that people may see is there.
    expect(filesWith(opened.data, text.slice(0, 10))).not.toEqual([])
    await opened.restart()
    expect(filesWith(opened.data, text)).toEqual([])
    expect((await opened.get('/api/me', { Authorization: `Bearer ${text}` })).status).toBe(200)
  })

  test('shows its last use, also where the server stopped within the minute', async () => {
    const opened = await house()
    await opened.post('/api/service-accounts', { name: 'Robot' })
    const tokens = '/api/service-accounts/robot/tokens'
    const text = (await opened.post(tokens, { name: 'Reader', scopes: ['read:customers'] })).body.token as string
    const shown = async () => {
      const { body } = await opened.get(tokens)
      return body.items[0].lastUsedAt
    }
    expect(await shown()).toBeNull()
    opened.pass(5000)
    const used = new Date(opened.now()).toISOString()
    await opened.get('/api/customers', { Authorization: `Bearer ${text}` })
    opened.pass(5000)
    await opened.restart()
    expect(await shown()).toBe(used)
    expect((await opened.get('/api/events')).body.items[0].name).toBe('API_TOKEN_CREATION')
  })
})

/** Another process looks: opening a database file in this one would drop the server's locks on it. */
function filesWith(data: string, text: string): string[] {
  const found = spawnSync('grep', ['--recursive', '--binary', '--files-with-matches', '--fixed-strings', text, data])
  expect(found.status).toBeLessThan(2)
  return found.stdout.toString().split('\n').filter(Boolean)
}
