import threadCode from 'kaiten:thread'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { submitTo } from '../actions/submit.ts'
import { history } from '../domain/history.arbitrary.ts'
import { expectedOf, type History } from '../domain/history.oracle.ts'
import { rfc3339OrNull } from '../domain/input.ts'
import { operator } from '../domain/principal.ts'
import { Problem, type ProblemData } from '../domain/problem.ts'
import { openEngine } from '../engine/open.ts'
import { packagedAddon } from '../engine/sqlite.ts'
import { migrations } from '../store/migrations/index.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { type Answer, type Deed, type Door, type Played, play } from './histories.play.ts'
import { type Records, recordsOf } from './histories.records.ts'

/** Another seed plays other histories, and more of them: `HISTORIES_SEED=7 HISTORIES=10000 vitest run src/api/histories`. */
const seed = Number(process.env.HISTORIES_SEED ?? Date.now() % 1e9)
const throughActions = Number(process.env.HISTORIES ?? 4000)
const throughHttp = 300
/** Two writers, for one alone leaves a core idle; and enough histories at once that many share a commit. */
const writers = 2
const atOnce = 300
const timeout = 10 * 60_000

test.concurrent(`${throughActions} random histories through the actions come to what the list of their reports says`, {
  timeout,
}, async () => {
  const engines = await Promise.all(Array.from({ length: writers }, open))
  const tally = await playMany(throughActions, writers * atOnce, async (given, name, index) => {
    const { writer, read } = engines[index % writers] as Engine
    // An organization of its own, so that the roll-over by its clock finds nobody else's windows.
    const principal = operator(v7())
    let now = given.begin
    const submit = submitTo(writer, () => now)
    const door: Door = {
      readsAlways: false,
      setClock: moment => {
        now = moment
      },
      tick: async () => {
        for (let more = true; more; ) more = (await submit('usage.rollOver', principal, undefined)).value
      },
      ask: (deed, at, input) => submit(deed, principal, input, { at }).then(({ value }) => answerOf(value), refused),
    }
    await submit('organizations.create', principal, { name })
    const played = await play(given, door, name)
    return difference(given, played, recordsOf(read, principal.organization, played.instance))
  })
  const [jobs, batches] = (['jobs', 'batches'] as const).map(word => sum(engines.map(({ writer }) => writer[word])))
  console.info(`${tally}, ${jobs} actions in ${batches} commits`)
  for (const engine of engines) await engine[Symbol.asyncDispose]()
})

type Engine = Awaited<ReturnType<typeof open>>

/** The engine on a real file, as durable as ever. */
async function open() {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-histories-'))
  const died = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openEngine({
    data,
    addon: packagedAddon(),
    threadCode,
    migrations,
    committed: () => undefined,
    died,
  })
  const dispose = async () => {
    await engine.close()
    rmSync(data, { recursive: true })
  }
  return { ...engine, [Symbol.asyncDispose]: dispose }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)

const answerOf = (value: unknown): Answer => {
  const { refused, text } = value as { refused?: ProblemData; text?: string }
  if (refused) return answerTo(Problem.from(refused))
  return { status: 200, body: text === undefined ? value : JSON.parse(text) }
}

function refused(error: unknown): Answer {
  if (error instanceof Problem) return answerTo(error)
  throw error
}

const answerTo = ({ status, code, errors, members }: Problem): Answer => ({
  status,
  body: { code, errors, ...members },
})

test.concurrent(`${throughHttp} random histories through HTTP come to what the list of their reports says`, {
  timeout,
}, async () => {
  await using house = await testHouse()
  const { id: organization } = (await house.get('/api/organization')).body
  const door: Door = {
    readsAlways: true,
    setClock: moment => house.pass(moment - house.now()),
    tick: house.inside.clockwork.everyMinute,
    ask: (deed, at, input) => {
      const [method, template] = addresses[deed]
      const path = `/api${template.replace(/\{(\w+)\}/g, (_, name) => at[name as keyof typeof at] ?? '')}`
      const { amount } = input as { amount?: number }
      if (method === 'GET') return house.get(amount === undefined ? path : `${path}?amount=${amount}`)
      return house.ask(method, path, input)
    },
  }
  // One after another: they share the server's clock.
  const tally = await playMany(throughHttp, 1, async (given, name) => {
    const played = await play(given, door, name)
    const records = recordsOf(house.inside.read, organization, played.instance)
    return (await untold(house, name, records)) ?? difference(given, played, records)
  })
  console.info(tally)
  expect(house.faults).toEqual([])
})

const meter = '/instances/{instance}/entitlements/{entitlement}/usage'
const addresses: Record<Deed, [method: string, path: string]> = {
  'customers.create': ['POST', '/customers'],
  'entitlements.create': ['POST', '/entitlements'],
  'licenses.create': ['POST', '/licenses'],
  'licenseEntitlements.assign': ['POST', '/licenses/{license}/entitlements'],
  'licenseEntitlements.update': ['PUT', '/licenses/{license}/entitlements/{entitlement}'],
  'instances.create': ['POST', '/instances'],
  'instances.update': ['PUT', '/instances/{instance}'],
  'usage.report': ['POST', meter],
  'usage.read': ['GET', meter],
}

