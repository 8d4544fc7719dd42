import { sizeText } from './size.ts'

/** What `doctor` found: how serious it is, what it is about, what is so, and what to do. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem'
  about: string
  what: string
  advice?: string
}

const hour = 3_600_000
const day = 24 * hour

export const ok = (about: string, what: string): Finding => ({ level: 'ok', about, what })
export const warning = (about: string, what: string, advice: string): Finding => ({
  level: 'warning',
  about,
  what,
  advice,
})
export const problem = (about: string, what: string, advice: string): Finding => ({
  level: 'problem',
  about,
  what,
  advice,
})

/** Free bytes beside a database of `size`. Less than a copy of it is too little for a migration or a restore. */
export function space(free: number, size: number): Finding {
  const what = `${sizeText(free)} free, the database has ${sizeText(size)}`
  if (free < 100e6) return problem('disk', what, 'Make room now: a full disk refuses every change.')
  if (free < size * 1.5 + 500e6)
    return warning(
      'disk',
      what,
      'Make room: a migration, a backup or a restore on this disk needs a copy of the database.',
    )
  return ok('disk', what)
}

/** The clock against the newest thing that was written down by it. */
export function clock(now: number, newest: number | undefined): Finding {
  if (newest !== undefined && newest - now > 5 * 60_000)
    return problem(
      'clock',
      `it says ${moment(now)}, and something was written down at ${moment(newest)}`,
      'Set the clock (NTP): expiries, usage windows and retries go by it.',
    )
  return ok('clock', moment(now))
}

/** The write-ahead log begins anew when nobody reads an old state; one that grows is held by a reader. */
export function logSize(bytes: number): Finding {
  const what = `${sizeText(bytes)} in the write-ahead log`
  const advice = 'Some program reads the database for long: a backup that hangs, or an sqlite3 shell. End it.'
  return bytes > 512e6 ? warning('log', what, advice) : ok('log', what)
}

export function stops(times: readonly number[], now: number): Finding {
  const recent = times.filter(time => now - time < 7 * day)
  if (recent.length === 0) return ok('stops', 'no unclean stop in the last seven days')
  const what = `${recent.length} unclean in the last seven days, noticed last at ${moment(Math.max(...recent))}`
  return warning(
    'stops',
    what,
    'Nothing that was acknowledged is lost by it. See the log of the machine: out of memory, power, or kill -9?',
  )
}

/** `every` is the schedule's interval, undefined where none is set up. */
export function backups(
  { last, failure }: { last?: { at: number } | undefined; failure?: { at: number; why: string } | undefined },
  now: number,
  every: number | undefined,
): Finding {
  const about = 'backup'
  if (failure && failure.at > (last?.at ?? 0))
    return problem(
      about,
      `the scheduled one failed at ${moment(failure.at)}: ${failure.why}`,
      'Mend that; it is tried again by itself.',
    )
  const schedule = 'Set backup-dir to have one taken regularly, or run "kaiten backup FILE".'
  if (!last) return warning(about, 'none is known', schedule)
  const what = `the last was taken at ${moment(last.at)}, ${age(now - last.at)} ago`
  if (every !== undefined && now - last.at > 2 * every)
    return problem(about, what, 'Two were due since. Does the server run, and can it write to backup-dir?')
  return now - last.at > 7 * day ? warning(about, what, schedule) : ok(about, what)
}

/** What ends within two weeks, earliest first; within three days it is a warning. */
export function expiries(
  about: string,
  ends: readonly { name: string; at: number }[],
  now: number,
  advice: string,
): Finding {
  const [first] = ends
  if (!first) return ok(about, 'none ends within 14 days')
  const others = ends.length > 1 ? `, and ${ends.length - 1} more within 14 days` : ''
  const what = `${first.name} ends at ${moment(first.at)}${others}`
  return first.at - now < 3 * day ? warning(about, what, advice) : ok(about, what)
}

const moment = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`
const age = (length: number): string =>
  length < 2 * hour
    ? `${Math.round(length / 60_000)} minutes`
    : `${Math.round(length / hour).toLocaleString('en')} hours`
