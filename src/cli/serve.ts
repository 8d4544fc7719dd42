import type { Command } from 'commander'
import pino from 'pino'
import type { Config } from '../config.ts'
import type { Log } from '../web/house.ts'
import type { Doors } from './doors.ts'
import { exit } from './exit.ts'
import type { Settled } from './settled.ts'

export const serve = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('serve')
    .description('start the server')
    .action(() => run(doors, settled().config))

/** Resolves when the server was asked to stop and has stopped. */
async function run(doors: Doors, config: Config): Promise<void> {
  const log = logger(config)
  const house = await doors.openHouse(config, {
    addon: doors.addon(config.data),
    log,
    died: reason => {
      log.error({ reason }, 'the database can no longer be trusted or a thread has died: ending')
      doors.end(exit.failed)
    },
  })
  const operator = await doors.serveOperator(house, config)
  const front = await doors.serve(house, config)
  process.stdout.write(
    `Kaiten ${doors.version} is at ${front.url}\n  data   ${config.data}\n  API    ${front.url}/api/docs\n`,
  )
  log.info({ url: front.url, data: config.data }, 'serving')
  const signal = await asked()
  log.info({ signal }, 'stopping')
  await Promise.all([front.stop(), operator.stop()])
  await house.close()
}

const asked = (): Promise<string> =>
  new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })

function logger({ logLevel, logFormat }: Config): Log {
  const options = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY)
  return isPretty ? pino(options, pretty) : pino(options, pino.destination(2))
}

/** One line a message, for people at a terminal. */
const pretty = {
  write: (line: string) => {
    const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
    const name = pino.levels.labels[Number(level)] ?? ''
    process.stderr.write(`${String(time)} ${name.padEnd(5)} ${String(msg)} ${JSON.stringify(fields)}\n`)
  },
}