/** What the API does not tell of a history as the database has it. */
async function untold(house: TestHouse, name: string, records: Records): Promise<string | undefined> {
  const path = `/api${meter.replace('{instance}', `i-${name}`).replace('{entitlement}', `e-${name}`)}`
  const [reports, periods, trail] = [
    (await house.get(`${path}/reports?limit=200`)).body.items,
    (await house.get(`${path}/periods?limit=200`)).body.items,
    (await house.get(`/api/instances/i-${name}/audit-trails?limit=200`)).body,
  ]
  const moment = (text: string | null) => (text === null ? 0 : Date.parse(text))
  const journal = reports
    .reverse()
    .map(({ periodStart, behavior, value, before, after, ...row }: (typeof reports)[0]) => {
      const { eventCount, limit, late, acceptedAt, timestamp } = row
      const times = { acceptedAt: moment(acceptedAt), reportedAt: moment(timestamp) }
      return { start: moment(periodStart), behavior, value, before, after, eventCount, limit, late, ...times }
    })
  const closed = periods.reverse().map(({ start, end, value, eventCount }: (typeof periods)[0]) => {
    return { start: moment(start), end: moment(end), value, eventCount }
  })
  const rejected = trail.items.filter(({ status }: { status: string }) => status === 'REJECTED').length
  const told = { journal, closed, rejected, audited: trail.total }
  const kept = {
    journal: records.journal,
    closed: records.windows.filter(({ end }) => end !== null && end <= house.now()),
    rejected: records.trail.filter(({ reason }) => reason !== undefined).length,
    audited: records.trail.length + records.reads,
  }
  return isDeepStrictEqual(told, kept) ? undefined : `The API tells ${text(told)} of ${text(kept)}`
}

/** What the oracle expects of a history and the product did otherwise; undefined if there is nothing. */
function difference(given: History, { steps, refusals, reads }: Played, records: Records): string | undefined {
  const expected = expectedOf(given)
  const wanted: Omit<Records, 'contradictions'> = {
    events: [],
    rolledOver: [...expected.rolledOver],
    journal: [],
    windows: [...expected.windows],
    trail: [],
    reads,
  }
  const wantedRefusals: object[] = []
  let now = given.begin
  for (const [index, step] of given.steps.entries()) {
    if (step.do === 'pass') now += step.milliseconds
    const { refusal, counted, reading, events } = expected.steps[index] as (typeof expected.steps)[number]
    const shown = counted ?? reading
    for (const name of events) if (shown) wanted.events.push({ name, at: now, reading: withoutLate(shown) })
    if (step.do !== 'report') continue
    const { value, ago = 0 } = step
    if (refusal === null) {
      const row = expected.journal[wanted.journal.length] as (typeof expected.journal)[number]
      wanted.journal.push({ ...row, acceptedAt: now, reportedAt: now - ago })
      wanted.trail.push({ at: now, value, before: row.before, after: row.after })
    }
    if (refusal === 'LicenseNotActive' || refusal === 'ThresholdExceeded')
      wanted.trail.push({ at: now, value, reason: refusal })
    if (refusal === 'ThresholdExceeded' && reading) {
      const { limit, maximum, value: currentUsage, remaining, end } = reading
      wantedRefusals.push({ limit, maximum, currentUsage, requested: value, remaining, resetsAt: rfc3339OrNull(end) })
    }
  }
  const wantedSteps = expected.steps.map(({ events: _, ...step }) => step)
  const all = { steps: wantedSteps, refusals: wantedRefusals, ...wanted, contradictions: [] }
  const came = { steps, refusals, ...records }
  const parts = Object.keys(all) as (keyof typeof all)[]
  const differing = parts.filter(part => !isDeepStrictEqual(came[part], all[part]))
  if (differing.length === 0) return undefined
  return differing.map(part => `${part} are ${text(came[part])} and should be ${text(all[part])}`).join('\n')
}

const withoutLate = ({ late: _, ...reading }: { late?: boolean } & Records['events'][number]['reading']) => reading
const text = (value: unknown): string => JSON.stringify(value)

/** Plays so many random histories, some of them at the same time. Throws with the first that differs. */
async function playMany(
  count: number,
  atOnce: number,
  playOne: (given: History, name: string, index: number) => Promise<string | undefined>,
): Promise<string> {
  const begun = performance.now()
  let next = 0
  let steps = 0
  let sample: History[] = []
  const player = async () => {
    for (let index = next++; index < count; index = next++) {
      // In slices, for a sample of all would be large.
      if (index % 500 === 0) sample = fc.sample(history(), { numRuns: 500, seed: seed + index })
      const given = sample[index % 500] as History
      steps += given.steps.length
      const why = await playOne(given, `h${index}`, index)
      if (why) throw new Error(`History ${index} of seed ${seed} differs: ${why}\n${text(given)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, player))
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  return `${Math.min(next, count)} histories of ${steps} steps without a difference in ${seconds} s (seed ${seed})`
}
