import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { Problem } from '../domain/problem.ts'
import type { Statement } from '../store/query.ts'
import { type Act, type Answer, commitBatch, StorageFailure } from './batch.ts'
import { type Connection, openWriter, packagedAddon } from './sqlite.ts'
import type { Tx } from './transaction.ts'

const folder = mkdtempSync(join(tmpdir(), 'kaiten-batch-'))
const addon = packagedAddon()
const open: Connection[] = []
afterAll(() => {
  for (const connection of open) connection.close()
  rmSync(folder, { recursive: true, force: true })
})

function ledger(name: string): Connection {
  const connection = openWriter(join(folder, `${name}.db`), addon)
  connection.exec(`
    create table accounts (name text primary key, balance integer not null check (balance >= 0)) strict;
    create table entries (id integer primary key, account text not null, amount integer not null) strict`)
  open.push(connection)
  return connection
}

const sql = <Row>(text: string, ...parameters: unknown[]): Statement<Row> => ({ sql: text, parameters })
const upsert = `insert into accounts values (?, max(?, 0)) on conflict do update set balance = balance + ?`
const balanceOf = (name: string) => sql<{ balance: number }>('select balance from accounts where name = ?', name)
const balances = (connection: Connection): Record<string, number> =>
  Object.fromEntries(
    connection
      .all(sql<{ name: string; balance: number }>('select name, balance from accounts'))
      .map(({ name, balance }) => [name, balance]),
  )
const entries = (connection: Connection): [string, number][] =>
  connection
    .all(sql<{ account: string; amount: number }>('select account, amount from entries order by id'))
    .map(({ account, amount }) => [account, amount])

/** A job that is its own action. */
interface Deed {
  action: string
  run: (tx: Tx) => Promise<unknown>
}
const act: Act<Deed> = (tx, { run }) => run(tx)
const deed = (run: Deed['run'], action = 'ledger.deed'): Deed => ({ action, run })

const put = (account: string, amount: number) =>
  deed(async tx => {
    await tx.run(sql(upsert, account, amount, amount))
    return amount
  })

/** Transactions in the write-ahead log: a frame that ends one carries the size of the database. */
function commitsIn(connection: Connection): number {
  const path = `${connection.database.name}-wal`
  const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  if (log.length === 0) return 0
  const frame = 24 + log.readUInt32BE(8)
  let commits = 0
  for (let at = 32; at < log.length; at += frame) if (log.readUInt32BE(at + 4) > 0) commits++
  return commits
}

