import threadCode from 'kaiten:thread'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { v7 } from 'uuid'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Asked } from '../actions/action.ts'
import type { ActionName } from '../actions/registry.ts'
import { submitTo } from '../actions/submit.ts'
import { appliance, operator } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import { customerAt } from '../store/customers.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Statement } from '../store/query.ts'
import { Checkpoints } from './checkpoints.ts'
import { type Engine, type EngineOptions, openEngine } from './open.ts'
import { Fault } from './pending.ts'
import { openReader, openWriter, packagedAddon } from './sqlite.ts'
import { Writer } from './writer.ts'

const addon = packagedAddon()
const left: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const leave of left.splice(0).reverse()) await leave()
})

const sql = <Row>(text: string, ...parameters: unknown[]): Statement<Row> => ({ sql: text, parameters })
const organization = v7()

function folder(): string {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-writer-'))
  left.push(() => rmSync(data, { recursive: true, force: true }))
  return data
}

interface Opened extends Engine {
  data: string
  file: string
  /** Submits as the operator. */
  ask: (name: ActionName, input?: unknown, asked?: Asked) => Promise<{ value: unknown }>
  /** And does not wait for it. */
  askPatiently: (name: ActionName, input?: unknown) => Promise<{ value: unknown }>
}

/** The two threads on a file of their own, with an organization in it. */
async function engine(options: Partial<EngineOptions> = {}): Promise<Opened> {
  const data = options.data ?? folder()
  const died = (reason: string) => {
    throw new Error(reason)
  }
  const opened = await openEngine({ data, addon, threadCode, migrations, committed: () => undefined, died, ...options })
  left.push(opened.close)
  const clock = () => 1_700_000_000_000
  const submit = submitTo(opened.writer, clock)
  const founded = opened.read.find(sql('select 1 from organizations'))
  if (!founded) await submit('organizations.create', appliance(organization), { name: 'Test' })
  const ask: Opened['ask'] = (name, input, asked) => submit(name, operator(organization), input, asked)
  const patiently = submitTo({ submit: job => opened.writer.submitPatiently(job) }, clock)
  const askPatiently: Opened['askPatiently'] = (name, input) => patiently(name, operator(organization), input)
  return { ...opened, data, file: join(data, 'kaiten.db'), ask, askPatiently }
}

/** No commit ends until what is given back is called. */
function holdUp(file: string): () => void {
  const other = openWriter(file, addon)
  left.push(() => other.close())
  other.exec('begin immediate')
  return () => other.exec('rollback')
}

const nextTurn = () => new Promise(resolve => setImmediate(resolve))
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)
const customerNames = ({ read }: Engine): string[] =>
  read.all(sql<{ name: string }>('select name from customers order by name')).map(({ name }) => name)
const ending = (settled: PromiseSettledResult<unknown>): string =>
  settled.status === 'fulfilled'
    ? 'value'
    : settled.reason instanceof Problem
      ? settled.reason.code
      : settled.reason.constructor.name

