import { createReadStream, existsSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { backupName, holdsKey } from '../domain/backup.ts'
import { sizeText } from '../domain/size.ts'
import { backUp, type Made, workFolder } from '../safekeeping/backup.ts'
import { rememberBackups } from '../safekeeping/backup-records.ts'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { progressBar } from './progress.ts'
import type { Settled } from './settled.ts'

interface Options {
  force?: boolean
  json?: boolean
}

export const backup = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('backup <file>')
    .description('back up database and key into one file; a running server goes on meanwhile')
    .option('--force', 'replace a file of that name')
    .option('--json', 'for scripts')
    .addHelpText('after', help)
    .action((file: string, options: Options) => run(doors, settled().config, file, options))

const help = `
FILE is made whole or not at all: it appears when the copy was found sound, was read back and is on the disk. A directory
takes a file named by the time; - is standard output. It is a gzipped tar of manifest.json, kaiten.db and kaiten.key, which
tar opens; "kaiten restore FILE" puts it back.`

async function run(doors: Doors, config: Config, file: string, { force = false, json }: Options): Promise<void> {
  const { data } = config
  if (!existsSync(join(data, 'kaiten.db')))
    throw new Ended(exit.notFound, `There is no database in ${data}. Name its directory with --data.`)
  const now = Date.now()
  const isPipe = file === '-'
  const folder = isPipe ? workFolder(tmpdir()) : undefined
  const target = folder ? join(folder, 'out') : targetOf(file, now)
  try {
    const made = await interruptible(doors, { data, version: doors.version, now, target, replace: force })
    if (isPipe) await pipeline(createReadStream(target), process.stdout)
    rememberBackups(data, { last: { at: now, file: isPipe ? '-' : target, bytes: made.bytes } })
    const told = isPipe ? process.stderr : process.stdout
    told.write(
      json ? `${JSON.stringify({ file: isPipe ? '-' : target, ...made }, null, 2)}\n` : words(file, target, made),
    )
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true })
  }
}

function targetOf(file: string, now: number): string {
  const path = resolve(file)
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, backupName(now)) : path
}

/** Interrupted, it leaves nothing behind. */
async function interruptible(doors: Doors, wanted: Parameters<typeof backUp>[1]): Promise<Made> {
  const bar = progressBar()
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  try {
    return await backUp({ ...doors, addon: doors.addon(wanted.data), progress: bar.show, signal: stop.signal }, wanted)
  } catch (error) {
    throw stop.signal.aborted ? new Ended(exit.interrupted, 'Interrupted; nothing was left behind.') : error
  } finally {
    bar.clear()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt)
  }
}

function words(file: string, target: string, { bytes, manifest }: Made): string {
  const who = manifest.organizations.map(({ name }) => name).join(', ')
  return `${file === '-' ? 'standard output' : target}: ${sizeText(bytes)}, schema version ${manifest.schema}, found sound and read back
  holds  ${who || 'no organization'}
  key    ${holdsKey(manifest) ? keyIn : keyNot}
`
}

const keyIn = 'kaiten.key is in it: whoever reads this file can read webhook secrets. Keep it as safe as the data.'
const keyNot =
  'no kaiten.key in the data directory. Where a key is given by environment, keep it apart: without it webhook secrets cannot be read again.'
