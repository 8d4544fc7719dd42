import type { ResetAnchor, ResetPeriod } from './entitlement.ts'

/** The time from `start` until just before `end`, in epoch milliseconds; `end` is null when it never ends. Source of this file: metering.md, "Periods". */
export interface Window {
  readonly start: number
  readonly end: number | null
}

/**
 * When a meter starts over: the entitlement's period and anchor, and the instance's start date as it stands now.
 * CALENDAR counts by the clock and the calendar (UTC, weeks from Monday), LICENSE_START from that date.
 */
export interface Schedule {
  readonly resetPeriod: ResetPeriod | null
  readonly resetAnchor: ResetAnchor | null
  readonly licenseStart: number
}

/** The one window of a meter that never starts over. */
export const lifetime: Window = { start: 0, end: null }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const AHEAD = 5 * MINUTE
const BACK = 400 * DAY

/** Monday, 5 January 1970. */
const FIRST_MONDAY = 4 * DAY
const LENGTH = { HOUR, DAY, WEEK: 7 * DAY }
const MONTHS = { MONTH: 1, YEAR: 12 }

/**
 * The window that is current at `now`. `last` is the stored window with the latest start. It stays current until its
 * stored end, whatever became of the dates since; after that, the window that holds now by the schedule as it stands,
 * starting no earlier than the last one ended.
 */
export function windowFor(now: number, last: Window | undefined, schedule: Schedule): Window {
  if (last === undefined) return scheduled(now, schedule)
  if (last.end === null || now < last.end) return last
  return after(last.end, scheduled(now, schedule))
}

/**
 * Whether a report that happened at `timestamp` belongs to a closed window. One from ahead of now is the reporter's clock
 * running fast and counts now: no window is opened before its time. One from now counts now even when our own clock was
 * set back to before the start of the window that is current.
 */
export function isLate(timestamp: number, now: number, current: Window): boolean {
  return timestamp < Math.min(now, current.start)
}

/**
 * The closed window that a late report chooses. `before` is the stored window with the latest start at or before the
 * timestamp, `next` the stored one with the earliest start after it, or the current one when none is stored between.
 * The window that holds the timestamp is chosen when there is one; else the one that holds it by the schedule as it
 * stands on arrival, cut so that it overlaps neither of its neighbours. Windows of one meter thus never overlap.
 */
export function lateWindow(timestamp: number, before: Window | undefined, next: Window, schedule: Schedule): Window {
  if (before && holds(before, timestamp)) return before
  const { start, end } = after(before?.end ?? Number.NEGATIVE_INFINITY, scheduled(timestamp, schedule))
  return { start, end: Math.min(end ?? next.start, next.start) }
}

/** Whether a time lies in a window. */
export function holds(window: Window, time: number): boolean {
  return window.start <= time && (window.end === null || time < window.end)
}

/** Whether a report's timestamp is acceptable at all, else 422: at most 5 minutes ahead and 400 days back. */
export function isReportable(timestamp: number, now: number): boolean {
  return timestamp <= now + AHEAD && timestamp >= now - BACK
}

/** The window that holds a time by the schedule alone. Takes the same time at any distance from the anchor. */
export function scheduled(time: number, { resetPeriod, resetAnchor, licenseStart }: Schedule): Window {
  if (resetPeriod === null) return lifetime
  // 1970 began with a whole hour, day, month and year, so that the calendar counts from there as a license from its start.
  const calendar = resetPeriod === 'WEEK' ? FIRST_MONDAY : 0
  const origin = resetAnchor === 'LICENSE_START' ? licenseStart : calendar
  return resetPeriod === 'MONTH' || resetPeriod === 'YEAR'
    ? ofMonths(time, origin, MONTHS[resetPeriod])
    : ofLength(time, origin, LENGTH[resetPeriod])
}

function after(earliest: number, window: Window): Window {
  return window.start >= earliest ? window : { start: earliest, end: window.end }
}

function ofLength(time: number, origin: number, length: number): Window {
  const start = origin + Math.floor((time - origin) / length) * length
  return { start, end: start + length }
}

function ofMonths(time: number, origin: number, step: number): Window {
  const [from, to] = [new Date(origin), new Date(time)]
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()
  const count = Math.floor(months / step) * step
  const begun = monthsLater(origin, count) <= time ? count : count - step
  return { start: monthsLater(origin, begun), end: monthsLater(origin, begun + step) }
}

/** Always counted from the origin, not from the last window: 31 January → 28 February → 31 March. */
function monthsLater(origin: number, months: number): number {
  const date = new Date(origin)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0)
  return date.setUTCDate(Math.min(day, date.getUTCDate()))
}
