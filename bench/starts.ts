import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { median, type Row, turns } from './harness.ts'

/** A process from its start to what it was asked first, and what it holds when it has been idle. */
export interface Started {
  /** Until all was answered and read, in milliseconds. */
  answered: number
  memory: Memory
}

/** In bytes: all of a process that is in memory, and what is its alone and came from no file. */
export interface Memory {
  resident: number
  anonymous: number
}

export interface Starting {
  command: string[]
  environment?: Record<string, string>
  /** What it is asked as soon as it has told where it listens. */
  ask: (url: string) => Promise<void>
  /** Seconds between its answers and the look at its memory. */
  idle: number
}

export async function started({ command, environment = {}, ask, idle }: Starting): Promise<Started> {
  const [file = '', ...args] = command
  const begun = process.hrtime.bigint()
  const child = spawn(file, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  await ask(await addressOf(child))
  const answered = Number(process.hrtime.bigint() - begun) / 1e6
  await wait(idle * 1000)
  const memory = memoryOf(child.pid ?? 0)
  await new Promise(resolve => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
  return { answered, memory }
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const bytes = (name: string) => Number(rollup.match(new RegExp(`^${name}: +(\\d+) kB`, 'm'))?.[1]) * 1024
  return { resident: bytes('Rss'), anonymous: bytes('Anonymous') }
}

/** It is told as soon as the port is open. */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`It ended with ${code}.`)))
    child.stdout?.on('data', chunk => {
      const url = String(chunk).match(/ is at (http:\S+)/)?.[1]
      if (url) resolve(url)
    })
  })

/** Both are started in turns, twice a round; what is told of them in a row is the median of each. */
export async function startsInTurns(product: Starting, reference: Starting, rounds: number) {
  // The first start may make a database, and brings the files into the cache of the system.
  for (const each of [product, reference]) await started({ ...each, idle: 0 })
  const [ofProduct, ofReference] = await turns(
    () => started(product),
    () => started(reference),
    rounds * 2,
  )
  return (row: Omit<Row, 'product' | 'reference' | 'ratio'>, pick: (each: Started) => number, unit: Unit): Row => {
    const [a, b] = [median(ofProduct.map(pick)), median(ofReference.map(pick))]
    return { ...row, product: shown(a, unit), reference: shown(b, unit), ratio: a / b }
  }
}

type Unit = 'ms' | 'MB'
const shown = (value: number, unit: Unit) =>
  unit === 'ms' ? `${value.toFixed(0)} ms` : `${(value / 1e6).toFixed(1)} MB`

/** The same against a process that has imported the libraries, opened a database and listens. */
export async function startsAgainstBare(product: Starting, rounds: number) {
  const folder = mkdtempSync(join(tmpdir(), 'kaiten-bare-'))
  const bare = { ...product, command: [process.execPath, 'bench/bare.server.mjs', join(folder, 'bare.db')] }
  return startsInTurns(product, bare, rounds).finally(() => rmSync(folder, { recursive: true }))
}

/** The program on Node, or alone, on a data directory. */
export const serving = (program: string[], data: string): string[] => [
  ...program,
  ...['serve', '--data', data, '--port', '0', '--log-level', 'error'],
]

export async function ready(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`)
  if (!response.ok) throw new Error(`It is not ready: ${await response.text()}`)
  await response.text()
}
