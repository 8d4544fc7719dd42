import { isDeepStrictEqual } from 'node:util'
import { auditKinds, dayOf } from '../domain/audit.ts'
import { fromText, toNumber } from '../domain/decimal.ts'
import type { JournalRow, Reading } from '../domain/history.oracle.ts'
import { type Behavior, emptyMeter, fold } from '../domain/usage.ts'
import type { UsageReportRecord } from '../domain/usage-report.ts'
import type { Reader } from '../engine/reader.ts'
import { meterOf } from '../store/meters.ts'
import { q, query, type RowOf } from '../store/query.ts'
import type { AuditDayRecord, AuditRecord } from '../store/tables.ts'
import { readingIn } from './histories.play.ts'

/** For tests: what the database has of a history once it was played. */
export interface Records {
  /** Threshold events in order, with when they happened and what they said of the meter. */
  events: { name: string; at: number; reading: Reading }[]
  /** The starts of the windows of which PERIOD_ROLLED_OVER told. */
  rolledOver: number[]
  journal: (JournalRow & { acceptedAt: number; reportedAt: number })[]
  windows: { start: number; end: number | null; value: number; eventCount: number }[]
  /** The audit trail of reports, in order. */
  trail: { at: number; value: unknown; before?: unknown; after?: unknown; reason?: unknown }[]
  reads: number
  /** What does not fit together within the database; nothing ever may. */
  contradictions: string[]
}

/** Everything of an instance, which has but one quota. `organization` is where its events are. */
export function recordsOf(read: Reader, organization: string, instance: string): Records {
  const [events, reports, meters, trail, days] = [
    read.all(eventsOf, { organization, instance }),
    read.all(journalOf, { instance }),
    read.all(metersOf, { instance }),
    read.all(trailOf, { instance }),
    read.all(daysOf, { instance }),
  ]
  const usageEvents = events.filter(({ eventName }) => eventName.startsWith('INSTANCE_ENTITLEMENT_'))
  const [rolledOver, crossed] = [usageEvents.filter(isRollOver), usageEvents.filter(event => !isRollOver(event))]
  return {
    events: crossed.map(({ eventName, occurredAt, data }) => ({
      name: eventName,
      at: occurredAt,
      reading: readingIn(data),
    })),
    rolledOver: rolledOver.map(({ data }) => readingIn(data).start).sort((a, b) => a - b),
    journal: reports.map(({ periodStart, behavior, amount, before, after, eventCount, limit, late, ...row }) => ({
      start: periodStart,
      behavior: behavior as Behavior,
      value: toNumber(fromText(amount)),
      before,
      after,
      eventCount,
      limit,
      late,
      acceptedAt: row.acceptedAt,
      reportedAt: row.reportedAt,
    })),
    windows: meters.map(({ periodStart, periodEnd, usageReal, eventCount }) => ({
      start: periodStart,
      end: periodEnd,
      value: usageReal,
      eventCount,
    })),
    trail: trail.filter(isReport).map(({ kind, payload: { value, before, after, reason }, occurredAt: at }) => {
      return { at, value, ...(kind === rejected ? { reason } : { before, after }) }
    }),
    reads: trail.filter(({ kind }) => kind === auditKinds.read.kind).length,
    contradictions: [...unfolded(reports, meters), ...miscounted(trail, days), ...overlapping(meters)],
  }
}

const isRollOver = ({ eventName }: { eventName: string }) => eventName.endsWith('PERIOD_ROLLED_OVER')
const rejected = auditKinds.rejected.kind
const isReport = ({ kind }: AuditRecord) => kind !== auditKinds.read.kind

/** The journal folded per window equals its meter row, to the last digit. */
function unfolded(reports: readonly UsageReportRecord[], meters: readonly MeterRow[]): string[] {
  const homeless = reports.filter(({ periodStart }) => !meters.some(meter => meter.periodStart === periodStart))
  const differing = meters.filter(({ periodStart, aggregationMethod, ...row }) => {
    const its = reports.filter(report => report.periodStart === periodStart)
    const folded = its.reduce((meter, { behavior, amount }) => {
      return fold(meter, { behavior: behavior as Behavior, value: fromText(amount) }, aggregationMethod ?? 'SUM')
    }, emptyMeter)
    return !isDeepStrictEqual(folded, meterOf({ periodStart, ...row }))
  })
  return [
    ...homeless.map(({ id }) => `Report ${id} has no window.`),
    ...differing.map(({ periodStart }) => `The journal of the window from ${periodStart} gives another meter.`),
  ]
}

/** The rollup of each day counts what the trail has of it. */
function miscounted(trail: readonly AuditRecord[], days: readonly AuditDayRecord[]): string[] {
  const counted = new Map<number, object>()
  for (const entry of trail) {
    const day = dayOf(entry.occurredAt)
    if (counted.has(day)) continue
    const its = trail.filter(({ occurredAt }) => dayOf(occurredAt) === day)
    const count = (kind: number) => its.filter(each => each.kind === kind).length
    const values = its.filter(each => each.kind === auditKinds.accepted.kind && !each.payload.late)
    const shown = values.map(({ payload }) => Number(payload.after))
    counted.set(day, {
      day,
      reads: count(auditKinds.read.kind),
      accepted: count(auditKinds.accepted.kind),
      rejected: count(rejected),
      lastValue: shown.at(-1) ?? null,
      highestValue: shown.length > 0 ? Math.max(...shown) : null,
    })
  }
  const kept = days.map(({ day, reads, accepted, rejected, lastValue, highestValue }) => {
    return { day, reads, accepted, rejected, lastValue, highestValue }
  })
  const expected = [...counted.values()]
  const byDay = (a: object, b: object) => Number('day' in a && a.day) - Number('day' in b && b.day)
  if (isDeepStrictEqual(kept, expected.sort(byDay))) return []
  return [`The rollup has ${JSON.stringify(kept)} where the trail has ${JSON.stringify(expected)}.`]
}

const overlapping = (meters: readonly MeterRow[]): string[] =>
  meters
    .filter(({ periodEnd }, index) => {
      const next = meters[index + 1]
      return next && (periodEnd === null || periodEnd > next.periodStart)
    })
    .map(({ periodStart }) => `The window from ${periodStart} overlaps the next one.`)

// ---- queries

type Of = { instance: string }
const eventsOf = query((p: Of & { organization: string }) =>
  q
    .selectFrom('outbox_events')
    .select(['eventName', 'data', 'occurredAt'])
    .where('organizationId', '=', p.organization)
    .where('subjectId', '=', p.instance)
    .orderBy('id'),
)
const journalOf = query((p: Of) =>
  q.selectFrom('usage_reports').selectAll().where('instanceId', '=', p.instance).orderBy('id'),
)
const metersOf = query((p: Of) =>
  q
    .selectFrom('entitlement_usages')
    .innerJoin('entitlements', 'entitlements.id', 'entitlementId')
    .selectAll('entitlement_usages')
    .select('aggregationMethod')
    .where('instanceId', '=', p.instance)
    .orderBy('periodStart'),
)
const trailOf = query((p: Of) =>
  q.selectFrom('feature_audit_trail').selectAll().where('instanceId', '=', p.instance).orderBy('id'),
)
const daysOf = query((p: Of) =>
  q.selectFrom('audit_days').selectAll().where('instanceId', '=', p.instance).orderBy('day'),
)
type MeterRow = RowOf<typeof metersOf>
