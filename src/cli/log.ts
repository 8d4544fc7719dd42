import pino from 'pino'
import type { Config } from '../config.ts'
import type { Log } from '../web/house.ts'

/** The log on standard error: a line of JSON each, or for people at a terminal a line that they can read. */
export function logTo({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Log {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY)
  const out = pino.destination(2)
  const write = (line: string) => out.write(harmless(isPretty ? pretty(line) : line))
  const log = pino({ level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write })
  // Written at any level: only who wants no log at all is told nothing of who came in and who was kept out.
  const always = log.child({ category: 'security' }, { level: logLevel === 'silent' ? 'silent' : 'info' })
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    security: (fields, message) => always.info(fields, message),
    tellsRequests: log.isLevelEnabled('debug'),
  }
}

function pretty(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const name = pino.levels.labels[Number(level)] ?? ''
  return `${String(time)} ${name.padEnd(5)} ${JSON.stringify(msg).slice(1, -1)} ${JSON.stringify(fields)}\n`
}

/**
 * Whatever came into a line: no secret of ours leaves by it, and nothing that a terminal obeys or that some readers take
 * for the end of a line. (JSON lets everything above U+001F pass.)
 */
export const harmless = (line: string): string =>
  line
    .replace(secrets, '$1$2…')
    .replace(controls, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

const secrets = /(ksh_)[A-Za-z0-9]{8,}|(whsec_)[A-Za-z0-9+/=]{8,}/g
const controls = /[\u007f-\u009f\u2028\u2029]/g
