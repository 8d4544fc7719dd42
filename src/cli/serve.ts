import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { appliance } from '../domain/principal.ts'
import { lookAfterUncleanStop } from '../safekeeping/after-unclean.ts'
import { ScheduledBackups } from '../safekeeping/schedule.ts'
import { allOrganizations } from '../store/organizations.ts'
import { anyPerson } from '../store/users.ts'
import type { House } from '../web/house.ts'
import { baseUrl } from './base-url.ts'
import type { Doors, OpenHouse } from './doors.ts'
import { afterStorageFailed, exit } from './exit.ts'
import { logTo } from './log.ts'
import type { Settled } from './settled.ts'

export const serve = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('serve')
    .description('start the server; while there is no user, it prints a link with which the first owner is made')
    .action(() => serveUntilAsked(doors, settled().config))

/** Resolves when the server was asked to stop and has stopped. `serving` is told the address at which people find it. */
export async function serveUntilAsked(
  doors: Doors,
  config: Config,
  serving: (url: string) => void = () => undefined,
): Promise<void> {
  const log = logTo(config)
  for (const sentence of advice(config)) log.warn({}, sentence)
  const died = (reason: string) => {
    log.error(
      { reason, advice: afterStorageFailed },
      'the database can no longer be trusted or a thread has died: ending',
    )
    doors.end(exit.failed)
  }
  const house = await doors.openHouse(config, { addon: doors.addon(config.data), log, died })
  const operator = await doors.serveOperator(house, config)
  const front = await doors.serve(house, config)
  // Whoever reads that it serves may ask it to stop.
  const signalled = asked()
  process.stdout.write(
    `Kaiten ${doors.version} is at ${front.url}\n  data   ${config.data}\n  API    ${front.url}/api/docs\n`,
  )
  const beyond = beyondTheInternet(config)
  if (beyond) process.stdout.write(`  webhooks may also call ${beyond}\n`)
  const url = baseUrl({ ...config, port: Number(new URL(front.url).port) })
  await printSetUpLink(house, url)
  serving(url)
  log.info({ url: front.url, data: config.data }, 'serving')
  const safekeeping = keepSafe(doors, house, config, died)
  const signal = await signalled
  log.info({ signal }, 'stopping')
  await Promise.all([front.stop(), operator.stop(), safekeeping.stop()])
  await house.close()
}

/** What only the operator can allow, said so that nobody allows it unseen. */
function beyondTheInternet({ webhookAllowHttp, webhookAllowCidr }: Config): string | undefined {
  const allowed = [...(webhookAllowHttp ? ['http://'] : []), ...webhookAllowCidr]
  return allowed.length > 0 ? allowed.join(', ') : undefined
}

/** While there is nobody who could sign in: for whoever sees this terminal, and not for the log. */
async function printSetUpLink({ read, submit }: House, url: string): Promise<void> {
  const oldest = read.all(allOrganizations, {})[0]
  if (!oldest || read.find(anyPerson, {})) return
  const { value } = await submit('users.setUpLink', appliance(oldest.id), undefined)
  process.stdout.write(`  set up ${url}${value.path}  (once, within an hour)\n`)
}

/** What is done for the data beside serving it: a look after an unclean stop, and scheduled backups. */
function keepSafe(doors: Doors, house: OpenHouse, config: Config, damaged: (why: string) => void) {
  const { backupDir: dir, backupEvery: every, backupKeep: keep, data } = config
  const inHouse = { ...doors, ...house, addon: doors.addon(data), data }
  const ending = new AbortController()
  const looking = lookAfterUncleanStop({ ...inHouse, damaged, signal: ending.signal })
  const backups = dir === undefined ? undefined : new ScheduledBackups({ ...inHouse, dir, every, keep })
  backups?.start()
  const stop = async () => {
    ending.abort()
    await Promise.all([looking, backups?.stop()])
  }
  return { stop }
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
