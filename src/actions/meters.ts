import type { Event } from '../domain/event.ts'
import { isLate, lateWindow, type Schedule, type Window, windowFor } from '../domain/period.ts'
import { Problem } from '../domain/problem.ts'
import { crossings, noLatches, type ThresholdEvent } from '../domain/threshold.ts'
import { emptyMeter, judge, judgeLate, type Meter, type Quota, type Report, useOf } from '../domain/usage.ts'
import { type Granted, quotaOf, usageAnswer } from '../domain/usage-answer.ts'
import type { Tx } from '../engine/transaction.ts'
import { latchesOf, meterAfter, meterBefore, meterOf, meterRow, putMeter, windowOf } from '../store/meters.ts'
import type { EntitlementUsageRecord } from '../store/tables.ts'
import { keptUsage } from './kept-usage.ts'

/** What a report came to: the window that was asked to count it, and its meter before and after. */
export interface Counted {
  accepted: boolean
  late: boolean
  window: Window
  before: Meter
  /** As before, where the report was refused. */
  after: Meter
  quota: Quota
  crossed: readonly ThresholdEvent[]
  /** Of the window that this report is the first to find closed. */
  rolledOver: Event[]
}

/** Judges a report by the meter of its window and keeps what comes of it. Throws NegativeTotal. */
export async function count(
  tx: Tx,
  granted: Granted,
  report: Report,
  timestamp: number,
  now: number,
): Promise<Counted> {
  const quota = quotaOf(granted)
  const kept = keptUsage(tx)
  const last = await kept.lastMeter(tx, keyOf(granted))
  const current = windowFor(now, last && windowOf(last), scheduleOf(granted))
  const late = isLate(timestamp, now, current)
  const row = late ? await lateRow(tx, granted, timestamp, current) : rowOf(last, current, granted)

  const before = meterOf(row)
  const judgement = (late ? judgeLate : judge)(before, report, quota)
  if (!judgement.accepted && judgement.reason === 'NegativeTotal')
    throw new Problem(
      'ReportEntitlementUsageMetric.NegativeTotal',
      `The total is ${useOf(before, quota.method)}; this report would take it below zero.`,
    )
  const after = judgement.accepted ? judgement.after : before
  const crossing = late
    ? { latches: row.latches, events: [] }
    : crossings(latchesOf(row, quota), before, judgement, quota)
  // A late report can be the first use of a window that was closed without any: it is still to be told of.
  const rolledOverAt = late && row.eventCount === 0 ? null : row.rolledOverAt
  const counted = meterRow(row, after, crossing.latches, quota, rolledOverAt, now)
  const closed = !late && last && last.periodStart !== row.periodStart ? last : undefined
  if (closed) await kept.writeMeters(tx)
  const rolledOver = closed ? await rollOver(tx, closed, granted, now) : []
  if (late) await kept.putLate(tx, counted)
  else kept.putLast(tx, counted)
  return {
    accepted: judgement.accepted,
    late,
    window: windowOf(row),
    before,
    after,
    quota,
    crossed: crossing.events,
    rolledOver,
  }
}

/** Marks a closed window as told of; its event, if it had use. Once per window. */
export async function rollOver(tx: Tx, row: EntitlementUsageRecord, granted: Granted, now: number): Promise<Event[]> {
  if (row.rolledOverAt !== null) return []
  await tx.run(putMeter, { ...row, rolledOverAt: now })
  if (row.eventCount === 0) return []
  const data = usageAnswer(granted, meterOf(row), { window: windowOf(row), now })
  return [{ name: 'INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER', subject: row.instanceId, data }]
}

/** The meter that is current, as a read sees it: nothing is written, and a window not yet opened reads as zero. */
export function currentMeter(last: EntitlementUsageRecord | undefined, granted: Granted, now: number) {
  const window = windowFor(now, last && windowOf(last), scheduleOf(granted))
  return { window, meter: meterOf(rowOf(last, window, granted)) }
}

export const keyOf = ({ instanceId, entitlementId }: Granted) => ({ instance: instanceId, entitlement: entitlementId })

const scheduleOf = ({ resetPeriod, resetAnchor, startLicenseDate }: Granted): Schedule => ({
  resetPeriod,
  resetAnchor,
  licenseStart: startLicenseDate,
})

async function lateRow(tx: Tx, granted: Granted, timestamp: number, current: Window): Promise<EntitlementUsageRecord> {
  await keptUsage(tx).writeMeters(tx)
  const key = { ...keyOf(granted), moment: timestamp }
  const before = await tx.find(meterBefore, key)
  const next = await tx.find(meterAfter, key)
  const neighbours = [before && windowOf(before), next ? windowOf(next) : current] as const
  return rowOf(before, lateWindow(timestamp, ...neighbours, scheduleOf(granted)), granted)
}

/** The stored row, if it is the window's; else the row that the window begins with. */
function rowOf(stored: EntitlementUsageRecord | undefined, window: Window, granted: Granted): EntitlementUsageRecord {
  if (stored?.periodStart === window.start) return stored
  const place = {
    organizationId: granted.organizationId,
    instanceId: granted.instanceId,
    entitlementId: granted.entitlementId,
    periodStart: window.start,
    periodEnd: window.end,
  }
  return meterRow(place, emptyMeter, noLatches, quotaOf(granted), null, 0)
}
