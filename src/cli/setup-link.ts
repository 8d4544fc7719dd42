import type { Command } from 'commander'
import { baseUrl } from './base-url.ts'
import type { Doors } from './doors.ts'
import { asOperator } from './operator.ts'
import type { Settled } from './settled.ts'

export const setupLink = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('setup-link')
    .description('print a link with which somebody becomes the first owner; those printed before stop working')
    .option('--organization <slug>', 'organization to work in (default: the oldest)')
    .action(({ organization }: { organization?: string }) => {
      const { config } = settled()
      return asOperator(doors, config, organization, async ask => {
        const { path } = await ask('POST', '/operator/setup-links')
        process.stdout.write(`${baseUrl(config)}${path}\n`)
      })
    })
