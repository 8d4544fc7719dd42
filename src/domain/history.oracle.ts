/**
 * What metering.md promises, worked out the slow and obvious way, to hold the real rules against: fractions instead of
 * scaled integers, every meter recomputed from the whole journal at every step, calendars walked window by window.
 * It shares no code with the rules. Each step can be said as one API call, or as the clock moving on, so that the same
 * histories test the pure functions and the server. One long file on purpose: what it borrowed, it could not check.
 */
export interface History {
  readonly method: 'SUM' | 'COUNT' | 'AVERAGE' | 'MAX' | 'MIN' | 'LATEST'
  readonly meterType: 'RAW_EVENT' | 'CALCULATED_USAGE'
  readonly resetPeriod: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR' | null
  readonly resetAnchor: 'CALENDAR' | 'LICENSE_START'
  readonly warningPercent: number
  /** What each license grants of the entitlement; null: nothing. The instance begins with the first. */
  readonly licenses: readonly (Grant | null)[]
  /** Epoch milliseconds at which the history begins; the instance's dates are relative to it. */
  readonly begin: number
  readonly dates: Dates
  readonly steps: readonly Step[]
}

/** `threshold` −1 is unlimited. */
export interface Grant {
  readonly threshold: number
  readonly overagePercent: number
}

/** Milliseconds from now: the start usually negative. `endsIn` null never ends. */
export interface Dates {
  readonly startsIn: number
  readonly endsIn: number | null
}

/** `ago`, in milliseconds, is what the timestamp lies behind now; left out, the report carries no timestamp. */
export type Step =
  | { readonly do: 'report'; readonly value: number; readonly behavior?: 'append' | 'set'; readonly ago?: number }
  | { readonly do: 'read'; readonly amount: number }
  | { readonly do: 'grant'; readonly grant: Grant }
  | { readonly do: 'license'; readonly license: number }
  | { readonly do: 'dates'; readonly dates: Dates }
  | { readonly do: 'pass'; readonly milliseconds: number }

/** Checked in this order; the first that applies is the answer. */
export type Refusal =
  | 'InvalidValue'
  | 'InvalidTimestamp'
  | 'NotGranted'
  | 'LicenseNotActive'
  | 'NegativeTotal'
  | 'ThresholdExceeded'

/** The usage answer's numbers. */
export interface Reading {
  readonly value: number
  readonly eventCount: number
  readonly limit: number | null
  readonly maximum: number | null
  readonly unlimited: boolean
  readonly remaining: number | null
  readonly percentageUsed: number
  readonly status: 'INACTIVE' | 'REACHED' | 'WARNING' | 'ACCEPTED'
  readonly allowed: boolean
  readonly start: number
  readonly end: number | null
}

export interface Expected {
  /** Of a report: null when accepted, else why not. Undefined for the other steps. */
  readonly refusal?: Refusal | null
  /** Of an accepted report: its answer's numbers, which are those of the window that counted it. */
  readonly counted?: Reading & { readonly late: boolean }
  /** The threshold events, in order. */
  readonly events: readonly string[]
  /**
   * Of the window that is current after the step; null when the license does not grant the entitlement. `allowed` is for
   * one more, or the amount of a read.
   */
  readonly reading: Reading | null
}

export interface JournalRow {
  readonly start: number
  readonly behavior: 'append' | 'set'
  readonly value: number
  readonly before: number
  readonly after: number
  readonly eventCount: number
  readonly limit: number | null
  readonly late: boolean
}

export interface Outcome {
  readonly steps: readonly Expected[]
  /** Every stored window by start; refused reports leave one too (it keeps the latch), with no event counted. */
  readonly windows: readonly { start: number; end: number | null; value: number; eventCount: number }[]
  /** Oldest first. */
  readonly journal: readonly JournalRow[]
  /** The starts of closed windows that had use: each has one PERIOD_ROLLED_OVER once a minute's tick has passed. */
  readonly rolledOver: readonly number[]
}

interface Row {
  readonly start: number
  readonly end: number | null
  readonly entries: Entry[]
  /** The events sent and not re-armed. */
  readonly sent: Set<Kind>
  /** The grant by which its last report was judged, late ones aside. */
  judgedBy: Grant | null
}

interface Entry {
  readonly set: boolean
  readonly value: Fraction
}

type Kind = 'WARNING' | 'REACHED' | 'CAP'

const eventOf: Record<Kind, string> = {
  WARNING: 'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED',
  REACHED: 'INSTANCE_ENTITLEMENT_USAGE_REACHED',
  CAP: 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED',
}
const kinds: Kind[] = ['WARNING', 'REACHED', 'CAP']

