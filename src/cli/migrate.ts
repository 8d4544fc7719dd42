import type { Command } from 'commander'
import type { Migrated } from '../engine/migrate.ts'
import { migrateData } from '../engine/open.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Doors } from './doors.ts'
import type { Settled } from './settled.ts'

interface Options {
  check?: boolean
  json?: boolean
}

export const migrate = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('migrate')
    .description("bring the database to this program's schema, as the next start would; no server may run on it")
    .option('--check', 'only say what would be done; also beside a running server')
    .option('--json', 'for scripts')
    .action(({ check = false, json }: Options) => {
      const { data } = settled().config
      const migrated = migrateData({ data, addon: doors.addon(data), migrations }, { onlyLook: check })
      process.stdout.write(json ? `${JSON.stringify(migrated, null, 2)}\n` : `${sentence(migrated, check)}\n`)
    })

function sentence({ from, to, snapshot }: Migrated, onlyLook: boolean): string {
  if (from === to) return `The database has schema version ${to}, the newest. There is nothing to do.`
  const it = from === 0 ? `A database of schema version ${to}` : 'The database'
  const done = onlyLook ? 'would be' : 'was'
  const what = from === 0 ? `${done} made` : `${done} brought from schema version ${from} to ${to}`
  const kept = snapshot ? ` As it was before, it ${onlyLook ? 'would be' : 'is'} kept in ${snapshot}.` : ''
  return `${it} ${what}.${kept}`
}