describe('a batch', () => {
  test('of 256 changes is one commit', async () => {
    const connection = ledger('one-commit')
    const before = commitsIn(connection)
    const jobs = Array.from({ length: 256 }, (_, n) => put(`a${n}`, n))
    expect(await commitBatch(connection, jobs, act)).toEqual(jobs.map((_, value) => ({ value })))
    expect(commitsIn(connection) - before).toBe(1)
    await commitBatch(connection, [put('a0', 1)], act)
    expect(commitsIn(connection) - before).toBe(2)
  })

  test('is one commit also where some of it threw and it had to run again', async () => {
    const connection = ledger('one-commit-again')
    const before = commitsIn(connection)
    const jobs = [put('a', 1), put('b', -1), overdraw('a'), put('a', 2)]
    const answers = await commitBatch(connection, jobs, act)
    expect(answers.map(ending)).toEqual(['value', 'value', 'fault', 'value'])
    expect(balances(connection)).toEqual({ a: 3, b: 0 })
    expect(commitsIn(connection) - before).toBe(1)
  })

  test('keeps the order of its changes, so that a later one reads what an earlier one wrote', async () => {
    const connection = ledger('order')
    const jobs = Array.from({ length: 200 }, (_, n) =>
      deed(async tx => {
        await tx.run(sql(upsert, 'only', 0, 1))
        await tx.run(sql('insert into entries (account, amount) values (?, ?)', 'only', n))
        const { balance } = await tx.one(balanceOf('only'))
        if (n % 7 === 3) throw new Problem('Request.Invalid', 'no')
        return balance
      }),
    )
    const answers = await commitBatch(connection, jobs, act)
    const kept = entries(connection).map(([, amount]) => amount)
    expect(kept).toEqual(Array.from({ length: 200 }, (_, n) => n).filter(n => n % 7 !== 3))
    const seen = answers.flatMap(answer => ('value' in answer ? [answer.value] : []))
    expect(seen).toEqual(kept.map((_, index) => index))
  })

  test('undoes what was written by "insert … returning" before a refusal, however it was read', async () => {
    const connection = ledger('returning')
    const insert = 'insert into entries (account, amount) values (?, ?) returning id'
    const readings: Deed['run'][] = [
      tx => tx.one(sql(insert, 'x', 1)),
      tx => tx.find(sql(insert, 'x', 2)),
      tx => tx.all(sql(insert, 'x', 3)),
    ]
    const jobs = readings.map(read =>
      deed(async tx => {
        await read(tx)
        throw new Problem('Request.Invalid', 'no')
      }),
    )
    const answers = await commitBatch(connection, [put('a', 1), ...jobs], act)
    expect(answers.map(ending)).toEqual(['value', 'Request.Invalid', 'Request.Invalid', 'Request.Invalid'])
    expect(entries(connection)).toEqual([])
    expect(balances(connection)).toEqual({ a: 1 })
  })

  test('commits nothing of an action whose failing call was not awaited', async () => {
    const connection = ledger('not-awaited')
    const forgetful = deed(async tx => {
      await tx.run(sql('insert into entries (account, amount) values (?, ?)', 'x', 1))
      void tx.run(sql('insert into accounts values (?, ?)', 'x', -1))
      return 'done'
    })
    expect((await commitBatch(connection, [forgetful, put('a', 1)], act)).map(ending)).toEqual(['fault', 'value'])
    expect(entries(connection)).toEqual([])
  })

  test('leaves nothing when its commit fails, and the next goes on', async () => {
    const connection = ledger('commit-fails')
    connection.exec(`create table notes (account text references accounts (name) deferrable initially deferred) strict`)
    const dangling = deed(tx => tx.run(sql('insert into notes values (?)', 'nobody')))
    const answers = await commitBatch(connection, [put('a', 1), dangling], act)
    expect(answers.map(ending)).toEqual(['fault', 'fault'])
    expect(balances(connection)).toEqual({})
    expect(connection.database.inTransaction).toBe(false)
    expect(await commitBatch(connection, [put('a', 1)], act)).toEqual([{ value: 1 }])
  })

  test('answers Server.Busy while another program holds the database, and goes on afterwards', async () => {
    const connection = ledger('busy')
    connection.pragma('busy_timeout = 0')
    const other = new Database(connection.database.name, { nativeBinding: addon })
    other.exec('begin immediate')
    expect((await commitBatch(connection, [put('a', 1), put('b', 1)], act)).map(ending)).toEqual([
      'Server.Busy',
      'Server.Busy',
    ])
    other.exec('rollback')
    other.close()
    expect(await commitBatch(connection, [put('a', 1)], act)).toEqual([{ value: 1 }])
  })

  test('commits nothing when an action goes on after the transaction was undone beneath it', async () => {
    const connection = ledger('undone')
    const stubborn = deed(async tx => {
      const undoing = async () => tx.run(sql('insert or rollback into accounts values (?, ?)', 'a', 1))
      await expect(undoing()).rejects.toThrow('UNIQUE')
      await tx.run(sql(upsert, 'alone', 1, 1))
    })
    const careless = deed(tx => tx.run(sql('rollback')))
    for (const each of [stubborn, careless]) {
      expect((await commitBatch(connection, [put('a', 1), each], act)).map(ending)).toEqual(['fault', 'fault'])
      expect(balances(connection)).toEqual({})
    }
  })

  test('throws StorageFailure when the file is damaged, and commits nothing', async () => {
    const sound = ledger('damaged')
    await commitBatch(sound, [put('a', 1)], act)
    const file = sound.database.name
    sound.close()
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 4096))
    const connection = openWriter(file, addon)
    open.push(connection)
    const before = commitsIn(connection)
    await expect(commitBatch(connection, [put('a', 1)], act)).rejects.toThrow(StorageFailure)
    expect(commitsIn(connection)).toBe(before)
    expect(connection.database.inTransaction).toBe(false)
  })
})