/** What must come of a history, step by step and at its end. */
export function expectedOf(history: History): Outcome {
  const grants = [...history.licenses]
  const rows: Row[] = []
  const journal: JournalRow[] = []
  let now = history.begin
  let license = 0
  let start = now + history.dates.startsIn
  let end = history.dates.endsIn === null ? null : now + history.dates.endsIn

  const isActive = () => start <= now && (end === null || now < end)
  const current = () => currentWindow(history, rows, now, start)

  const report = (step: Step & { do: 'report' }): Omit<Expected, 'reading'> => {
    const refuse = (refusal: Refusal) => ({ refusal, events: [] })
    const behavior = step.behavior ?? (history.meterType === 'RAW_EVENT' ? 'append' : 'set')
    const value = fractionOf(step.value)
    const timestamp = now - (step.ago ?? 0)
    const grant = grants[license] ?? null
    const ignored = history.method === 'COUNT' && behavior === 'append'
    if (value === undefined && !ignored) return refuse('InvalidValue')
    if (timestamp > now + 5 * 60_000 || timestamp < now - 400 * 86_400_000) return refuse('InvalidTimestamp')
    if (grant === null) return refuse('NotGranted')
    if (!isActive()) return refuse('LicenseNotActive')

    const late = timestamp < now && timestamp < current().start
    const row = late ? closedWindow(history, rows, timestamp, start, current()) : current()
    const entry = { set: behavior === 'set', value: value ?? whole(0) }
    const before = fold(history.method, row.entries)
    const after = fold(history.method, [...row.entries, entry])
    const isTotal = history.method === 'SUM' || history.method === 'COUNT'
    if (isTotal && isLess(after, whole(0))) return refuse('NegativeTotal')

    if (!late) rearm(row, before, grant)
    const overMaximum = grant.threshold !== -1 && isLess(maximumOf(grant), after)
    if (!late && overMaximum && !isLess(after, before)) {
      store(rows, row)
      const events = row.sent.has('REACHED') ? [] : [eventOf.REACHED]
      row.sent.add('REACHED')
      return { refusal: 'ThresholdExceeded', events }
    }
    store(rows, row)
    row.entries.push(entry)
    const events: string[] = []
    for (const kind of late ? [] : kinds) {
      const wasOver = isOver(kind, before, grant, history.warningPercent)
      const over = isOver(kind, after, grant, history.warningPercent)
      if (over && !row.sent.has(kind)) events.push(eventOf[kind])
      if (over) row.sent.add(kind)
      if (wasOver && !over) row.sent.delete(kind)
    }
    const eventCount = countOf(row.entries)
    const shown = { before: double(before), after: double(after), eventCount }
    const limit = grant.threshold === -1 ? null : grant.threshold
    journal.push({ start: row.start, behavior, value: double(entry.value), ...shown, limit, late })
    return { refusal: null, counted: { ...readingOf(history, row, grant, whole(1)), late }, events }
  }

  /** A threshold raised since the last judged report clears the latches whose line the value is below now. */
  const rearm = (row: Row, value: Fraction, grant: Grant) => {
    const before = row.judgedBy ?? grant
    for (const kind of kinds) {
      const was = lineOf(kind, before, history.warningPercent)
      const is = lineOf(kind, grant, history.warningPercent)
      const raised = is === 'none' || (typeof was === 'object' && typeof is === 'object' && isLess(was, is))
      if (raised && !isOver(kind, value, grant, history.warningPercent)) row.sent.delete(kind)
    }
    row.judgedBy = grant
  }

  const steps = history.steps.map((step): Expected => {
    let came: Omit<Expected, 'reading'> = { events: [] }
    if (step.do === 'report') came = report(step)
    if (step.do === 'pass') now += step.milliseconds
    if (step.do === 'grant') grants[license] = step.grant
    if (step.do === 'license') license = step.license
    if (step.do === 'dates') {
      start = now + step.dates.startsIn
      end = step.dates.endsIn === null ? null : now + step.dates.endsIn
    }
    const grant = grants[license] ?? null
    const amount = fractionOf(step.do === 'read' ? step.amount : 1) ?? whole(1)
    return { ...came, reading: grant && readingOf(history, current(), isActive() ? grant : null, amount) }
  })

  rows.sort((a, b) => a.start - b.start)
  return {
    steps,
    windows: rows.map(row => ({
      start: row.start,
      end: row.end,
      value: double(fold(history.method, row.entries)),
      eventCount: countOf(row.entries),
    })),
    journal,
    rolledOver: rows.filter(r => r.end !== null && r.end <= now && r.entries.length > 0).map(row => row.start),
  }
}

// ---- what a meter comes to

