import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { Calendar, leastPast, wholePast } from '../demo/calendar.ts'
import { company, makeDemo } from '../demo/make.ts'
import { openReceiver } from '../demo/receiver.ts'
import { clear, isEmpty, type Record, recordIn, writeRecord } from '../demo/record.ts'
import { takeLock } from '../engine/open.ts'
import type { Doors } from './doors.ts'
import { Ended, exit } from './exit.ts'
import { logTo } from './log.ts'
import { progressBar } from './progress.ts'
import { serveUntilAsked } from './serve.ts'
import type { Settled } from './settled.ts'

const loopback = ['127.0.0.0/8', '::1/128']

export const demo = (program: Command, doors: Doors, settled: Settled): Command =>
  program
    .command('demo')
    .description('start with a made-up company and weeks of its business (in ./demo-data)')
    .option('--seed <number>', 'another number, another company of the same kind', '1')
    .option('--days <number>', 'how long its past is', String(wholePast))
    .action(({ seed, days }: { seed: string; days: string }) =>
      run(doors, configOf(settled()), { seed: numberOf('seed', seed), days: daysOf(days) }),
    )

/** What the company is made of. */
type Kind = Pick<Record, 'seed' | 'days'>

async function run(doors: Doors, config: Config, kind: Kind): Promise<void> {
  const record = await demoIn(config, doors, kind)
  const receiver = await openReceiver(Date.now, new Calendar(record.madeAt, record.days), record.receiverPort)
  const isElsewhere = receiver.port !== record.receiverPort
  await serveUntilAsked(doors, config, url => {
    process.stdout.write(`  sign in ${url}/login  as ${record.email}  with ${record.password}  (made-up data only)\n`)
    if (isElsewhere)
      process.stdout.write(
        `  port ${record.receiverPort} is taken, at which webhooks of the demo are received: they fail\n`,
      )
  })
  await receiver.stop()
}

/** What the demo needs beside what is configured: a place of its own, a name, and a receiver on loopback. */
function configOf({ config, given }: ReturnType<Settled>): Config {
  const isPlaceGiven = given.some(({ name, source }) => name === 'data' && source !== 'default')
  const data = isPlaceGiven ? config.data : resolve('demo-data')
  const webhookAllowCidr = [...new Set([...config.webhookAllowCidr, ...loopback])]
  return Object.freeze({ ...config, data, org: company, webhookAllowHttp: true, webhookAllowCidr })
}

function numberOf(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Ended(exit.wrongInvocation, `--${option} must be a whole number, not ${JSON.stringify(text)}.`)
}

function daysOf(text: string): number {
  const days = numberOf('days', text)
  if (days >= leastPast && days <= wholePast) return days
  throw new Ended(exit.wrongInvocation, `--days must be from ${leastPast} to ${wholePast}, not ${text}.`)
}

/** The demo that is there, as it is, or a new one where nothing is. */
async function demoIn(config: Config, doors: Doors, kind: Kind): Promise<Record> {
  const { data } = config
  const there = recordIn(data)
  if (there?.finished) return there
  if (there) {
    // Whoever is making it holds the lock.
    takeLock(data, doors.addon(data)).release()
    clear(data)
  }
  if (!isEmpty(data))
    throw new Ended(exit.refused, `${data} is not empty and no demo: choose another --data, or start it with "serve".`)
  return make(config, doors, kind)
}

async function make(config: Config, doors: Doors, kind: Kind): Promise<Record> {
  const { data } = config
  const end = Date.now()
  const password = newPassword()
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const begun = { ...kind, madeAt: end, email: '', password, receiverPort: 0, finished: false }
  writeRecord(data, begun)
  process.stdout.write(`Making ${company} and ${kind.days} days of its business in ${data}\n`)
  const bar = progressBar(process.stderr, hours => `${Math.ceil(hours / 24)} days`)
  const made = await makeDemo({
    ...{ ...kind, end, password },
    open: clock =>
      doors.openHouse(config, {
        addon: doors.addon(data),
        clock,
        // Nobody needs to be told of what was made up.
        log: { ...logTo({ logLevel: 'error', logFormat: config.logFormat }), security: () => undefined },
        died: reason => {
          process.stderr.write(`${reason}\n`)
          doors.end(exit.failed)
        },
      }),
    told: progress => bar.show({ phase: 'living', ...progress }),
  }).finally(bar.clear)
  const record = { ...begun, ...made, finished: true }
  writeRecord(data, record)
  return record
}

/** Some 60 bits, without letters that look alike. */
function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const part = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  return [part(), part(), part()].join('-')
}
