import { type Command, Help, type HelpConfiguration } from 'commander'
import { settings } from '../settings.ts'

/** What strangers look for comes first: the commands; and of the settings those that a command needs, not all thirty. */
export const helpful: HelpConfiguration = {
  showGlobalOptions: true,
  visibleGlobalOptions: command =>
    Help.prototype.visibleGlobalOptions
      .call(Object.assign(new Help(), { showGlobalOptions: true }), command)
      .filter(({ long }) => (showsAll(command) ? long !== '--version' : long === '--data' || long === '--config')),
  formatHelp: (command, helper) => {
    const [usage = '', ...sections] = Help.prototype.formatHelp.call(helper, command, helper).split(/\n\n(?=\S)/)
    const isSettings = (section: string) => /^(Settings|Global Options):/.test(section)
    const ordered = [usage, ...sections.filter(each => !isSettings(each)), ...sections.filter(isSettings)]
    return `${ordered.map(each => each.trimEnd().replace(/^Global Options:/, 'Settings:')).join('\n\n')}\n`
  },
}

/** Of the program itself, and of the commands that are about all settings. */
const showsAll = (command: Command): boolean => !command.parent || ['serve', 'config'].includes(command.name())

/** What stands below the lists. */
export function explained(command: Command): string {
  if (!command.parent) return aboutSettings + aboutCommands
  return showsAll(command) ? aboutSettings : '\nAll settings: kaiten serve --help'
}

const secrets = settings.filter(({ secret }) => secret)
const aboutSettings = `
A setting is an option as above, or in the environment (--log-level is KAITEN_LOG_LEVEL), or a line of kaiten.yaml
(log-level: debug); the first of the three that has it counts. Secrets are no options, which others on the machine can
see. They are in the environment, there also as the name of a file that holds them (KAITEN_…_FILE), or in kaiten.yaml:
${secrets.map(({ name, what }) => `  ${name.padEnd(17)}${what}`).join('\n')}
"kaiten config" shows what is in force, and where each value comes from.`

const aboutCommands = `

"kaiten COMMAND --help" explains a command. To begin: kaiten serve, and open the link that it prints.
Every command ends with 0 ok, 1 failed, 2 wrong invocation or configuration, 3 not allowed, 4 not found, 5 refused,
6 unreachable or server error, 130 interrupted.`
