import type { Command } from 'commander'
import type { Config } from '../config.ts'
import type { Doors } from './doors.ts'
import { exit } from './exit.ts'
import { logTo } from './log.ts'
import type { Settled } from './settled.ts'

export const serve = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('serve')
    .description('start the server')
    .action(() => run(doors, settled().config))

/** Resolves when the server was asked to stop and has stopped. */
async function run(doors: Doors, config: Config): Promise<void> {
  const log = logTo(config)
  for (const sentence of advice(config)) log.warn({}, sentence)
  const house = await doors.openHouse(config, {
    addon: doors.addon,
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

/** What is likely to be meant otherwise. */
function advice({ host, tls, publicUrl, trustedProxies, allowPlainHttp }: Config): string[] {
  const isOpen = host !== 'localhost' && !/^(127\.|::1$)/.test(host)
  if (tls || allowPlainHttp) return []
  if (publicUrl?.startsWith('https:'))
    return trustedProxies.length > 0
      ? []
      : ['public-url is https: name the proxy that serves it in trusted-proxies, or nobody can sign in through it']
  return isOpen ? ['serving http to other machines: nobody can sign in from there without TLS or allow-plain-http'] : []
}