describe('a full disk', () => {
  const bulky = deed(tx => tx.run(sql('insert into entries (account, amount) values (?, 1)', 'x'.repeat(200_000))))

  test('is told as Storage.Full, leaves nothing, and is over when there is room again', async () => {
    const connection = ledger('full')
    await commitBatch(connection, [put('a', 1)], act)
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 5}`)
    const [full] = await commitBatch(connection, [bulky], act)
    expect(full).toMatchObject({ problem: { code: 'Storage.Full', headers: { 'Retry-After': '30' } } })
    expect(entries(connection)).toEqual([])
    expect(connection.database.inTransaction).toBe(false)
    expect(await commitBatch(connection, [put('a', 2)], act)).toEqual([{ value: 2 }])
    connection.pragma('max_page_count = 1000000')
    expect((await commitBatch(connection, [bulky], act)).map(ending)).toEqual(['value'])
    expect(balances(connection)).toEqual({ a: 3 })
  })

  test('refuses what does not fit and commits what does, or refuses all: never half of an action', async () => {
    const connection = ledger('full-mixed')
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 5}`)
    const answers = await commitBatch(connection, [put('a', 1), bulky, put('b', 1)], act)
    const told = answers.map(ending)
    expect(told[1]).toBe('Storage.Full')
    expect(balances(connection)).toEqual(told[0] === 'value' ? { a: 1, b: 1 } : {})
    expect(entries(connection)).toEqual([])
  })
})

describe('an action that awaits something other than its tx', () => {
  const lingering: [string, () => Promise<unknown>][] = [
    ['a timer', () => new Promise(resolve => setTimeout(resolve, 5))],
    ['the next turn of the loop', () => new Promise(resolve => setImmediate(resolve))],
    ['what never comes', () => new Promise(() => undefined)],
  ]

  test.each(
    lingering,
  )('such as %s is undone and named, and the others of its batch are committed', async (name, wait) => {
    const connection = ledger(name)
    const lingerer = deed(async tx => {
      await tx.run(sql(upsert, 'zombie', 1, 1))
      await wait()
      await tx.run(sql(upsert, 'zombie', 1, 1))
    }, 'reports.linger')
    const answers = await commitBatch(connection, [put('a', 1), lingerer, put('a', 2), lingerer, put('b', 3)], act)
    expect(answers.map(ending)).toEqual(['value', 'fault', 'value', 'fault', 'value'])
    expect(answers[1]).toMatchObject({ fault: expect.stringMatching(/^reports\.linger awaited something other/) })
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(balances(connection)).toEqual({ a: 3, b: 3 })
  })

  test('can do nothing when it wakes in the middle of a later transaction', async () => {
    const connection = ledger('zombie')
    const gate = Promise.withResolvers<void>()
    let woke: unknown
    const sleeper = deed(async tx => {
      await gate.promise
      try {
        await tx.run(sql(upsert, 'zombie', 1, 1))
      } catch (error) {
        woke = error
      }
    })
    const waker = deed(async tx => {
      gate.resolve()
      for (let turns = 0; turns < 10; turns++) await tx.run(sql(upsert, 'a', 1, 1))
      return woke instanceof Error
    })
    expect((await commitBatch(connection, [sleeper], act)).map(ending)).toEqual(['fault'])
    expect(await commitBatch(connection, [waker], act)).toEqual([{ value: true }])
    expect(String(woke)).toMatch(/The transaction has ended/)
    expect(balances(connection)).toEqual({ a: 10 })
  })
})

describe('what cannot cross to main is the fault of its own action', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const values: [string, unknown][] = [
    ['a function', { tell: () => 1 }],
    ['a symbol', [Symbol('x')]],
    ['a promise', { later: Promise.resolve(1) }],
    ['a connection', { socket: new (class Socket {})() }],
    ['a value that holds itself', circle],
  ]
  test.each(values)('%s', async (name, value) => {
    const connection = ledger(`value-${name}`)
    const odd = deed(async tx => {
      await tx.run(sql(upsert, 'odd', 1, 1))
      return value
    }, 'reports.odd')
    const oddRefusal = deed(async () => {
      throw new Problem('Request.Invalid', 'no', { members: { value } })
    })
    const answers = await commitBatch(connection, [put('a', 1), odd, oddRefusal, put('b', 1)], act)
    expect(answers.map(ending)).toEqual(['value', 'fault', 'fault', 'value'])
    expect(answers[1]).toMatchObject({ fault: expect.stringContaining('reports.odd') })
    expect(balances(connection)).toEqual({ a: 1, b: 1 })
    structuredClone(answers)
  })
})