describe('batches', () => {
  test('form by themselves: a thousand changes of one moment need no more than seven commits', async () => {
    const { writer, ask } = await engine()
    const before = writer.batches
    await Promise.all(numbers(1000).map(n => ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })))
    expect(writer.batches - before).toBeLessThanOrEqual(7)
  })

  test('are half of many that wait: the first have their answers while the last are written', async () => {
    const { writer, ask } = await engine()
    const before = writer.batches
    const commits = () => writer.batches - before
    const answers = numbers(400).map(n => ask('customers.create', { name: `C ${n}`, slug: `c-${n}` }).then(commits))
    expect((await Promise.all(answers)).slice(0, 200)).toEqual(Array(200).fill(1))
    expect(commits()).toBe(3)
  })

  test('are no remnant of others: a few more than one batch are one commit', async () => {
    const { writer, ask } = await engine()
    const before = writer.batches
    await Promise.all(numbers(140).map(n => ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })))
    expect(writer.batches - before).toBe(1)
  })

  test('take along what nobody waits for', async () => {
    const { writer, ask, askPatiently, file } = await engine()
    const before = writer.batches
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    left.push(() => void vi.useRealTimers())
    const letGo = holdUp(file)
    const first = ask('customers.create', { name: 'First' })
    await nextTurn()
    const patient = askPatiently('customers.create', { name: 'Patient' })
    letGo()
    await first
    expect(writer.waiting).toBe(1)
    await Promise.all([ask('customers.create', { name: 'Next' }), patient])
    expect(writer.batches - before).toBe(2)
  })

  test('are of what nobody waits for alone, where nobody asks anything more', async () => {
    const { writer, ask, askPatiently } = await engine()
    const before = writer.batches
    await askPatiently('customers.create', { name: 'At once' })
    const last = ask('customers.create', { name: 'Last' })
    await nextTurn()
    await Promise.all([last, ...numbers(3).map(n => askPatiently('customers.create', { name: `Patient ${n}` }))])
    expect(writer.batches - before).toBe(3)
  })

  test('hold all that came while a commit was held up, in however many turns of the loop it came', async () => {
    const { writer, ask, file } = await engine()
    const before = writer.batches
    const letGo = holdUp(file)
    const answers: Promise<unknown>[] = []
    for (const n of numbers(50)) {
      answers.push(ask('customers.create', { name: `C ${n}`, slug: `c-${n}` }))
      await nextTurn()
    }
    letGo()
    await Promise.all(answers)
    expect(writer.batches - before).toBeLessThanOrEqual(3)
  })

  test('wait for nobody: changes that come one after the other are committed one by one', async () => {
    const { writer, ask } = await engine()
    const before = writer.batches
    for (const n of numbers(20)) await ask('customers.create', { name: `C ${n}` })
    expect(writer.batches - before).toBe(20)
  })

  test('bring memory up to date before any of their askers has an answer', async () => {
    let told = 0
    let answered = 0
    const tooEarly: number[] = []
    const { ask } = await engine({
      committed: values => {
        if (answered !== told) tooEarly.push(answered)
        told += values.length
      },
    })
    answered = told
    const each = numbers(1000).map(n =>
      ask('customers.create', { name: `C ${n}`, slug: `c-${n}` }).then(() => {
        answered++
        if (answered > told) tooEarly.push(answered)
      }),
    )
    await Promise.all(each)
    expect(tooEarly).toEqual([])
    expect(answered).toBe(told)
  })
})

test('whoever has an answer reads what was written, from the connection of main', async () => {
  const { ask, read } = await engine()
  const missing: string[] = []
  const customer = async (n: number) => {
    const { value } = await ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })
    const { slug } = value as { slug: string }
    if (read.find(customerAt(organization, slug))?.name !== `C ${n}`) missing.push(slug)
  }
  const caller = async (from: number) => {
    for (const n of numbers(50)) await customer(from + n)
  }
  await Promise.all(numbers(20).map(n => caller(n * 50)))
  expect(missing).toEqual([])
})

test('changes of one object are made in the order in which they were submitted', async () => {
  const { ask, read } = await engine()
  await Promise.all(numbers(20).map(n => ask('customers.create', { name: '0', slug: `c-${n}` })))
  const changes = numbers(100).flatMap(n =>
    numbers(20).map(customer =>
      ask('customers.update', { name: String(n + 1) }, { at: { customer: `c-${customer}` }, ifMatch: `"${n + 1}"` }),
    ),
  )
  await Promise.all(changes)
  const rows = read.all(sql<{ name: string; revision: number }>('select name, revision from customers'))
  expect(rows).toEqual(numbers(20).map(() => ({ name: '100', revision: 101 })))
})

