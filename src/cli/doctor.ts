import type { Command } from 'commander'
import { type Finding, problem } from '../domain/finding.ts'
import { examine } from '../safekeeping/examinations.ts'
import { migrations } from '../store/migrations/index.ts'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { progressBar } from './progress.ts'
import type { Settled } from './settled.ts'

interface Options {
  full?: boolean
  json?: boolean
}

export const doctor = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('doctor')
    .description('look at data directory, database, disk, clock, backups and configuration, and say what to do')
    .option('--full', 'look through the whole database, indexes too')
    .option('--json', 'for scripts')
    .addHelpText('after', help)
    .action(async ({ full = false, json }: Options) => {
      const findings = await found(doors, settled, full)
      if (json) process.stdout.write(`${JSON.stringify(findings, null, 2)}\n`)
      else for (const finding of findings) process.stdout.write(`${lines(finding)}\n`)
      const problems = findings.filter(({ level }) => level === 'problem').length
      if (problems > 0) throw new Ended(exit.failed, problems === 1 ? 'One problem.' : `${problems} problems.`)
    })

const help = `
Changes nothing, and may run beside the server. Ends with 1 where there is a problem, with 0 otherwise, warnings or not.`

async function found(doors: Doors, settled: Settled, full: boolean): Promise<Finding[]> {
  let config: ReturnType<Settled>['config']
  try {
    config = settled().config
  } catch (error) {
    // Without a configuration nobody knows which directory to look at.
    if (!(error instanceof Ended)) throw error
    return error.message.split('\n').map(what => problem('configuration', what, 'The server does not start with it.'))
  }
  const bar = progressBar()
  bar.show({ phase: 'looking', done: 0, total: 0 })
  const { data, backupDir, backupEvery } = config
  const addon = doors.addon(data)
  const patient = { data, addon, version: doors.version, migrations, now: Date.now(), full, backupDir, backupEvery }
  return examine(patient).finally(bar.clear)
}

const marks = { ok: 'ok      ', warning: 'WARNING ', problem: 'PROBLEM ' }

const lines = ({ level, about, what, advice }: Finding): string =>
  `${marks[level]} ${about.padEnd(13)} ${what}${advice ? `\n${' '.repeat(23)}${advice}` : ''}`