// ---- the same as one by one

type Change = { do: 'add' | 'returning' | 'try'; account: string; amount: number }
type Ending = { do: 'refuse' | 'break' | 'linger' | 'odd' }
type Step = Change | { do: 'read'; account: string } | Ending

const account = fc.constantFrom('a', 'b', 'c')
const step: fc.Arbitrary<Step> = fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom<Change['do'][]>('add', 'returning', 'try'),
      account,
      amount: fc.integer({ min: -3, max: 9 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), account }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom<Ending['do'][]>('refuse', 'break') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom<Ending['do'][]>('linger', 'odd') }) },
)

/** The steps as an action. `try` goes on where the balance would fall below zero. */
const program = (steps: Step[]): Deed =>
  deed(async tx => {
    const seen: unknown[] = []
    for (const each of steps)
      if (each.do === 'add') await tx.run(change(each))
      else if (each.do === 'returning') seen.push((await tx.one(change(each, ' returning balance'))).balance)
      else if (each.do === 'try') {
        try {
          await tx.run(change(each))
        } catch {
          seen.push('refused')
        }
      } else if (each.do === 'read') seen.push((await tx.find(balanceOf(each.account)))?.balance ?? 'none')
      else if (each.do === 'refuse') throw new Problem('Request.Invalid', 'no')
      else if (each.do === 'break') throw new Error('broken')
      else if (each.do === 'linger') await new Promise(resolve => setImmediate(resolve))
      else seen.push(() => 1)
    return seen
  })

const change = ({ account, amount }: Change, more = '') =>
  sql<{ balance: number }>(`${upsert}${more}`, account, amount, amount)

/** The same steps without a database: each program works on a copy, which counts where it came to its end. */
function oneByOne(programs: Step[][]): { answers: unknown[]; state: Record<string, number> } {
  let state: Record<string, number> = {}
  const answers = programs.map(steps => {
    const copy = { ...state }
    const seen: unknown[] = []
    for (const each of steps) {
      if ('amount' in each) {
        const held = copy[each.account]
        const after = held === undefined ? Math.max(each.amount, 0) : held + each.amount
        if (after >= 0) copy[each.account] = after
        if (after < 0 && each.do !== 'try') return 'fault'
        if (after < 0) seen.push('refused')
        else if (each.do === 'returning') seen.push(after)
      } else if (each.do === 'read') seen.push(copy[each.account] ?? 'none')
      else if (each.do === 'odd') seen.push(() => 1)
      else return each.do === 'refuse' ? 'Request.Invalid' : 'fault'
    }
    if (seen.some(value => typeof value === 'function')) return 'fault'
    state = copy
    return seen
  })
  return { answers, state }
}

test('any batch ends in the same state and with the same answers as its actions one by one', async () => {
  const connection = ledger('property')
  const some = fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(some, async programs => {
      connection.exec('delete from accounts')
      const answers = await commitBatch(connection, programs.map(program), act)
      const expected = oneByOne(programs)
      expect(answers.map(answer => ('value' in answer ? answer.value : ending(answer)))).toEqual(expected.answers)
      expect(balances(connection)).toEqual(expected.state)
    }),
    { numRuns: 600 },
  )
})

test('so do 10,000 actions of 40 batches, a third of which throw before or after writing', async () => {
  const connection = ledger('many')
  const programs = fc.sample(fc.array(step, { maxLength: 6 }), { numRuns: 10_000, seed: 7 })
  const answers: Answer[] = []
  for (let from = 0; from < programs.length; from += 250)
    answers.push(...(await commitBatch(connection, programs.slice(from, from + 250).map(program), act)))
  const expected = oneByOne(programs)
  expect(answers.map(answer => ('value' in answer ? answer.value : ending(answer)))).toEqual(expected.answers)
  expect(balances(connection)).toEqual(expected.state)
  expect(answers.filter(answer => !('value' in answer)).length).toBeGreaterThan(3000)
})

const ending = (answer: Answer): string =>
  'value' in answer ? 'value' : 'problem' in answer ? answer.problem.code : 'fault'

const overdraw = (account: string) => deed(tx => tx.run(sql(upsert, account, 0, -1000)))