test('of 6,000 mixed changes by 30 callers, what was answered is there with its event, and what was refused left nothing', async () => {
  const opened = await engine()
  const { ask, read } = opened
  const kept = new Map<string, number>()
  const counts = { CUSTOMER_CREATION: 0, CUSTOMER_UPDATE: 0, CUSTOMER_DELETION: 0 }
  const endings: Record<string, number> = {}

  const caller = async (number: number) => {
    for (const n of numbers(200)) {
      // Every caller has its own three customers and fights with all for three more.
      const slug = n % 2 ? `own-${number}-${n % 3}` : `shared-${n % 3}`
      const name = `${number}/${n}`
      const kind = (number * 7 + n * 5) % 4
      const attempt =
        kind < 2
          ? ask('customers.create', { name, slug })
          : kind === 2
            ? ask('customers.update', { name }, { at: { customer: slug }, ifMatch: n % 5 ? undefined : '"1"' })
            : ask('customers.delete', undefined, { at: { customer: slug } })
      const [settled] = await Promise.allSettled([attempt])
      const end = ending(settled as PromiseSettledResult<unknown>)
      endings[end] = (endings[end] ?? 0) + 1
      if (end !== 'value') continue
      counts[kind < 2 ? 'CUSTOMER_CREATION' : kind === 2 ? 'CUSTOMER_UPDATE' : 'CUSTOMER_DELETION']++
      if (kind < 2) kept.set(slug, (kept.get(slug) ?? 0) + 1)
      if (kind === 3) kept.set(slug, (kept.get(slug) ?? 0) - 1)
    }
  }
  await Promise.all(numbers(30).map(caller))

  expect(Object.keys(endings).sort()).toEqual([
    'Customer.NotFound',
    'Customer.SlugTaken',
    'Request.RevisionMismatch',
    'value',
  ])
  const alive = [...kept].flatMap(([slug, count]) => (count > 0 ? [slug] : [])).sort()
  expect([...kept.values()].every(count => count === 0 || count === 1)).toBe(true)
  const rows = read.all(sql<{ slug: string }>('select slug from customers order by slug'))
  expect(rows.map(({ slug }) => slug)).toEqual(alive)
  const events = read.all(
    sql<{ eventName: string; count: number }>(
      'select eventName, count(*) as count from outbox_events where subjectId <> ? group by eventName',
      organization,
    ),
  )
  expect(Object.fromEntries(events.map(({ eventName, count }) => [eventName, count]))).toEqual(counts)
})

describe('the queue', () => {
  test('is bounded: more than 10,000 waiting changes are told to come back, and find room afterwards', async () => {
    const { writer, ask } = await engine()
    const waiting = numbers(10_000).map(() => writer.submit(nothing()))
    expect(writer.waiting).toBe(10_000)
    const beyond = await ask('customers.create', { name: 'Late' }).catch(error => error)
    expect(beyond).toBeInstanceOf(Problem)
    expect(beyond).toMatchObject({ code: 'Server.Busy', status: 503, headers: { 'Retry-After': '1' } })
    await Promise.all(waiting)
    expect(writer.waiting).toBe(0)
    expect(await ask('customers.create', { name: 'Late' })).toMatchObject({ value: { slug: 'late' } })
  })

  test('gives the fault of an input that cannot cross to the thread to its own change and to no other', async () => {
    const { writer, ask } = await engine()
    const odd = writer.submit({ ...nothing(), input: () => 1 } as unknown as ReturnType<typeof nothing>)
    const settled = await Promise.allSettled([
      ask('customers.create', { name: 'A' }),
      odd,
      ask('customers.create', { name: 'B' }),
    ])
    expect(settled.map(ending)).toEqual(['value', 'Fault', 'value'])
    expect(settled[1]).toMatchObject({ reason: expect.any(Fault) })
  })
})

setFlagsFromString('--expose-gc')
const collectAll: () => void = runInNewContext('gc')