/** The value of a window from all its reports, in order of arrival. */
function fold(method: History['method'], entries: readonly Entry[]): Fraction {
  const kept = sinceLastSet(entries)
  const values = kept.map(entry => entry.value)
  const last = values.at(-1)
  if (last === undefined) return whole(0)
  const total = values.reduce(plus)
  switch (method) {
    case 'SUM':
      return total
    case 'COUNT':
      return kept[0]?.set ? plus(kept[0].value, whole(kept.length - 1)) : whole(kept.length)
    case 'AVERAGE':
      return over(total, whole(kept.length))
    case 'MAX':
      return values.reduce((a, b) => (isLess(a, b) ? b : a))
    case 'MIN':
      return values.reduce((a, b) => (isLess(b, a) ? b : a))
    case 'LATEST':
      return last
  }
}

function countOf(entries: readonly Entry[]): number {
  return sinceLastSet(entries).length
}

function sinceLastSet(entries: readonly Entry[]): readonly Entry[] {
  return entries.slice(Math.max(0, entries.map(entry => entry.set).lastIndexOf(true)))
}

const nothing: Grant = { threshold: 0, overagePercent: 0 }

function maximumOf(grant: Grant): Fraction {
  return percentOf(100, grant.threshold, grant.overagePercent)
}

/** (percent + more) hundredths of a threshold. */
function percentOf(percent: number, threshold: number, more = 0): Fraction {
  return times(over(plus(decimal(percent), decimal(more)), whole(100)), decimal(threshold))
}

function lineOf(kind: Kind, grant: Grant, warningPercent: number): Fraction | 'none' | 'off' {
  if (grant.threshold === -1) return 'none'
  if (kind === 'WARNING') return warningPercent === 0 ? 'off' : percentOf(warningPercent, grant.threshold)
  return decimal(grant.threshold)
}

function isOver(kind: Kind, value: Fraction, grant: Grant, warningPercent: number): boolean {
  const line = lineOf(kind, grant, warningPercent)
  if (line === 'none' || line === 'off') return false
  return kind === 'CAP' ? isLess(line, value) : !isLess(value, line)
}

/** `grant` is null while the license is not active: it then grants 0. */
function readingOf(history: History, row: Row, grant: Grant | null, amount: Fraction): Reading {
  const use = fold(history.method, row.entries)
  const shown = { value: double(use), eventCount: countOf(row.entries), start: row.start, end: row.end }
  const isTotal = history.method === 'SUM' || history.method === 'COUNT'
  const more = plus(use, amount)
  const isNegative = isTotal && isLess(more, whole(0))
  if (grant?.threshold === -1) {
    const none = { limit: null, maximum: null, unlimited: true, remaining: null, percentageUsed: 0 }
    return { ...shown, ...none, status: 'ACCEPTED', allowed: !isNegative }
  }
  const { threshold } = grant ?? nothing
  const maximum = maximumOf(grant ?? nothing)
  const status = (kind: Kind) => grant !== null && isOver(kind, use, grant, history.warningPercent)
  return {
    ...shown,
    limit: threshold,
    maximum: double(maximum),
    unlimited: false,
    remaining: isLess(maximum, use) ? 0 : double(minus(maximum, use)),
    percentageUsed: threshold === 0 ? 100 : downToTenth(times(over(use, decimal(threshold)), whole(100))),
    status: grant === null ? 'INACTIVE' : status('REACHED') ? 'REACHED' : status('WARNING') ? 'WARNING' : 'ACCEPTED',
    allowed: grant !== null && !isNegative && (isLess(amount, whole(0)) || !isLess(maximum, more)),
  }
}

// ---- windows

/** The stored window that has not ended yet, or a new one: by the anchor as it stands, not before the last one ended. */
function currentWindow(history: History, rows: readonly Row[], now: number, licenseStart: number): Row {
  const last = rows.toSorted((a, b) => a.start - b.start).at(-1)
  if (last && (last.end === null || now < last.end)) return last
  const { start, end } = natural(history, now, licenseStart)
  return newRow(Math.max(start, last?.end ?? start), end)
}

/** The stored window that holds the time, or a new one in the gap: by the anchor, cut at the windows on either side. */
function closedWindow(history: History, rows: readonly Row[], time: number, licenseStart: number, current: Row): Row {
  const holding = rows.find(row => row.start <= time && (row.end === null || time < row.end))
  if (holding) return holding
  let { start, end } = natural(history, time, licenseStart)
  for (const row of [...rows, current]) {
    if (row.end !== null && row.end <= time) start = Math.max(start, row.end)
    if (row.start > time) end = Math.min(end ?? row.start, row.start)
  }
  return newRow(start, end)
}

function newRow(start: number, end: number | null): Row {
  return { start, end, entries: [], sent: new Set(), judgedBy: null }
}

