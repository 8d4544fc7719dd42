import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { asOperator } from './operator.ts'
import type { Settled } from './settled.ts'

export function org(program: Command, doors: Doors, settled: Settled): void {
  const command = program.command('org').description('list and make organizations: vendors whose data is kept apart')
  command
    .command('list')
    .description('list organizations')
    .option('--json', 'for scripts')
    .action(({ json }: { json?: boolean }) =>
      asOperator(doors, settled().config, undefined, async ask => {
        const { items } = (await ask('GET', '/operator/organizations')) as { items: { slug: string; name: string }[] }
        if (json) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`)
        else for (const { slug, name } of items) process.stdout.write(`${slug.padEnd(24)}${name}\n`)
      }),
    )
  command
    .command('create <name>')
    .description('make an organization, and print its slug')
    .option('--slug <slug>', 'its short name in addresses (default: made from the name)')
    .action((name: string, { slug }: { slug?: string }) =>
      asOperator(doors, settled().config, undefined, async ask => {
        const made = await ask('POST', '/operator/organizations', { name, ...(slug && { slug }) })
        process.stdout.write(`${made.slug}\n`)
      }),
    )
}
