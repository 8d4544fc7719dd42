/**
 * Timestamps and durations to the nanosecond, as google.protobuf has them: whole seconds and 0 to 999,999,999
 * nanoseconds upwards, also below zero. Source: CEL language definition, "Abstract Types" and "Timestamps".
 */
const billion = 1_000_000_000

export class Timestamp {
  readonly seconds: number
  readonly nanos: number
  constructor(seconds: number, nanos = 0) {
    this.seconds = seconds
    this.nanos = nanos
  }
}

export class Duration {
  readonly seconds: number
  readonly nanos: number
  constructor(seconds: number, nanos = 0) {
    this.seconds = seconds
    this.nanos = nanos
  }
}

type Span = { readonly seconds: number; readonly nanos: number }

/** Undefined outside the years 1 to 9999. */
export function timestampOf(seconds: number, nanos = 0): Timestamp | undefined {
  const carry = Math.floor(nanos / billion)
  const whole = seconds + carry
  if (!(whole >= -62_135_596_800 && whole <= 253_402_300_799)) return undefined
  return new Timestamp(whole, nanos - carry * billion)
}

/** Undefined beyond 10,000 years either way. */
export function durationOf(seconds: number, nanos = 0): Duration | undefined {
  const carry = Math.floor(nanos / billion)
  const whole = seconds + carry
  if (!(whole >= -315_576_000_000 && whole <= 315_576_000_000)) return undefined
  return new Duration(whole, nanos - carry * billion)
}

export const timestampOfMilliseconds = (milliseconds: number): Timestamp =>
  new Timestamp(Math.floor(milliseconds / 1000), (((milliseconds % 1000) + 1000) % 1000) * 1_000_000)

export const compareSpans = (a: Span, b: Span): number => a.seconds - b.seconds || a.nanos - b.nanos

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/** `2026-02-03T04:05:06.7Z`, RFC 3339; undefined for anything else, 30 February included. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const parts = rfc3339.exec(text)
  if (!parts) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = parts
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return undefined
  date.setUTCHours(Number(hour), Number(minute), Number(second))
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60 : 60)
  return timestampOf(date.getTime() / 1000 - offset, Number(fraction.padEnd(9, '0')))
}

export const formatTimestamp = (time: Timestamp): string =>
  `${new Date(time.seconds * 1000).toISOString().slice(0, 19)}${fraction(time.nanos)}Z`

const units: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ns: 1n,
}

/** `1h30m`, `-1.5s`, `100ms` as Go writes durations; undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const signed =
    /^([+-]?)((?:\d{1,18}(?:\.\d{0,18})?(?:h|ms|m|s|us|µs|μs|ns)|\.\d{1,18}(?:h|ms|m|s|us|µs|μs|ns))+)$/.exec(
      text.slice(0, 400),
    )
  if (!signed || text.length > 400) return text === '0' ? new Duration(0) : undefined
  let nanos = 0n
  for (const [, whole = '', part = '', unit = ''] of (signed[2] ?? '').matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/g)) {
    const size = units[unit] ?? 0n
    nanos += BigInt(whole || 0) * size + (BigInt(part || 0) * size) / 10n ** BigInt(part.length)
  }
  return durationOfNanos(signed[1] === '-' ? -nanos : nanos)
}

function durationOfNanos(nanos: bigint): Duration | undefined {
  const rest = Number(((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n)
  return durationOf(Number((nanos - BigInt(rest)) / 1_000_000_000n), rest)
}

/** `5400s`, `-1.5s`. */
export function formatDuration(span: Duration): string {
  const negative = span.seconds < 0
  const flips = negative && span.nanos > 0
  const seconds = Math.abs(flips ? span.seconds + 1 : span.seconds)
  return `${negative ? '-' : ''}${seconds}${fraction(flips ? billion - span.nanos : span.nanos)}s`
}

const fraction = (nanos: number): string => (nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`)

/** A duration in whole units, cut towards zero. */
export function wholeUnits(span: Duration, unitSeconds: number): number {
  const seconds = span.seconds < 0 && span.nanos > 0 ? span.seconds + 1 : span.seconds
  return Math.trunc(seconds / unitSeconds) + 0
}

/** The milliseconds beside the whole seconds of a duration, with its sign. */
export function millisecondsBeside(span: Duration): number {
  const nanos = span.seconds < 0 && span.nanos > 0 ? span.nanos - billion : span.nanos
  return Math.trunc(nanos / 1_000_000) + 0
}
