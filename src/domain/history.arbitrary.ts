import fc from 'fast-check'
import type { Dates, Grant, History, Step } from './history.oracle.ts'

/** Random histories that go where the rules bend: at the line, at the end of a window, after a change of plan. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const length = { HOUR, DAY, WEEK: 7 * DAY, MONTH: 30 * DAY, YEAR: 365 * DAY }
type Period = keyof typeof length

const reportedValue = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -6, max: 12 }) },
  { weight: 3, arbitrary: fc.integer({ min: -60, max: 120 }).map(n => n / 10) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0.1, 0.2, 0.3, 1e-9, -1e-9, 1e-7, 3.333333333, 1e15, -1e15, 123456789.987654),
  },
  { weight: 1, arbitrary: fc.constantFrom(0.1 + 0.2, 1e-10, 1e15 + 1, 1e21) },
  { weight: 1, arbitrary: fc.integer({ min: -2e9, max: 2e9 }).map(n => n / 1e9) },
)

const threshold = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 0.3, 2.5, 9.999999999, 1e15, 0.000000001) },
)

/** Unlimited takes no overage. */
const grant: fc.Arbitrary<Grant> = fc
  .record({ threshold, overagePercent: fc.constantFrom(0, 0, 0, 10, 25, 33.333, 0.001, 100) })
  .map(given => (given.threshold === -1 ? { ...given, overagePercent: 0 } : given))

const span = (period: Period | null) =>
  fc
    .tuple(fc.integer({ min: 0, max: 26 }), fc.constantFrom(0, 0, 1, -1, MINUTE))
    .map(([tenths, more]) => Math.max(0, Math.round((length[period ?? 'DAY'] * tenths) / 10) + more))

const dates = (period: Period | null): fc.Arbitrary<Dates> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.tuple(span(period), span('WEEK')).map(([a, b]) => -a - b) },
        fc.constant(HOUR),
      ),
      fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, span(period), fc.constant(400 * DAY)),
    )
    .map(([startsIn, endsIn]) => ({ startsIn, endsIn: endsIn === null ? null : Math.max(endsIn, startsIn + 1) }))

const ago = (period: Period | null) =>
  fc.oneof(
    { weight: 5, arbitrary: span(period) },
    { weight: 2, arbitrary: fc.constantFrom(0, -1, -5 * MINUTE, 400 * DAY) },
    { weight: 1, arbitrary: fc.constantFrom(-5 * MINUTE - 1, 400 * DAY + 1) },
  )

const report = (period: Period | null): fc.Arbitrary<Step> =>
  fc
    .record(
      { value: reportedValue, behavior: fc.constantFrom('append', 'append', 'set'), ago: ago(period) },
      { requiredKeys: ['value'] },
    )
    .map(given => ({ do: 'report', ...given }))

const promptReport: fc.Arbitrary<Step> = reportedValue.map(value => ({ do: 'report', value }))

const step = (period: Period | null): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: promptReport },
    { weight: 4, arbitrary: report(period) },
    { weight: 2, arbitrary: span(period).map(milliseconds => ({ do: 'pass' as const, milliseconds })) },
    { weight: 2, arbitrary: grant.map(given => ({ do: 'grant' as const, grant: given })) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }).map(license => ({ do: 'license' as const, license })) },
    { weight: 1, arbitrary: dates(period).map(given => ({ do: 'dates' as const, dates: given })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, 1, 2.5, 7, -3, 1e-9, 1e15).map(amount => ({ do: 'read' as const, amount })),
    },
  )

/** Times near the ends of months and years, leap days and Mondays among them, and any other. */
const begin = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('2024-01-31', '2024-02-29', '2024-12-31', '2025-03-31', '2026-02-28', '2027-01-01', '2026-08-03'),
      fc
        .integer({ min: 0, max: 3650 })
        .map(days => new Date(Date.UTC(2023, 0, 1) + days * DAY).toISOString().slice(0, 10)),
    ),
    fc.constantFrom(0, 1, DAY - 1, 13 * HOUR + 123, 23 * HOUR + 58 * MINUTE),
  )
  .map(([day, time]) => Date.parse(`${day}T00:00:00Z`) + time)

/** Histories of up to `maxSteps` steps; the last license may grant nothing, and the first, where reports begin, does. */
export const history = (maxSteps = 24): fc.Arbitrary<History> =>
  fc.constantFrom<(Period | null)[]>(null, null, 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR').chain(resetPeriod =>
    fc.record({
      method: fc.constantFrom('SUM', 'SUM', 'COUNT', 'AVERAGE', 'MAX', 'MIN', 'LATEST'),
      meterType: fc.constantFrom('RAW_EVENT', 'RAW_EVENT', 'CALCULATED_USAGE'),
      resetPeriod: fc.constant(resetPeriod),
      resetAnchor: fc.constantFrom('CALENDAR', 'LICENSE_START'),
      warningPercent: fc.constantFrom(80, 80, 0, 50, 100, 33.333),
      licenses: fc.tuple(grant, grant, fc.option<Grant, null>(grant, { nil: null })),
      begin,
      dates: dates(resetPeriod),
      steps: fc.array(step(resetPeriod), { minLength: 1, maxLength: maxSteps, size: 'max' }),
    }),
  )
