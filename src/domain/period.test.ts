import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ResetAnchor, ResetPeriod } from './entitlement.ts'
import { holds, isLate, isReportable, lateWindow, type Schedule, scheduled, type Window, windowFor } from './period.ts'

const at = (text: string) => Date.parse(text.includes('T') ? text : `${text}T00:00:00Z`)
const window = (start: string, end: string): Window => ({ start: at(start), end: at(end) })
const calendar = (resetPeriod: Schedule['resetPeriod']): Schedule => ({
  resetPeriod,
  resetAnchor: 'CALENDAR',
  licenseStart: 0,
})
const from = (start: string, resetPeriod: Schedule['resetPeriod']): Schedule => ({
  resetPeriod,
  resetAnchor: 'LICENSE_START',
  licenseStart: at(start),
})

describe('the window of a time', () => {
  test.each<[Schedule, string, Window]>([
    [calendar('HOUR'), '2026-08-05T13:59:59.999Z', window('2026-08-05T13:00Z', '2026-08-05T14:00Z')],
    [calendar('DAY'), '2026-08-05T00:00Z', window('2026-08-05', '2026-08-06')],
    [calendar('WEEK'), '2026-08-02T23:59Z', window('2026-07-27', '2026-08-03')],
    [calendar('WEEK'), '2026-08-03T00:00Z', window('2026-08-03', '2026-08-10')],
    [calendar('MONTH'), '2024-02-29T12:00Z', window('2024-02-01', '2024-03-01')],
    [calendar('YEAR'), '2026-12-31T23:59Z', window('2026-01-01', '2027-01-01')],
    [from('2026-01-31', 'MONTH'), '2026-02-27T23:59Z', window('2026-01-31', '2026-02-28')],
    [from('2026-01-31', 'MONTH'), '2026-02-28', window('2026-02-28', '2026-03-31')],
    [from('2026-01-31', 'MONTH'), '2026-03-31', window('2026-03-31', '2026-04-30')],
    [from('2026-01-31', 'MONTH'), '2025-12-30', window('2025-11-30', '2025-12-31')],
    [from('2024-02-29', 'YEAR'), '2027-06-01', window('2027-02-28', '2028-02-29')],
    [from('2024-02-29', 'YEAR'), '2028-02-28', window('2027-02-28', '2028-02-29')],
    [from('2026-08-05T10:20Z', 'HOUR'), '2026-08-05T12:19Z', window('2026-08-05T11:20Z', '2026-08-05T12:20Z')],
    [from('2026-08-05T10:20Z', 'WEEK'), '2026-08-05T10:19Z', window('2026-07-29T10:20Z', '2026-08-05T10:20Z')],
    [from('2026-08-05', null), '2026-08-05', { start: 0, end: null }],
  ])('%j holding %s', (schedule, time, expected) => {
    expect(scheduled(at(time), schedule)).toEqual(expected)
  })

  const schedules = fc.record({
    resetPeriod: fc.constantFrom(...ResetPeriod.options),
    resetAnchor: fc.constantFrom(...ResetAnchor.options),
    licenseStart: fc.integer({ min: at('1999-01-01'), max: at('2060-01-01') }),
  })
  const times = fc.integer({ min: at('1970-01-01'), max: at('2200-01-01') })

  test('holds it, and begins where the one before it ends', () => {
    fc.assert(
      fc.property(schedules, times, (schedule, time) => {
        const found = scheduled(time, schedule)
        const previous = scheduled(found.start - 1, schedule)
        const next = scheduled(found.end ?? 0, schedule)
        return holds(found, time) && previous.end === found.start && next.start === found.end
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('the current window', () => {
  const stored = window('2026-01-10', '2026-02-10')

  test('stays the stored one until its end, wherever the start date has moved since', () => {
    expect(windowFor(at('2026-02-09T23:59:59.999Z'), stored, from('2026-02-01', 'MONTH'))).toBe(stored)
  })

  test('is the next one from the very end of the stored one', () => {
    expect(windowFor(at('2026-02-10'), stored, from('2026-01-10', 'MONTH'))).toEqual(window('2026-02-10', '2026-03-10'))
  })

  test('starts no earlier than the last one ended when the anchor moved', () => {
    expect(windowFor(at('2026-02-15'), stored, from('2026-01-20', 'MONTH'))).toEqual(window('2026-02-10', '2026-02-20'))
  })

  test('after a silence is the one that holds now', () => {
    expect(windowFor(at('2026-07-15'), stored, from('2026-01-10', 'MONTH'))).toEqual(window('2026-07-10', '2026-08-10'))
  })

  test('of a meter that never starts over is its lifetime', () => {
    const lifetime = { start: 0, end: null }
    expect(windowFor(at('2026-02-15'), undefined, calendar(null))).toEqual(lifetime)
    expect(windowFor(at('2036-02-15'), lifetime, calendar(null))).toBe(lifetime)
  })
})

describe('a report with a timestamp', () => {
  const current = window('2026-08-03', '2026-08-10')
  const now = at('2026-08-05')

  test('is late only when it lies before the current window', () => {
    expect(isLate(at('2026-08-03'), now, current)).toBe(false)
    expect(isLate(at('2026-08-03') - 1, now, current)).toBe(true)
  })

  test('a little ahead counts now, even if a window begins between', () => {
    const end = at('2026-08-10')
    expect(isLate(end + 60_000, end - 1, current)).toBe(false)
  })

  test('of now is not late though the clock was set back before the current window', () => {
    const setBack = at('2026-08-02')
    expect(isLate(setBack, setBack, current)).toBe(false)
    expect(isLate(setBack - 1, setBack, current)).toBe(true)
  })

  test('reaches from 400 days back to 5 minutes ahead', () => {
    const [minute, day] = [60_000, 86_400_000]
    const tried = [now - 400 * day - 1, now - 400 * day, now + 5 * minute, now + 5 * minute + 1]
    expect(tried.map(time => isReportable(time, now))).toEqual([false, true, true, false])
  })

  test('chooses the stored window that holds it', () => {
    const stored = window('2026-07-01', '2026-07-09')
    expect(lateWindow(at('2026-07-08'), stored, current, calendar('WEEK'))).toBe(stored)
  })

  test('in a gap chooses the window of the schedule, cut at its neighbours', () => {
    const before = window('2026-07-01', '2026-07-09')
    const after = window('2026-07-11', '2026-07-15')
    expect(lateWindow(at('2026-07-10'), before, after, calendar('WEEK'))).toEqual(window('2026-07-09', '2026-07-11'))
    expect(lateWindow(at('2026-07-10'), undefined, current, calendar('WEEK'))).toEqual(
      window('2026-07-06', '2026-07-13'),
    )
    expect(
      lateWindow(at('2026-08-02'), before, window('2026-08-01T12:00Z', '2026-08-10'), from('2026-08-01', 'YEAR')).end,
    ).toBe(at('2026-08-01T12:00Z'))
  })
})
