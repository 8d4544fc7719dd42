import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Decimal, fromNumber, fromText, ONE, toNumber, toText } from './decimal.ts'
import { history } from './history.arbitrary.ts'
import {
  type Expected,
  expectedOf,
  type Grant,
  type History,
  type JournalRow,
  type Reading,
  type Refusal,
  type Step,
} from './history.oracle.ts'
import { holds, isLate, isReportable, lateWindow, type Window, windowFor } from './period.ts'
import { crossings, type Latches, noLatches, rearmed } from './threshold.ts'
import {
  defaultBehavior,
  emptyMeter,
  fold,
  judge,
  judgeLate,
  type Meter,
  type Quota,
  standing,
  thresholdFrom,
  useOf,
} from './usage.ts'

interface Row extends Window {
  meter: Meter
  latches: Latches
  /** The quota by which its last report was judged. */
  judged: Quota | undefined
}

/** The rules put together as the appliance does it, with an array where it has tables. */
class Appliance {
  readonly rows: Row[] = []
  readonly journal: (JournalRow & { exact: Decimal })[] = []
  readonly #history: History
  readonly #grants: (Grant | null)[]
  #now: number
  #license = 0
  #dates: Window

  constructor(given: History) {
    this.#history = given
    this.#grants = [...given.licenses]
    this.#now = given.begin
    this.#dates = this.#datesFrom(given.dates)
  }

