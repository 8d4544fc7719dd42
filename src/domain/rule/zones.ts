/** Time zones: the date and time of day at a place. Source: CEL language definition, "Timestamps", accessors. */
import type { Timestamp } from './time.ts'

const fixed = /^([+-]?)(\d\d):(\d\d)$/

/** Making a formatter takes 50 µs and some kilobytes, so a few are kept; the bound holds against invented spellings. */
const formatters = new Map<string, Intl.DateTimeFormat>()
const keptFormatters = 64

/**
 * The wall clock of a zone (`Europe/Zurich`, `+02:00`, `-05:30`, `02:00`), as a date whose UTC fields are the local ones;
 * undefined for a zone that does not exist.
 */
export function wallClock(time: Timestamp, zone: string): Date | undefined {
  const offset = fixed.exec(zone)
  const milliseconds = time.seconds * 1000 + Math.floor(time.nanos / 1_000_000)
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3])
    return new Date(milliseconds + (offset[1] === '-' ? -minutes : minutes) * 60_000)
  }
  const formatter = formatterOf(zone)
  return formatter && localDate(formatter, milliseconds)
}

function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formatters.get(zone)
  if (known) return known
  // Intl takes other offset spellings (`+2`, `+0200`) for zones; CEL does not.
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    if (formatters.size >= keptFormatters) formatters.clear()
    formatters.set(zone, made)
    return made
  } catch {
    return undefined
  }
}

function localDate(formatter: Intl.DateTimeFormat, milliseconds: number): Date {
  const field: Record<string, number> = {}
  let beforeChrist = false
  for (const { type, value } of formatter.formatToParts(milliseconds)) {
    if (type === 'era') beforeChrist = value.startsWith('B')
    else field[type] = Number(value)
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field
  const date = new Date(0)
  date.setUTCFullYear(beforeChrist ? 1 - year : year, month - 1, day)
  date.setUTCHours(hour, minute, second, ((milliseconds % 1000) + 1000) % 1000)
  return date
}