function store(rows: Row[], row: Row): void {
  if (!rows.includes(row)) rows.push(row)
}

/** The window that holds a time by anchor and length alone: walked to from the anchor, or cut out of the calendar. */
function natural(history: History, time: number, licenseStart: number): { start: number; end: number | null } {
  const period = history.resetPeriod
  if (period === null) return { start: 0, end: null }
  const at = history.resetAnchor === 'CALENDAR' ? startOfCalendar(period, time) : licenseStart
  if (period === 'MONTH' || period === 'YEAR') {
    const boundary = (count: number) => later(at, period === 'MONTH' ? count : 12 * count)
    let count = 0
    while (boundary(count) > time) count -= 1
    while (boundary(count + 1) <= time) count += 1
    return { start: boundary(count), end: boundary(count + 1) }
  }
  const length = { HOUR: 3_600_000, DAY: 86_400_000, WEEK: 604_800_000 }[period]
  const into = (((time - at) % length) + length) % length
  return { start: time - into, end: time - into + length }
}

function startOfCalendar(period: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR', time: number): number {
  const text = new Date(time).toISOString()
  if (period === 'HOUR') return Date.parse(`${text.slice(0, 13)}:00:00.000Z`)
  if (period === 'MONTH') return Date.parse(`${text.slice(0, 7)}-01T00:00:00.000Z`)
  if (period === 'YEAR') return Date.parse(`${text.slice(0, 4)}-01-01T00:00:00.000Z`)
  const day = new Date(`${text.slice(0, 10)}T00:00:00.000Z`)
  while (period === 'WEEK' && day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() - 1)
  return day.getTime()
}

/** Some months later on the same day of the month, or on the last one when the month is shorter. */
function later(time: number, months: number): number {
  const day = new Date(time).getUTCDate()
  const date = new Date(time)
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const beyond28 = [29, 30, 31].filter(
    candidate => new Date(new Date(date).setUTCDate(candidate)).getUTCMonth() === date.getUTCMonth(),
  )
  return date.setUTCDate(Math.min(day, 28 + beyond28.length))
}

// ---- fractions

interface Fraction {
  readonly top: bigint
  /** Positive. */
  readonly bottom: bigint
}

function whole(value: number): Fraction {
  return { top: BigInt(value), bottom: 1n }
}

function plus(a: Fraction, b: Fraction): Fraction {
  return lowest(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom)
}

function minus(a: Fraction, b: Fraction): Fraction {
  return lowest(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom)
}

function times(a: Fraction, b: Fraction): Fraction {
  return lowest(a.top * b.top, a.bottom * b.bottom)
}

/** a / b, for positive b. */
function over(a: Fraction, b: Fraction): Fraction {
  return lowest(a.top * b.bottom, a.bottom * b.top)
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom < b.top * a.bottom
}

function lowest(top: bigint, bottom: bigint): Fraction {
  let [a, b] = [top < 0n ? -top : top, bottom]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? { top: 0n, bottom: 1n } : { top: top / a, bottom: bottom / a }
}

/** The fraction that a number's shortest printed form says, whatever its size. */
function decimal(value: number): Fraction {
  if (Number.isSafeInteger(value)) return whole(value)
  const [digits = '', exponent = '0'] = String(value).split('e')
  const [integer = '', decimals = ''] = digits.split('.')
  const power = Number(exponent) - decimals.length
  const top = BigInt(integer + decimals)
  return power < 0 ? lowest(top, 10n ** BigInt(-power)) : lowest(top * 10n ** BigInt(power), 1n)
}

/** A reported value: undefined when it is not finite, has more than 9 decimal places or is above 10^15 in size. */
function fractionOf(value: number): Fraction | undefined {
  if (!Number.isFinite(value) || Math.abs(value) > 1e15) return undefined
  const fraction = decimal(value)
  return 10n ** 9n % fraction.bottom === 0n ? fraction : undefined
}

/**
 * The nearest double: 120 decimal places hold every middle between two doubles of this range, and a last digit stands
 * for all the digits that were cut off.
 */
function double({ top, bottom }: Fraction): number {
  if (bottom === 1n) return Number(top)
  const size = top < 0n ? -top : top
  const cut = (size * 10n ** 120n) / bottom
  const rest = cut * bottom === size * 10n ** 120n ? '0' : '1'
  const digits = cut.toString().padStart(121, '0')
  return Number(`${top < 0n ? '-' : ''}${digits.slice(0, -120)}.${digits.slice(-120)}${rest}`)
}

function downToTenth(value: Fraction): number {
  const { top, bottom } = times(value, whole(10))
  const cut = top / bottom
  return Number(top < 0n && cut * bottom !== top ? cut - 1n : cut) / 10
}
