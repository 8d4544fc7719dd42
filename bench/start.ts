import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, type Row } from './harness.ts'

interface Measured {
  /** From the start of the process to the first answer read, in milliseconds. */
  answered: number
  /** Of the idle process, in bytes: all of it that is in memory, and what is its alone and came from no file. */
  resident: number
  anonymous: number
}

const executable = `dist/kaiten-${process.platform}-${process.arch}`

/** The single executable against plain Node on the same bundle: until it answers, and what it holds when idle. */
export async function start(rounds: number, seconds: number): Promise<Row[]> {
  if (!existsSync(executable)) throw new Error('Build the executable first: npm run binary')
  const data = mkdtempSync(join(tmpdir(), 'kaiten-start-'))
  const alone = () => measured(executable, [], data, seconds)
  const onNode = () => measured(process.execPath, ['dist/kaiten.cjs'], data, seconds)
  const [ofAlone, ofNode]: [Measured[], Measured[]] = [[], []]
  // The first start makes the database, and brings both files into the cache of the system.
  await alone()
  await onNode()
  for (let round = 0; round < rounds * 2; round++) {
    if (round % 2 === 0) ofAlone.push(await alone())
    ofNode.push(await onNode())
    if (round % 2 === 1) ofAlone.push(await alone())
  }
  rmSync(data, { recursive: true })

  const row = (what: string, pick: (each: Measured) => number, unit: string, wanted: string): Row => {
    const [product, reference] = [median(ofAlone.map(pick)), median(ofNode.map(pick))]
    const shown = (value: number) => `${value.toFixed(unit === 'ms' ? 0 : 1)} ${unit}`
    return {
      goal: 'executable',
      what,
      product: shown(product),
      reference: shown(reference),
      against: 'plain Node, same bundle',
      ratio: product / reference,
      wanted,
    }
  }
  return [
    row('start to first answer', each => each.answered, 'ms', '≤ 1.10'),
    row('anonymous memory, idle', each => each.anonymous / 1e6, 'MB', '≤ 1.00'),
    row('resident memory, idle', each => each.resident / 1e6, 'MB', '–'),
    {
      goal: 'executable',
      what: 'size',
      product: `${(statSync(executable).size / 1e6).toFixed(1)} MB`,
      reference: `${(statSync(process.execPath).size / 1e6).toFixed(1)} MB`,
      against: 'Node alone, with its symbols',
      ratio: statSync(executable).size / statSync(process.execPath).size,
      wanted: '≤ 125 MB',
    },
  ]
}

async function measured(command: string, args: string[], data: string, seconds: number): Promise<Measured> {
  const begun = process.hrtime.bigint()
  const child = spawn(command, [...args, 'serve', '--data', data, '--port', '0', '--log-level', 'error'], {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const answer = await fetch(`${await addressOf(child)}/readyz`)
  await answer.text()
  const answered = Number(process.hrtime.bigint() - begun) / 1e6
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  const rollup = readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8')
  const bytes = (name: string) => Number(rollup.match(new RegExp(`^${name}: +(\\d+) kB`, 'm'))?.[1]) * 1024
  const memory = { resident: bytes('Rss'), anonymous: bytes('Anonymous') }
  await new Promise(resolve => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
  return { answered, ...memory }
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