  take(step: Step): Expected {
    let came: Omit<Expected, 'reading'> = { events: [] }
    if (step.do === 'report') came = this.#report(step)
    if (step.do === 'pass') this.#now += step.milliseconds
    if (step.do === 'dates') this.#dates = this.#datesFrom(step.dates)
    if (step.do === 'license') this.#license = step.license
    if (step.do === 'grant') this.#grants[this.#license] = step.grant
    return { ...came, reading: this.#reading(step.do === 'read' ? step.amount : 1) }
  }

  /** The starts of closed windows with use. */
  rolledOver(): number[] {
    return this.rows
      .filter(row => row.end !== null && row.end <= this.#now && row.meter.eventCount > 0)
      .map(r => r.start)
  }

  #report(step: Step & { do: 'report' }): Omit<Expected, 'reading'> {
    const refuse = (refusal: Refusal) => ({ refusal, events: [] })
    const { method, meterType } = this.#history
    const behavior = step.behavior ?? defaultBehavior(meterType)
    const reported = fromNumber(step.value)
    const timestamp = this.#now - (step.ago ?? 0)
    const quota = this.#quota()
    if (reported === undefined && !(method === 'COUNT' && behavior === 'append')) return refuse('InvalidValue')
    if (!isReportable(timestamp, this.#now)) return refuse('InvalidTimestamp')
    if (quota === null) return refuse('NotGranted')
    if (!holds(this.#dates, this.#now)) return refuse('LicenseNotActive')

    const current = this.#current()
    const late = isLate(timestamp, this.#now, current)
    const row = this.#row(late ? this.#late(timestamp, current) : current)
    const report = { behavior, value: reported ?? 0n }
    const before = row.meter
    const judgement = late ? judgeLate(before, report, quota) : judge(before, report, quota)
    const { latches, events } = late
      ? { latches: row.latches, events: [] }
      : crossings(rearmed(row.latches, before, row.judged ?? quota, quota), before, judgement, quota)
    if (!judgement.accepted && judgement.reason === 'NegativeTotal') return refuse('NegativeTotal')
    if (!this.rows.includes(row)) this.rows.push(row)
    row.latches = latches
    if (!late) row.judged = quota
    if (!judgement.accepted) return { refusal: judgement.reason, events }
    row.meter = judgement.after
    const { eventCount } = row.meter
    const value = useOf(row.meter, method)
    this.journal.push({
      start: row.start,
      behavior,
      value: toNumber(report.value),
      exact: report.value,
      before: useOf(before, method),
      after: value,
      eventCount,
      limit: quota.threshold === null ? null : toNumber(quota.threshold),
      late,
    })
    return { refusal: null, counted: { ...this.#readingOf(row, quota, 1), late }, events }
  }

  #reading(amount: number): Expected['reading'] {
    const quota = this.#quota()
    if (quota === null) return null
    return this.#readingOf(this.#row(this.#current()), quota, amount)
  }

  #readingOf({ meter, start, end }: Row, quota: Quota, amount: number): Reading {
    const answer = standing(meter, quota, holds(this.#dates, this.#now), fromNumber(amount) ?? ONE)
    const { currentUsage, ...numbers } = answer
    return { value: currentUsage, eventCount: meter.eventCount, start, end, ...numbers }
  }

  #quota(): Quota | null {
    const grant = this.#grants[this.#license]
    if (!grant) return null
    const threshold = thresholdFrom(grant.threshold)
    if (threshold === undefined) throw new Error('not a threshold')
    return { ...this.#nothing(), threshold, overagePercent: exact(grant.overagePercent) }
  }

  #nothing(): Quota {
    const { method, warningPercent } = this.#history
    return { method, threshold: 0n, overagePercent: 0n, warningPercent: exact(warningPercent) }
  }

  #current(): Window {
    const last = this.rows.toSorted((a, b) => a.start - b.start).at(-1)
    return windowFor(this.#now, last, this.#schedule())
  }

  #late(timestamp: number, current: Window): Window {
    const sorted = this.rows.toSorted((a, b) => a.start - b.start)
    const before = sorted.findLast(row => row.start <= timestamp)
    const next = sorted.find(row => row.start > timestamp) ?? current
    return lateWindow(timestamp, before, next, this.#schedule())
  }

  #row(window: Window): Row {
    const stored = this.rows.find(row => row.start === window.start)
    return stored ?? { start: window.start, end: window.end, meter: emptyMeter, latches: noLatches, judged: undefined }
  }

  #schedule() {
    const { resetPeriod, resetAnchor } = this.#history
    return { resetPeriod, resetAnchor, licenseStart: this.#dates.start }
  }

  #datesFrom({ startsIn, endsIn }: History['dates']): Window {
    return { start: this.#now + startsIn, end: endsIn === null ? null : this.#now + endsIn }
  }
}

function exact(value: number): Decimal {
  const decimal = fromNumber(value)
  if (decimal === undefined) throw new Error(`not a decimal: ${value}`)
  return decimal
}

function outcomeOf(given: History) {
  const appliance = new Appliance(given)
  const steps = given.steps.map(step => appliance.take(step))
  const rows = appliance.rows.toSorted((a, b) => a.start - b.start)
  const windows = rows.map(({ start, end, meter }) => {
    return { start, end, value: useOf(meter, given.method), eventCount: meter.eventCount }
  })
  const rolledOver = appliance.rolledOver().toSorted((a, b) => a - b)
  return { appliance, rows, outcome: { steps, windows, journal: appliance.journal.map(shown), rolledOver } }
}

const shown = ({ exact: _, ...row }: JournalRow & { exact: Decimal }): JournalRow => row

const runs = { numRuns: 12_000 }

test('every history comes to what the whole list of its reports says, step by step', () => {
  fc.assert(
    fc.property(history(), given => {
      const { outcome } = outcomeOf(given)
      const expected = expectedOf(given)
      // Text first, for speed: no two outcomes that differ print alike.
      if (JSON.stringify(sorted(outcome)) !== JSON.stringify(sorted(expected))) expect(outcome).toEqual(expected)
    }),
    runs,
  )
})

test('the journal folded per window gives back its meter row, and windows never overlap', () => {
  fc.assert(
    fc.property(history(), given => {
      const { appliance, rows } = outcomeOf(given)
      for (const [index, row] of rows.entries()) {
        const reports = appliance.journal.filter(entry => entry.start === row.start)
        const folded = reports.reduce((meter, { behavior, exact: value }) => {
          return fold(meter, { behavior, value: fromText(toText(value)) }, given.method)
        }, emptyMeter)
        if (folded.value !== row.meter.value || folded.sum !== row.meter.sum) return false
        if (folded.eventCount !== row.meter.eventCount) return false
        const next = rows[index + 1]
        if (next && (row.end === null || row.end > next.start)) return false
        if (row.end !== null && row.end <= row.start) return false
      }
      return true
    }),
    { numRuns: 2_000 },
  )
})

test('random histories reach every outcome that the rules know', () => {
  const reached = new Map<string, number>()
  const count = (name: string) => reached.set(name, (reached.get(name) ?? 0) + 1)
  for (const given of fc.sample(history(), { numRuns: 2_000, seed: 1 })) {
    for (const { refusal, counted, events, reading } of expectedOf(given).steps) {
      if (refusal !== undefined) count(refusal ?? (counted?.late ? 'late' : 'accepted'))
      for (const event of events) count(event)
      count(reading?.status ?? 'not granted')
    }
  }
  const names = [
    ...['accepted', 'late', 'InvalidValue', 'InvalidTimestamp', 'NotGranted', 'LicenseNotActive', 'NegativeTotal'],
    ...['ThresholdExceeded', 'INSTANCE_ENTITLEMENT_USAGE_REACHED', 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED'],
    ...['INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED', 'not granted'],
    ...['INACTIVE', 'REACHED', 'WARNING', 'ACCEPTED'],
  ]
  const seldom = names.filter(name => (reached.get(name) ?? 0) < 50)
  expect(seldom, JSON.stringify([...reached])).toEqual([])
})

/** The same content with every object's members in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, sorted(of)]),
  )
}
