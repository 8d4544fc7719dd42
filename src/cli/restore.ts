import { createReadStream, existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { holdsKey } from '../domain/backup.ts'
import { restore as putBack, type Restored } from '../safekeeping/restore.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { progressBar } from './progress.ts'
import type { Settled } from './settled.ts'

interface Options {
  force?: boolean
  json?: boolean
}

export const restore = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('restore <file>')
    .description('put a backup into the data directory; no server may run on it')
    .option('--force', 'put aside the database and key that are there; nothing is deleted')
    .option('--json', 'for scripts')
    .addHelpText('after', help)
    .action((file: string, options: Options) => run(doors, settled().config, file, options))

const help = `
The backup is unpacked, compared with its checksums, looked through and brought to this program's schema before anything
that is there is touched. - is standard input.`

async function run(doors: Doors, { data }: Config, file: string, { force = false, json }: Options): Promise<void> {
  const path = resolve(file)
  if (file !== '-' && !existsSync(path)) throw new Ended(exit.notFound, `There is no file ${path}.`)
  if (file !== '-' && !statSync(path).isFile()) throw new Ended(exit.wrongInvocation, `${path} is no file.`)
  const bar = progressBar()
  const restored = await putBack({
    data,
    addon: doors.addon(data),
    migrations,
    source: file === '-' ? process.stdin : createReadStream(path),
    called: file === '-' ? 'Standard input' : path,
    force,
    now: Date.now(),
    progress: bar.show,
  }).finally(bar.clear)
  process.stdout.write(json ? `${JSON.stringify({ data, ...restored }, null, 2)}\n` : words(data, restored))
}

function words(data: string, { manifest, migrated, aside }: Restored): string {
  const { createdAt, version, organizations } = manifest
  const brought = migrated.from < migrated.to ? `, brought from ${migrated.from}` : ''
  const lines = [
    `${data} is as it was on ${createdAt} (made by Kaiten ${version}; schema version ${migrated.to}${brought})`,
    `  holds  ${organizations.map(({ name }) => name).join(', ') || 'no organization'}`,
    ...(aside ? [`  aside  what was there before is in ${aside}`] : []),
    `  key    ${holdsKey(manifest) ? 'kaiten.key was put back' : 'none in the backup; a kaiten.key that was here stays'}`,
    'What happened since then is gone, and this follows from it:',
    '  Tokens that were revoked and users that were disabled since are in force again. Everybody has to sign in anew.',
    '  Webhook deliveries that were waiting then are sent again; receivers know them by their webhook-id.',
    '  Usage that is reported again with its transactionId is counted once.',
  ]
  return `${lines.join('\n')}\n`
}
