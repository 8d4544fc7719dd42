import type { Command } from 'commander'
import { baseUrl } from './base-url.ts'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { asOperator } from './operator.ts'
import { askPassword, readPassword } from './password.ts'
import type { Settled } from './settled.ts'

interface Create {
  name?: string
  role: string
  password?: boolean
  passwordStdin?: boolean
  organization?: string
}

interface Update {
  name?: string
  role?: string
  disable?: boolean
  enable?: boolean
  organization?: string
}

const oldest = ['--organization <slug>', 'organization to work in (default: the oldest)'] as const
const at = (user: string): string => `/api/users/${encodeURIComponent(user)}`

/** A user is named by e-mail address or id. */
export function user(program: Command, doors: Doors, settled: Settled): void {
  const command = program
    .command('user')
    .description('list, invite, change and remove people who sign in to the console')
  command
    .command('list')
    .description('list users, and who was invited')
    .option(...oldest)
    .option('--json', 'for scripts')
    .action(({ organization, json }: { organization?: string; json?: boolean }) =>
      asOperator(doors, settled().config, organization, async ask => {
        const items: Record<string, unknown>[] = []
        for (let cursor = ''; ; ) {
          const page = await ask('GET', `/api/users?limit=200${cursor && `&cursor=${cursor}`}`)
          items.push(...(page.items as Record<string, unknown>[]))
          if (!page.hasMore) break
          cursor = String(page.nextCursor)
        }
        if (json) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`)
        else
          for (const each of items)
            process.stdout.write(
              `${String(each.email).padEnd(32)}${String(each.role).padEnd(8)}${stateOf(each).padEnd(10)}${each.name}\n`,
            )
      }),
    )
  command
    .command('create <email>')
    .description('make a user: with a password, or without one invite them and print the link, this once')
    .option('--name <name>', 'what they are called (default: what stands before the @)')
    .option('--role <role>', 'owner, admin, editor or viewer', 'viewer')
    .option('--password', 'ask for the password on the terminal')
    .option('--password-stdin', 'read the password from standard input')
    .option(...oldest)
    .action(async (email: string, options: Create) => {
      const password = await givenPassword(options)
      const { config } = settled()
      await asOperator(doors, config, options.organization, async ask => {
        const draft = { email, role: options.role, ...(options.name !== undefined && { name: options.name }) }
        if (password !== undefined) await ask('POST', '/operator/users', { ...draft, password })
        else printLink(config, await ask('POST', '/api/users', draft))
      })
    })
  command
    .command('update <user>')
    .description('change the name or role of a user, or disable them: their sessions end at once')
    .option('--name <name>', 'what they are called')
    .option('--role <role>', 'owner, admin, editor or viewer')
    .option('--disable', 'they can no longer sign in')
    .option('--enable', 'they can sign in again')
    .option(...oldest)
    .action((reference: string, { name, role, disable, enable, organization }: Update) => {
      if (disable && enable) throw new Ended(exit.wrongInvocation, 'Say either --disable or --enable.')
      const disabled = disable ? true : enable ? false : undefined
      const changes = Object.entries({ name, role, disabled }).filter(([, value]) => value !== undefined)
      if (changes.length === 0)
        throw new Ended(exit.wrongInvocation, 'Say what is to change: --name, --role, --disable or --enable.')
      return asOperator(doors, settled().config, organization, async ask => {
        await ask('PUT', at(reference), Object.fromEntries(changes))
      })
    })
  command
    .command('delete <user>')
    .description('remove a user from the organization')
    .option(...oldest)
    .action((reference: string, { organization }: { organization?: string }) =>
      asOperator(doors, settled().config, organization, async ask => {
        await ask('DELETE', at(reference))
      }),
    )
  command
    .command('reset-link <user>')
    .description('print a link with which the user chooses a new password, this once')
    .option(...oldest)
    .action((reference: string, { organization }: { organization?: string }) => {
      const { config } = settled()
      return asOperator(doors, config, organization, async ask =>
        printLink(config, { link: await ask('POST', `${at(reference)}/reset-link`) }),
      )
    })
}

const stateOf = ({ disabled, acceptedAt }: Record<string, unknown>): string =>
  disabled ? 'disabled' : acceptedAt ? 'active' : 'invited'

const printLink = (config: Parameters<typeof baseUrl>[0], { link }: Record<string, unknown>): void => {
  process.stdout.write(`${baseUrl(config)}${(link as { path: string }).path}\n`)
}

function givenPassword({ password, passwordStdin }: Create): Promise<string | undefined> {
  if (password && passwordStdin) throw new Ended(exit.wrongInvocation, 'Say either --password or --password-stdin.')
  if (passwordStdin) return readPassword()
  return password ? askPassword() : Promise.resolve(undefined)
}
