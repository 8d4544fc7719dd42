import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import type { Settled } from './settled.ts'

export const config = (program: Command, _doors: Doors, settled: Settled): Command =>
  program
    .command('config')
    .description('show what is in force, and where each value comes from')
    .option('--json', 'for scripts')
    .action(({ json }: { json?: boolean }) => {
      const shown = settled().given.map(each => ({ ...each, value: each.secret && each.value ? '(set)' : each.value }))
      if (json) process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`)
      else
        for (const { name, value, source } of shown) process.stdout.write(`${name.padEnd(18)}${value}  (${source})\n`)
    })
