import type { Command } from 'commander'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { type AskApi, asOperator } from './operator.ts'
import type { Settled } from './settled.ts'

interface Create {
  account: string
  scope?: string[]
  preset?: string
  instance?: string
  expires?: string
  organization?: string
}

export function token(program: Command, doors: Doors, settled: Settled): void {
  const command = program.command('token').description('make, list and revoke API tokens of service accounts')
  command
    .command('create <name>')
    .description('make a token and print it, this once; the service account is made where it is missing')
    .option('--account <slug>', 'service account that the token belongs to', 'cli')
    .option('--scope <scope...>', 'such as read:customers or write:*')
    .option(
      '--preset <preset>',
      'data-plane (apps: ask and report) or control-plane (change everything), in place of scopes',
    )
    .option('--instance <slug>', 'the token may work for this instance alone')
    .option('--expires <time>', 'when it ends, such as 2030-01-31T12:00:00Z')
    .option('--organization <slug>', 'organization to work in (default: the oldest)')
    .action((name: string, options: Create) =>
      asOperator(doors, settled().config, options.organization, async ask => {
        if (!options.scope && !options.preset)
          throw new Ended(
            exit.wrongInvocation,
            'Say what the token may do: --scope write:customers …, or --preset data-plane.',
          )
        await accountOf(ask, options.account)
        const made = await ask('POST', `/api/service-accounts/${encodeURIComponent(options.account)}/tokens`, {
          name,
          ...(options.scope && { scopes: options.scope }),
          ...(options.preset && { preset: options.preset }),
          ...(options.instance && { instanceSlug: options.instance }),
          ...(options.expires && { expiresAt: options.expires }),
        })
        process.stdout.write(`${made.token}\n`)
      }),
    )
  command
    .command('list')
    .description('list the tokens of a service account')
    .option('--account <slug>', 'service account that the token belongs to', 'cli')
    .option('--organization <slug>', 'organization to work in (default: the oldest)')
    .option('--json', 'for scripts')
    .action(({ account, organization, json }: { account: string; organization?: string; json?: boolean }) =>
      asOperator(doors, settled().config, organization, async ask => {
        const list = await ask('GET', `/api/service-accounts/${encodeURIComponent(account)}/tokens?limit=200`)
        const items = list.items as Record<string, unknown>[]
        if (json) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`)
        else
          for (const { slug, prefix, scopes, revokedAt } of items)
            process.stdout.write(
              `${String(slug).padEnd(24)}${prefix}…  ${revokedAt ? 'revoked' : (scopes as string[]).join(' ')}\n`,
            )
      }),
    )
  command
    .command('revoke <slug>')
    .description('revoke a token: it is refused from the next request on')
    .option('--account <slug>', 'service account that the token belongs to', 'cli')
    .option('--organization <slug>', 'organization to work in (default: the oldest)')
    .action((slug: string, { account, organization }: { account: string; organization?: string }) =>
      asOperator(doors, settled().config, organization, async ask => {
        await ask('DELETE', `/api/service-accounts/${encodeURIComponent(account)}/tokens/${encodeURIComponent(slug)}`)
      }),
    )
}

async function accountOf(ask: AskApi, slug: string): Promise<void> {
  try {
    await ask('GET', `/api/service-accounts/${encodeURIComponent(slug)}`)
  } catch (error) {
    if (!(error instanceof Ended) || error.code !== exit.notFound) throw error
    await ask('POST', '/api/service-accounts', { name: slug, slug })
  }
}
