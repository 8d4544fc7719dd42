import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { familySeconds, processorSeconds } from './processor.ts'

/** A server under measurement: a process of its own, asked over loopback. */
export interface Server {
  name: string
  port: number
  process: ChildProcess
  /** A database's process that works for it alone: the time of it and its children counts as the server's. */
  database?: number
  stop: () => Promise<void>
}

export interface Load {
  path: string
  /** These in turn instead of the path. */
  paths?: string[]
  method?: 'GET' | 'POST'
  body?: string
  headers?: Record<string, string>
  connections: number
  seconds: number
}

export interface Measured {
  requestsPerSecond: number
  /** Processor time of the server process per request, all its threads, in microseconds. */
  cpu: number
  p50: number
  p99: number
  /** Answers that were not 2xx. */
  refused: number
}

export const token = `ksh_${'B'.repeat(40)}`

export const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

/** Starts a Node program that listens on PORT, and waits until it answers. */
export async function start(
  name: string,
  file: string,
  args: string[] = [],
  environment: Record<string, string> = {},
  health = '/healthz',
): Promise<Server> {
  const port = await freePort()
  const child = spawn(process.execPath, [file, ...args.map(each => each.replace('PORT', String(port)))], {
    env: { ...process.env, PORT: String(port), ...environment },
    // Over IPC what is preloaded into it tells what it saw.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  for (let tries = 0; ; tries++) {
    const answers = await fetch(`http://127.0.0.1:${port}${health}`).then(
      response => response.ok,
      () => false,
    )
    if (answers) break
    if (tries > 1200 || child.exitCode !== null) throw new Error(`${name} does not answer`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  const stop = () =>
    new Promise<void>(resolve => {
      child.once('exit', () => resolve())
      child.kill('SIGTERM')
    })
  return { name, port, process: child, stop }
}

/** The built program on a data directory. */
export const startOn = (data: string, environment: Record<string, string> = {}): Promise<Server> =>
  start('kaiten', 'dist/kaiten.cjs', ['serve', '--data', data, '--port', 'PORT', '--log-level', 'error'], {
    KAITEN_BOOTSTRAP_TOKEN: token,
    ...environment,
  })

/** On a fresh one. */
export async function startKaiten(environment: Record<string, string> = {}): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-bench-'))
  const server = await startOn(data, environment)
  const stop = async () => {
    await server.stop()
    rmSync(data, { recursive: true, force: true })
  }
  return { ...server, stop }
}

/** Seconds until V8 has compiled what a load runs through: its threads work for so long, and their time would be counted. */
const compiling = 12

/** Runs a load whose first seconds nobody wants to know. */
export const warmUp = (server: Server, load: Load): void => void run(server, { ...load, seconds: compiling })

export function run(server: Server, load: Load): Measured {
  const used = () => processorSeconds(server.process.pid ?? 0) + (server.database ? familySeconds(server.database) : 0)
  const script = join(mkdtempSync(join(tmpdir(), 'kaiten-wrk-')), 'load.lua')
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, ...load.headers }
  writeFileSync(
    script,
    [
      `wrk.method = "${load.method ?? 'POST'}"`,
      load.body === undefined ? '' : `wrk.body = [==[${load.body}]==]`,
      ...Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = [==[${value}]==]`),
      load.paths
        ? `local paths, turn = {${load.paths.map(path => `"${path}"`).join(', ')}}, 0\nrequest = function() turn = turn % #paths + 1 return wrk.format(nil, paths[turn]) end`
        : '',
      'done = function(summary, latency) io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status)) end',
    ].join('\n'),
  )
  const before = used()
  const output = execFileSync(
    'wrk',
    ['-t1', `-c${load.connections}`, `-d${load.seconds}s`, '-s', script, `http://127.0.0.1:${server.port}${load.path}`],
    { maxBuffer: 1 << 24 },
  ).toString()
  const cpu = (used() - before) * 1e6
  const [requests, microseconds, p50, p99, refused] = (output.match(/RESULT (.*)/)?.[1] ?? '').split(' ').map(Number)
  if (!requests || !microseconds) throw new Error(`wrk said: ${output}`)
  return {
    requestsPerSecond: requests / (microseconds / 1e6),
    cpu: cpu / requests,
    p50: (p50 ?? 0) / 1000,
    p99: (p99 ?? 0) / 1000,
    refused: refused ?? 0,
  }
}

/** Product and reference, A B B A, so that a noisy machine is unfair to neither. */
export async function turns<T>(a: () => T | Promise<T>, b: () => T | Promise<T>, rounds: number): Promise<[T[], T[]]> {
  const [ofA, ofB]: [T[], T[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) ofA.push(await a())
    ofB.push(await b())
    if (round % 2 === 1) ofA.push(await a())
  }
  return [ofA, ofB]
}

type Turn = () => Measured | Promise<Measured>

export interface Compared {
  /** Medians of all rounds. */
  product: Measured
  reference: Measured
  /**
   * The median of what the rounds come to one by one: a machine that is slow for some seconds is slow for both sides of a
   * round, but not for the same number of rounds on each side.
   */
  ratio: (of: (product: Measured, reference: Measured) => number) => number
}

/** Both take turns. */
export async function inTurns(product: Turn, reference: Turn, rounds: number): Promise<Compared> {
  const [ofProduct, ofReference] = await turns(product, reference, rounds)
  return {
    product: medians(ofProduct),
    reference: medians(ofReference),
    ratio: of => median(ofProduct.map((each, round) => of(each, ofReference[round] as Measured))),
  }
}

/** Of processor time per request: the machine is shared, and what waits for others is not ours. */
export const cheaper = (product: Measured, reference: Measured): number => reference.cpu / product.cpu

/** Of requests a second, where more than one thread works for a request. */
export const faster = (product: Measured, reference: Measured): number =>
  product.requestsPerSecond / reference.requestsPerSecond

export const median = (of: number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0

const medians = (of: Measured[]): Measured => {
  const middle = (pick: (each: Measured) => number) => median(of.map(pick))
  return {
    requestsPerSecond: middle(each => each.requestsPerSecond),
    cpu: middle(each => each.cpu),
    p50: middle(each => each.p50),
    p99: middle(each => each.p99),
    refused: middle(each => each.refused),
  }
}

export interface Row {
  goal: string
  what: string
  /** Text where it was not a server that was measured. */
  product: Measured | string
  reference: Measured | string
  against: string
  ratio: number
  wanted: string
}

/** The table for the README, with what it was measured on. */
export function table(rows: readonly Row[]): string {
  const round = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1))
  const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const shown = (of: Measured | string) =>
    typeof of === 'string'
      ? of
      : `${round(of.requestsPerSecond)}/s · ${round(of.cpu)} µs · p50 ${round(of.p50)} ms · p99 ${round(of.p99)} ms`
  const lines = rows.map(({ goal, what, product, reference, against, ratio, wanted }) =>
    [goal, what, shown(product), `${against}: ${shown(reference)}`, ratio.toFixed(2), wanted].join(' | '),
  )
  return [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine}. µs are processor time of the server process per request.`,
    '',
    '| Goal | What | Kaiten | Reference | Ratio | Wanted |',
    '|---|---|---|---|---|---|',
    ...lines.map(line => `| ${line} |`),
    '',
  ].join('\n')
}
