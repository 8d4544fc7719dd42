/**
 * When a delivery that failed is tried again, and until when. Source of this file: events.md, "Delivery"; RFC 9110,
 * 5.6.7 and 10.2.3, for Retry-After.
 */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The wait before each attempt, the first among them, in milliseconds. As many attempts as entries. */
export type RetrySchedule = readonly number[]

/** About 75 hours: a receiver that breaks on Friday evening may be mended on Monday. */
export const defaultSchedule: RetrySchedule = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]

/** Deliveries that failed together, since their receiver was down, must not come back together. */
const jitterShare = 0.1

/**
 * No receiver can put off a delivery for longer than this by Retry-After: it is the longest wait that we choose
 * ourselves, and without a bound one answer could keep a delivery waiting for ever, neither sent nor dead.
 */
const putOffAtMost = DAY

export interface Attempted {
  /** How many attempts there were. */
  attempts: number
  /** Epoch milliseconds. */
  now: number
  schedule: RetrySchedule
  /** The header's text, of an answer of 429 or 503. What cannot be read counts as absent. */
  retryAfter?: string | undefined
  /** From 0 to below 1. */
  random: () => number
}

/** Epoch milliseconds of the next attempt, never before its time by the schedule; undefined where there is none. */
export function nextAttempt({ attempts, now, schedule, retryAfter, random }: Attempted): number | undefined {
  const planned = schedule[attempts]
  if (planned === undefined) return undefined
  const asked = retryAfter === undefined ? 0 : Math.min(askedWait(retryAfter, now) ?? 0, putOffAtMost)
  return now + Math.round(Math.max(planned, asked) * (1 + jitterShare * random()))
}

/** Milliseconds that a Retry-After asks to wait: whole seconds, or a date. */
function askedWait(text: string, now: number): number | undefined {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * SECOND
  const date = httpDate(trimmed, now)
  return date === undefined ? undefined : Math.max(0, date - now)
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const time = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)'

/** The form of today and the two obsolete ones that a recipient must read. Date.parse would take the last as local time. */
const dateForms = [
  `[A-Z][a-z]{2}, (?<day>\\d\\d) (?<month>[A-Z][a-z]{2}) (?<year>\\d{4}) ${time} GMT`,
  `[A-Z][a-z]+day, (?<day>\\d\\d)-(?<month>[A-Z][a-z]{2})-(?<year>\\d\\d) ${time} GMT`,
  `[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})`,
].map(form => new RegExp(`^${form}$`))

function httpDate(text: string, now: number): number | undefined {
  const part = dateForms.map(form => form.exec(text)?.groups).find(Boolean)
  const month = months.indexOf(part?.month ?? '')
  if (part === undefined || month < 0) return undefined
  const { day, hour, minute, second } = part
  return Date.UTC(yearOf(part.year ?? '', now), month, Number(day), Number(hour), Number(minute), Number(second))
}

/** Two digits that seem more than 50 years ahead are the last year in the past that ends so. */
function yearOf(digits: string, now: number): number {
  if (digits.length > 2) return Number(digits)
  const thisYear = new Date(now).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + Number(digits)
  return year > thisYear + 50 ? year - 100 : year
}

// ---- a schedule as people write it: 0s,5s,5m,30m,2h,5h,10h,14h,20h,24h

const units: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY }
const mostAttempts = 30
const longestWait = 30 * DAY

/** What is wrong with a schedule's text, or nothing. */
export function wrongSchedule(text: string): string | undefined {
  const entries = entriesOf(text)
  if (entries.length > mostAttempts) return `must have at most ${mostAttempts} waits`
  for (const entry of entries) {
    const wait = waitOf(entry)
    if (wait === undefined)
      return `must be waits such as 0s,5s,5m,2h,1d, with commas between: ${JSON.stringify(entry)} is none`
    if (wait > longestWait) return `must have no wait over 30d: ${entry} is longer`
  }
  return undefined
}

/** Of a text with which nothing is wrong. */
export const scheduleFrom = (text: string): RetrySchedule => entriesOf(text).map(entry => waitOf(entry) ?? 0)

const entriesOf = (text: string): string[] => text.split(',').map(entry => entry.trim())

function waitOf(entry: string): number | undefined {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(entry) ?? []
  return number === undefined ? undefined : Number(number) * (units[unit ?? ''] ?? 0)
}
