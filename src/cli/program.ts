import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { type Config, configure, type Given } from '../config.ts'
import { Problem } from '../domain/problem.ts'
import { CannotOpen } from '../engine/migrate.ts'
import { Refused } from '../safekeeping/refused.ts'
import { settings } from '../settings.ts'
import { backup } from './backup.ts'
import { config } from './config.ts'
import { demo } from './demo.ts'
import { doctor } from './doctor.ts'
import type { Doors } from './doors.ts'
import { afterStorageFailed, Ended, exit } from './exit.ts'
import { healthcheck } from './healthcheck.ts'
import { explained, helpful } from './help.ts'
import { migrate } from './migrate.ts'
import { org } from './org.ts'
import { restore } from './restore.ts'
import { serve } from './serve.ts'
import { setupLink } from './setup-link.ts'
import { token } from './token.ts'
import { user } from './user.ts'

/** In the order of the help. */
const commands = {
  'Serving:': [serve, demo, config, healthcheck],
  'Who may come in:': [setupLink, user, token, org],
  'Keeping the data:': [backup, restore, doctor, migrate],
}

/** Runs a command and says how it ended. Every command reads the same settings, from the same three sources. */
export async function run(argv: readonly string[], doors: Doors): Promise<number> {
  const program = new Command('kaiten')
    .description('The control plane of a company that sells B2B software: one program, one SQLite file.')
    .version(doors.version)
    .exitOverride()
    .usage('COMMAND [options]')
    .configureHelp(helpful)
    .addHelpText('afterAll', ({ command }) => explained(command))
    .showHelpAfterError('(kaiten --help lists the commands)')
  program.optionsGroup('Settings:')
  for (const { name, what, default: fallback, secret } of settings)
    if (!secret) program.option(`--${name} <value>`, fallback ? `${what} (default: ${fallback})` : what)
  program.option('--config <file>', 'configuration file (default: kaiten.yaml in the working directory)')
  const settled = () => settle(program.opts<Record<string, string | undefined>>())
  for (const [group, makers] of Object.entries(commands)) {
    program.commandsGroup(group)
    for (const make of makers) make(program, doors, settled)
  }
  program
    .commandsGroup('More:')
    .helpCommand('help [command]', 'the same as --help')
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${doors.version}\n`)
    })

  try {
    await program.parseAsync([...argv])
    return exit.ok
  } catch (error) {
    return ended(error)
  }
}

/** The configuration in force; ends the command where something is wrong with it. */
function settle(options: Record<string, string | undefined>): { config: Config; given: Given[] } {
  const path = resolve(options.config ?? 'kaiten.yaml')
  if (options.config && !existsSync(path)) throw new Ended(exit.wrongInvocation, `There is no file ${path}.`)
  const file = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  const names = settings.map(({ name }) => name)
  const byName = Object.fromEntries(names.map(name => [name, options[camel(name)]]))
  const settled = configure({ options: byName, environment: process.env, file })
  if ('wrong' in settled) throw new Ended(exit.wrongInvocation, settled.wrong.join('\n'))
  return settled
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function ended(error: unknown): number {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.wrongInvocation
  const message = error instanceof Error ? error.message : String(error)
  const hasFailed = error instanceof Problem && error.code === 'Storage.Failed'
  process.stderr.write(hasFailed ? `${message} ${afterStorageFailed}\n` : `${message}\n`)
  if (error instanceof Ended) return error.code
  return error instanceof CannotOpen || error instanceof Refused ? exit.refused : exit.failed
}
