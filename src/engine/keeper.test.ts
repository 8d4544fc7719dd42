import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { Problem } from '../domain/problem.ts'
import { raw } from '../store/query.ts'
import { type Act, commitBatch } from './batch.ts'
import { Keeper, type Kept } from './keeper.ts'
import { type Connection, openWriter, packagedAddon } from './sqlite.ts'
import type { Tx } from './transaction.ts'

interface Step {
  action: 'add' | 'look' | 'total'
  meter: number
  amount: number
  fails: 'never' | 'before' | 'after'
}

const read = (meter: number) => raw(sql<{ total: number }>`select total from meters where id = ${meter}`)
const write = (meter: number, total: number) => raw(sql`update meters set total = ${total} where id = ${meter}`)

let writes = 0

/** Meters that were read once and are written once, however often they were added to. */
class Meters implements Kept {
  private readonly totals = new Map<number, number>()
  private readonly unwritten = new Set<number>()

  async add(tx: Tx, meter: number, amount: number): Promise<number> {
    const total = (await this.look(tx, meter)) + amount
    tx.putsOff()
    this.totals.set(meter, total)
    this.unwritten.add(meter)
    return total
  }

  async look(tx: Tx, meter: number): Promise<number> {
    const total = this.totals.get(meter) ?? (await tx.one(read(meter))).total
    this.totals.set(meter, total)
    return total
  }

  async flush(tx: Tx): Promise<void> {
    for (const meter of this.unwritten) writes += await tx.run(write(meter, this.totals.get(meter) ?? 0))
    this.unwritten.clear()
  }
}

const act: Act<Step> = async (tx, { action, meter, amount, fails }) => {
  if (fails === 'before') throw new Problem('Request.Invalid', 'before')
  if (action === 'total') return (await tx.one(read(meter))).total
  const meters = tx.keep(() => new Meters())
  const total = await (action === 'look' ? meters.look(tx, meter) : meters.add(tx, meter, amount))
  if (fails === 'after') throw new Problem('Request.Invalid', 'after')
  return total
}

const family = ['add', 'look']

const place = mkdtempSync(join(tmpdir(), 'kaiten-keeper-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

let files = 0
function fresh(): Connection {
  const connection = openWriter(join(place, `${files++}.db`), packagedAddon())
  connection.exec('create table meters (id integer primary key, total integer not null check (total < 10000))')
  connection.exec('insert into meters values (0, 0), (1, 0), (2, 0)')
  return connection
}

const steps = fc.array(
  fc.record<Step>({
    action: fc.constantFrom('add', 'add', 'add', 'look', 'total'),
    meter: fc.integer({ min: 0, max: 2 }),
    amount: fc.integer({ min: 1, max: 9 }),
    fails: fc.constantFrom('never', 'never', 'never', 'never', 'before', 'after'),
  }),
  { maxLength: 30 },
)

test('what actions hand on changes no answer and no state: batches come to what one by one comes to', async () => {
  const [together, alone] = [fresh(), fresh()]
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 5 }), async batches => {
      for (const connection of [together, alone]) connection.exec('update meters set total = 0')
      const keeper = new Keeper(family)
      for (const batch of batches) {
        const answers = await commitBatch(together, batch, act, keeper)
        const expected = []
        for (const step of batch) expected.push(...(await commitBatch(alone, [step], act)))
        expect(answers).toEqual(expected)
      }
      const all = raw(sql<{ total: number }>`select * from meters order by id`)
      expect(together.all(all)).toEqual(alone.all(all))
    }),
    { numRuns: 300 },
  )
  together.close()
  alone.close()
})

const adding: Step = { action: 'add', meter: 0, amount: 1, fails: 'never' }

test.each([
  ['', adding, 200],
  [', whatever its family does between', { ...adding, action: 'look' } as const, 100],
])('many additions to one meter in a batch are one write, and the next batch reads nothing%s', async (_, between, total) => {
  const connection = fresh()
  const keeper = new Keeper(family)
  const batch = Array.from({ length: 50 }, () => [between, adding]).flat()
  writes = 0
  await commitBatch(connection, batch, act, keeper)
  expect(writes).toBe(1)
  const answers = await commitBatch(connection, batch, act, keeper)
  expect(answers.at(-1)).toEqual({ value: total })
  expect(writes).toBe(2)
  connection.close()
})

test('what was put off and cannot be written is the fault of its own job', async () => {
  const connection = fresh()
  const tooMuch: Step = { ...adding, meter: 1, amount: 10_000 }
  const batch = [adding, tooMuch, { ...adding, meter: 2 }, { ...adding, action: 'total' } as const, tooMuch]
  const fault = { fault: expect.stringContaining('CHECK constraint failed') }
  const answers = await commitBatch(connection, batch, act, new Keeper(family))
  expect(answers).toEqual([{ value: 1 }, fault, { value: 1 }, { value: 1 }, fault])
  const totals = connection.all(raw(sql<{ total: number }>`select total from meters order by id`))
  expect(totals.map(({ total }) => total)).toEqual([1, 0, 1])
  connection.close()
})