test('what was answered is left to the quick collector of garbage: next to nothing of it grows old', async () => {
  const { writer } = await engine()
  const old = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0
  const job = nothing()
  /** Waits for its answer with as much in hand as a request has. */
  const asker = async (times: number) => {
    for (let time = 0; time < times; time++) {
      const inHand = Array.from({ length: 500 }, (_, n) => n + time)
      await writer.submit(job)
      inHand.pop()
    }
  }
  await asker(10)
  // After the slow collector all that is there counts as old.
  collectAll()
  let grown = 0
  for (let round = 0; round < 80; round++) {
    const before = old()
    await Promise.all(numbers(64).map(() => asker(25)))
    grown += Math.max(0, old() - before)
  }
  expect(grown).toBeLessThan(10e6)
})

/** An action that changes nothing: no token was used. */
const nothing = () => ({
  action: 'tokens.recordUse',
  principal: appliance(organization),
  input: [],
  asked: {},
  now: 0,
})

describe('a stop', () => {
  test('finishes what was handed over, takes no more, and leaves one file', async () => {
    const opened = await engine()
    const answers = Promise.allSettled(
      numbers(2000).map(n => opened.ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })),
    )
    await Promise.resolve()
    const closed = opened.close()
    await expect(opened.ask('customers.create', { name: 'Late' })).rejects.toMatchObject({
      code: 'Server.Stopping',
      status: 503,
      headers: { 'Retry-After': '5' },
    })
    expect((await answers).map(ending)).toEqual(numbers(2000).map(() => 'value'))
    await closed
    left.pop()
    expect([`${opened.file}-wal`, `${opened.file}-shm`].filter(existsSync)).toEqual([])
    const again = await engine({ data: opened.data })
    expect(customerNames(again)).toHaveLength(2000)
  })

  test('lets memory read what its last commits changed', async () => {
    let read: Engine['read'] | undefined
    const seen: number[] = []
    const opened = await engine({
      committed: () => {
        if (read) seen.push(read.one(sql<{ count: number }>('select count(*) as count from customers')).count)
      },
    })
    read = opened.read
    const answers = Promise.all(
      numbers(500).map(n => opened.ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })),
    )
    await Promise.resolve()
    await opened.close()
    left.pop()
    await answers
    expect(seen.at(-1)).toBe(500)
  })

  test('may be asked for twice', async () => {
    const { writer } = await engine()
    await Promise.all([writer.stop(), writer.stop()])
    await writer.stop()
  })
})

describe('a thread that dies', () => {
  const deaths: [string, string][] = [
    ['by an error', ';require("node:worker_threads").parentPort.on("message", () => { throw new Error("bang") })'],
    ['without a word', ';require("node:worker_threads").parentPort.on("message", () => process.exit(7))'],
  ]
  test.each(
    deaths,
  )('%s answers whoever waits, ends the process a turn later, and takes no more', async (_, sabotage) => {
    const data = folder()
    openWriter(join(data, 'kaiten.db'), addon).close()
    const order: string[] = []
    const death = Promise.withResolvers<string>()
    const writer = new Writer({
      code: threadCode + sabotage,
      file: join(data, 'kaiten.db'),
      addon,
      committed: () => undefined,
      died: reason => {
        order.push('died')
        death.resolve(reason)
      },
    })
    await writer.ready
    const waiting = numbers(3).map(() => writer.submit(nothing()).catch(error => order.push(error.code)))
    expect(await death.promise).toMatch(/bang|exit code 7/)
    await Promise.all(waiting)
    expect(order).toEqual(['Storage.Failed', 'Storage.Failed', 'Storage.Failed', 'died'])
    expect(() => writer.submit(nothing())).toThrow(Problem)
    await writer.stop()
    expect(order).toHaveLength(4)
  })

  test('before it could open the database says why, and gives the lock back', async () => {
    const data = folder()
    const broken = engine({ data, threadCode: 'throw new Error("no such thread")', died: () => undefined })
    await expect(broken).rejects.toThrow(/kaiten\.db cannot be opened: .*no such thread/)
    await engine({ data })
  })
})

