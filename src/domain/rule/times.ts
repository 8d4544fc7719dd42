/** Accessors of timestamps and durations. Source: CEL language definition, "Timestamps" and "Durations". */
import { charge } from './frame.ts'
import type { CelFunction, FunctionTable } from './functions.ts'
import { Duration, millisecondsBeside, Timestamp, wholeUnits } from './time.ts'
import { CelError, noOverload, type Outcome, type Value } from './values.ts'
import { wallClock } from './zones.ts'

type Accessor = (local: Date) => number

const day = 86_400_000
const dayOfYear: Accessor = local => Math.floor((local.getTime() - startOfYear(local)) / day)

function startOfYear(local: Date): number {
  const start = new Date(0)
  start.setUTCFullYear(local.getUTCFullYear(), 0, 1)
  return start.getTime()
}

function field(name: string, accessor: Accessor, ofDuration?: (span: Duration) => number): CelFunction {
  const read = (value: Value, zone: Value): Outcome => {
    if (!(value instanceof Timestamp) || typeof zone !== 'string') return noOverload(name, value)
    const local = wallClock(value, zone)
    return local ? BigInt(accessor(local)) : new CelError(`no such time zone: '${zone.slice(0, 40)}'`)
  }
  return {
    one: (_, value) => (value instanceof Duration && ofDuration ? BigInt(ofDuration(value)) : read(value, '+00:00')),
    // A named zone takes Intl some 4 µs, and its first use in a while 50 µs.
    two: (frame, value, zone) => {
      charge(frame, 1000)
      return read(value, zone)
    },
    cost: 4,
  }
}

export const timeFunctions: FunctionTable = {
  '.getFullYear': field('getFullYear', local => local.getUTCFullYear()),
  '.getMonth': field('getMonth', local => local.getUTCMonth()),
  '.getDate': field('getDate', local => local.getUTCDate()),
  '.getDayOfMonth': field('getDayOfMonth', local => local.getUTCDate() - 1),
  '.getDayOfWeek': field('getDayOfWeek', local => local.getUTCDay()),
  '.getDayOfYear': field('getDayOfYear', dayOfYear),
  '.getHours': field(
    'getHours',
    local => local.getUTCHours(),
    span => wholeUnits(span, 3600),
  ),
  '.getMinutes': field(
    'getMinutes',
    local => local.getUTCMinutes(),
    span => wholeUnits(span, 60),
  ),
  '.getSeconds': field(
    'getSeconds',
    local => local.getUTCSeconds(),
    span => wholeUnits(span, 1),
  ),
  '.getMilliseconds': field('getMilliseconds', local => local.getUTCMilliseconds(), millisecondsBeside),
}
