import { statfsSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import {
  backups,
  clock,
  expiries,
  type Finding,
  logSize,
  ok,
  problem,
  space,
  stops,
  warning,
} from '../domain/finding.ts'
import { damageOf } from '../engine/copies.ts'
import { looseEnds, octal } from '../engine/data-directory.ts'
import { fileSystemOf } from '../engine/file-systems.ts'
import { runStateOf } from '../engine/runs.ts'
import { type Connection, openReader } from '../engine/sqlite.ts'
import { backlogs, licensesEnding, newestMoments, tokensEnding } from '../store/checkups.ts'
import { hasTable } from '../store/restored.ts'
import { backupsOf } from './backup-records.ts'

/** What an examination is given. */
export interface Patient {
  data: string
  addon: string
  version: string
  migrations: readonly string[]
  now: number
  /** Look through the indexes too, which takes about ten times as long. */
  full: boolean
  backupDir: string | undefined
  backupEvery: number
}

type Examination = (patient: Patient) => Finding[] | Promise<Finding[]>
type DatabaseExamination = (connection: Connection, patient: Patient) => Finding[]

const fileOf = ({ data }: Patient): string => join(data, 'kaiten.db')
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const program: Examination = ({ version }) => [ok('program', `Kaiten ${version} on Node ${process.version}`)]

const directory: Examination = ({ data }) => {
  const loose = looseEnds(data)
  if (loose.length === 0) return [ok('directory', `${data} is its owner's alone`)]
  return loose.map(what => warning('directory', what, 'Mend it, and start the server as the user who owns the data.'))
}

const fileSystem: Examination = ({ data }) => {
  const { name, trust } = fileSystemOf(data)
  if (trust !== 'remote') return [ok('file system', name)]
  return [
    problem('file system', `${name} is of several machines`, 'Move the data to a local disk before it is corrupted.'),
  ]
}

const disk: Examination = patient => {
  const { bavail, bsize } = statfsSync(patient.data)
  return [space(bavail * bsize, sizeOf(fileOf(patient)))]
}

const server: Examination = async ({ data }) => [
  ok('server', (await answers(join(data, 'kaiten.sock'))) ? 'one is running' : 'none is running'),
]

const key: Examination = ({ data }) => {
  const path = join(data, 'kaiten.key')
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return []
  if ((found.mode & 0o077) === 0) return [ok('key', 'kaiten.key is its owner’s alone')]
  return [problem('key', `kaiten.key has mode ${octal(found)}: others may read it`, `chmod 600 ${path}`)]
}

const unclean: Examination = ({ data, now }) => {
  const state = runStateOf(data)
  const damage = state?.damage
  return [
    stops(state?.uncleanStops ?? [], now),
    ...(damage ? [problem('damage', `found earlier: ${damage.found.join('; ')}`, restoreAdvice)] : []),
  ]
}

const backup: Examination = ({ data, now, backupDir, backupEvery }) => {
  const findings = [backups(backupsOf(data), now, backupDir === undefined ? undefined : backupEvery)]
  const place = backupDir === undefined ? undefined : nearestThere(backupDir)
  if (place !== undefined && statSync(place).dev === statSync(data).dev)
    findings.push(
      warning(
        'backup',
        `backup-dir ${backupDir} is on the disk of the data`,
        'Have them copied elsewhere: a disk dies whole.',
      ),
    )
  return findings
}

const log: Examination = patient => [logSize(sizeOf(`${fileOf(patient)}-wal`))]

const restoreAdvice =
  'Stop the server and run "kaiten restore FILE --force" with the newest backup; the file is kept aside.'

const integrity: Examination = patient => {
  const { addon, full } = patient
  const damage = damageOf(fileOf(patient), addon, { quick: !full })
  if (damage.length > 0) return [problem('integrity', damage.join('; '), restoreAdvice)]
  return [ok('integrity', full ? 'sound, with its indexes' : 'sound by a quick look (--full looks at the indexes too)')]
}

const schema: DatabaseExamination = (connection, { migrations }) => {
  const version = Number(connection.pragma('user_version'))
  const sqlite = connection.database.prepare('select sqlite_version()').pluck().get()
  const what = `schema version ${version}, this program knows ${migrations.length}; SQLite ${sqlite}`
  if (version > migrations.length)
    return [problem('database', what, 'Use the newer program, or restore a backup made before it.')]
  if (version < migrations.length)
    return [
      warning('database', what, 'The next start brings it forward and keeps a copy; "kaiten migrate" does it now.'),
    ]
  return [ok('database', what)]
}

const time: DatabaseExamination = (connection, { now }) => {
  const { event, entry } = connection.one(newestMoments())
  const newest = Math.max(event ?? 0, entry ?? 0)
  return [clock(now, newest || undefined)]
}

const ending: DatabaseExamination = (connection, { now }) => {
  const soon = { from: now, to: now + 14 * 86_400_000, limit: 1000 }
  const named = (rows: { name: string | null; at: number | null }[]) =>
    rows.map(({ name, at }) => ({ name: String(name), at: Number(at) }))
  return [
    expiries('licenses', named(connection.all(licensesEnding, soon)), now, 'Renew it, or let it end.'),
    expiries('tokens', named(connection.all(tokensEnding, soon)), now, 'Make another before this one is refused.'),
  ]
}

const waiting: DatabaseExamination = connection => {
  // An older schema does not have them all.
  const there = backlogs.filter(({ table }) => connection.find(hasTable(table)))
  return there.map(({ about, waiting, most, advice }) => {
    const { count } = connection.one(waiting)
    const what = `${count} waiting`
    return count > most ? warning(about, what, advice) : ok(about, what)
  })
}

const always: Record<string, Examination> = { program, directory, fileSystem, disk, server, key, unclean, backup }
const withFile: Record<string, Examination> = { log, integrity }
const withDatabase: Record<string, DatabaseExamination> = { schema, time, ending, waiting }

/** Everything that can be told of a data directory, beside a running server or alone. Changes nothing. */
export async function examine(patient: Patient): Promise<Finding[]> {
  if (!statSync(patient.data, { throwIfNoEntry: false })?.isDirectory())
    return [problem('directory', `there is no directory ${patient.data}`, 'Name the data directory with --data.')]
  const findings: Finding[] = []
  for (const [about, look] of Object.entries(always)) findings.push(...(await looked(about, () => look(patient))))
  const file = fileOf(patient)
  if (!statSync(file, { throwIfNoEntry: false }))
    return [...findings, warning('database', `there is no ${file} yet`, 'The first start makes it.')]
  for (const [about, look] of Object.entries(withFile)) findings.push(...(await looked(about, () => look(patient))))
  let connection: Connection | undefined
  for (const [about, look] of Object.entries(withDatabase))
    findings.push(
      ...(await looked(about, () => {
        connection ??= openReader(file, patient.addon)
        return look(connection, patient)
      })),
    )
  connection?.close()
  return findings
}

/** What cannot be looked at is a finding too. */
async function looked(about: string, look: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [problem(about, `it cannot be looked at: ${why}`, 'Run this as the user who owns the data directory.')]
  }
}

const answers = (path: string): Promise<boolean> =>
  new Promise(tell => {
    const socket = connect({ path, timeout: 2000 })
    const end = (answer: boolean) => {
      socket.destroy()
      tell(answer)
    }
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false))
  })

/** The directory, or the nearest above it that is there. */
function nearestThere(path: string): string {
  const whole = resolve(path)
  return statSync(whole, { throwIfNoEntry: false }) ? whole : nearestThere(dirname(whole))
}