test('a damaged file is answered with Storage.Failed, and the process is told to end', async () => {
  const first = await engine()
  await Promise.all(numbers(300).map(n => first.ask('customers.create', { name: `C ${n}` })))
  await first.close()
  left.pop()
  const death = Promise.withResolvers<string>()
  const { writer } = await engine({ data: first.data, died: death.resolve })
  const size = statSync(first.file).size
  writeFileSync(first.file, Buffer.alloc(size - 4096, 0xff), { flag: 'r+' })
  const settled = await Promise.allSettled(
    numbers(5).map(n => submitTo(writer, () => 0)('customers.create', operator(organization), { name: `Later ${n}` })),
  )
  expect(settled.map(ending)).toEqual(numbers(5).map(() => 'Storage.Failed'))
  expect(await death.promise).toMatch(/SQLITE_(CORRUPT|NOTADB)/)
})

test('memory that cannot follow a commit ends the process rather than answer from the past', async () => {
  const death = Promise.withResolvers<string>()
  let follows = true
  const { ask } = await engine({
    committed: () => {
      if (!follows) throw new Error('lost the thread')
    },
    died: death.resolve,
  })
  follows = false
  await expect(ask('customers.create', { name: 'A' })).rejects.toMatchObject({ code: 'Storage.Failed' })
  expect(await death.promise).toMatch(/lost the thread/)
})

describe('the write-ahead log', () => {
  test('stays small under load, while main and the read thread read', async () => {
    const { ask, read, scan, file } = await engine()
    let largest = 0
    const change = async (n: number) => {
      await ask('customers.create', { name: `C ${n}`, slug: `c-${n}` })
      if (n % 50 === 0) await scan.all(sql('select * from customers order by name desc limit 100'))
      if (n % 10 === 0) read.all(sql('select * from customers limit 10'))
      if (n % 100 === 0) largest = Math.max(largest, statSync(`${file}-wal`).size)
    }
    const caller = async (from: number) => {
      for (const n of numbers(120)) await change(from + n)
    }
    await Promise.all(numbers(100).map(n => caller(n * 120)))
    expect(largest).toBeLessThan(24 * 1024 * 1024)
  })

  test('grows while somebody reads an old state, and begins anew when they have read', async () => {
    const file = join(folder(), 'kaiten.db')
    const connection = openWriter(file, addon)
    const reader = openReader(file, addon)
    left.push(
      () => connection.close(),
      () => reader.close(),
    )
    connection.exec('create table some (n integer, filler text)')
    const checkpoints = new Checkpoints(connection)
    const pagesInLog = () => (connection.database.pragma('wal_checkpoint(noop)') as [{ log: number }])[0].log
    const write = () => {
      connection.run(sql("insert into some values (1, printf('%.*c', 2000000, 'x'))"))
      checkpoints.whenDue()
    }
    reader.exec('begin')
    reader.one(sql('select count(*) from some'))
    for (const _ of numbers(40)) write()
    // Beyond 64 MB the reader was waited for, a little each time, and did not end.
    expect(pagesInLog()).toBeGreaterThan(16_000)
    expect(connection.pragma('busy_timeout')).toBe(5000)
    reader.exec('commit')
    for (const _ of numbers(4)) write()
    expect(pagesInLog()).toBeLessThan(2500)
    checkpoints.last()
    expect(statSync(`${file}-wal`).size).toBe(0)
  })

  test('is written through at every commit, also where a file is opened again', async () => {
    const file = join(folder(), 'kaiten.db')
    for (const _ of ['new', 'opened again']) {
      const connection = openWriter(file, addon)
      connection.exec('create table if not exists some (n integer)')
      expect(connection.pragma('journal_mode')).toBe('wal')
      expect(connection.pragma('synchronous')).toBe(2)
      expect(connection.pragma('foreign_keys')).toBe(1)
      expect(connection.pragma('wal_autocheckpoint')).toBe(0)
      connection.close()
    }
  })
})
