import { fromNumber, fromText, toNumber, toText } from '../domain/decimal.ts'
import { keptWith } from '../domain/kept-with.ts'
import type { Window } from '../domain/period.ts'
import { type Latches, rearmed } from '../domain/threshold.ts'
import { type Meter, type Quota, useOf } from '../domain/usage.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'
import type { EntitlementUsageRecord } from './tables.ts'

/** Meters as rows keep them: decimals as scaled integers in text, windows as two columns. */

export const windowOf = ({ periodStart, periodEnd }: EntitlementUsageRecord): Window => ({
  start: periodStart,
  end: periodEnd,
})

export function meterOf({ usage, sum, eventCount }: EntitlementUsageRecord): Meter {
  const value = fromText(usage)
  return { value, sum: sum === usage ? value : fromText(sum), eventCount }
}

/**
 * The latches a report finds. Where the grant was changed since the last judged report, those are re-armed whose line
 * was raised past the value: done here and not when the grant changes, so that a change costs the same for one instance
 * and for a hundred thousand.
 */
export function latchesOf(row: EntitlementUsageRecord, quota: Quota): Latches {
  if (row.latches === 0) return 0
  const threshold = row.judgedThreshold === null ? null : fromText(row.judgedThreshold)
  const warningPercent = fromNumber(row.judgedWarningPercent) ?? 0n
  if (threshold === quota.threshold && warningPercent === quota.warningPercent) return row.latches
  return rearmed(row.latches, meterOf(row), { ...quota, threshold, warningPercent }, quota)
}

type Place = Pick<
  EntitlementUsageRecord,
  'organizationId' | 'instanceId' | 'entitlementId' | 'periodStart' | 'periodEnd'
>

/**
 * The row of a window that a report was judged by. Written out, as all that each report makes is: after a spread, V8 defines
 * each member by a call of a microsecond.
 */
export const meterRow = (
  { organizationId, instanceId, entitlementId, periodStart, periodEnd }: Place,
  meter: Meter,
  latches: Latches,
  quota: Quota,
  rolledOverAt: number | null,
  updatedAt: number,
): EntitlementUsageRecord => {
  const usage = toText(meter.value)
  const { judgedThreshold, judgedWarningPercent } = judgedBy(quota)
  return {
    organizationId,
    instanceId,
    entitlementId,
    periodStart,
    periodEnd,
    usage,
    usageReal: useOf(meter, quota.method),
    sum: meter.sum === meter.value ? usage : toText(meter.sum),
    eventCount: meter.eventCount,
    latches,
    judgedThreshold,
    judgedWarningPercent,
    rolledOverAt,
    updatedAt,
  }
}

type Judged = Pick<EntitlementUsageRecord, 'judgedThreshold' | 'judgedWarningPercent'>

const judgedBy = keptWith(
  ({ threshold, warningPercent }: Quota): Judged => ({
    judgedThreshold: threshold === null ? null : toText(threshold),
    judgedWarningPercent: toNumber(warningPercent),
  }),
)

// ---- queries

type MeterKey = { instance: string; entitlement: string }

const meters = q.selectFrom('entitlement_usages').selectAll()
const metersOf = (p: MeterKey) => meters.where('instanceId', '=', p.instance).where('entitlementId', '=', p.entitlement)

/** The stored window with the latest start. */
export const lastMeter = query((p: MeterKey) => metersOf(p).orderBy('periodStart', 'desc').limit(1))

/** The stored window with the latest start at or before a moment. */
export const meterBefore = query((p: MeterKey & { moment: number }) =>
  metersOf(p).where('periodStart', '<=', p.moment).orderBy('periodStart', 'desc').limit(1),
)

/** The stored window with the earliest start after a moment. */
export const meterAfter = query((p: MeterKey & { moment: number }) =>
  metersOf(p).where('periodStart', '>', p.moment).orderBy('periodStart').limit(1),
)

/** The latest window of every entitlement that an instance has used. */
export const lastMetersOfInstance = query((p: { instance: string }) =>
  q
    .selectFrom('entitlement_usages as meter')
    .selectAll('meter')
    .where('meter.instanceId', '=', p.instance)
    .where('meter.periodStart', '=', ({ selectFrom }) =>
      selectFrom('entitlement_usages as other')
        .select(({ fn }) => fn.max('other.periodStart').as('latest'))
        .whereRef('other.instanceId', '=', 'meter.instanceId')
        .whereRef('other.entitlementId', '=', 'meter.entitlementId'),
    ),
)

/** Closed windows of a meter. */
export const closedMeters = (instance: string, entitlement: string, now: number): Source<EntitlementUsageRecord> => ({
  list: 'usage-periods',
  table: 'entitlement_usages',
  rows: metersOf({ instance, entitlement }).where('periodEnd', '<=', now),
  columns: { name: 'periodStart', createdAt: 'periodStart', updatedAt: 'periodStart' },
  id: 'periodStart',
  filters: { instance, entitlement },
})

export const putMeter = query((p: EntitlementUsageRecord) =>
  q
    .insertInto('entitlement_usages')
    .values({
      organizationId: p.organizationId,
      instanceId: p.instanceId,
      entitlementId: p.entitlementId,
      periodStart: p.periodStart,
      periodEnd: p.periodEnd,
      usage: p.usage,
      usageReal: p.usageReal,
      sum: p.sum,
      eventCount: p.eventCount,
      latches: p.latches,
      judgedThreshold: p.judgedThreshold,
      judgedWarningPercent: p.judgedWarningPercent,
      rolledOverAt: p.rolledOverAt,
      updatedAt: p.updatedAt,
    })
    .onConflict(conflict =>
      conflict.columns(['instanceId', 'entitlementId', 'periodStart']).doUpdateSet(({ ref }) => ({
        usage: ref('excluded.usage'),
        usageReal: ref('excluded.usageReal'),
        sum: ref('excluded.sum'),
        eventCount: ref('excluded.eventCount'),
        latches: ref('excluded.latches'),
        judgedThreshold: ref('excluded.judgedThreshold'),
        judgedWarningPercent: ref('excluded.judgedWarningPercent'),
        rolledOverAt: ref('excluded.rolledOverAt'),
        updatedAt: ref('excluded.updatedAt'),
      })),
    ),
)

/** The organizations with closed windows of which nobody was told yet: one look into the index for each. */
export const organizationsToRollOver = query((p: { now: number }) =>
  q
    .selectFrom('organizations')
    .select('organizations.id as organizationId')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('entitlement_usages')
          .select('entitlement_usages.instanceId')
          .whereRef('entitlement_usages.organizationId', '=', 'organizations.id')
          .where('rolledOverAt', 'is', null)
          .where('periodEnd', '<=', p.now),
      ),
    ),
)

export const metersToRollOver = query((p: { organization: string; now: number; limit: number }) =>
  meters
    .where('organizationId', '=', p.organization)
    .where('rolledOverAt', 'is', null)
    .where('periodEnd', '<=', p.now)
    .orderBy('periodEnd')
    .limit(p.limit),
)
