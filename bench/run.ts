import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { beside } from './beside.ts'
import { firstAnswer } from './first-answer.ts'
import { table } from './harness.ts'
import { idle } from './idle.ts'
import { kills } from './kills.ts'
import { ofrep } from './ofrep.ts'
import { rules } from './rules.ts'
import { scale } from './scale.ts'
import { slowDisk } from './slow-disk.ts'
import { start } from './start.ts'
import { unleash } from './unleash.ts'
import { usage } from './usage.ts'
import { webhooks } from './webhooks.ts'

/** `npm run bench [name] [-- --rounds N --seconds N]`: measures, and prints a table for the README. */
const scenarios = {
  ofrep,
  rules,
  usage,
  beside,
  'slow-disk': slowDisk,
  webhooks,
  start,
  idle,
  'first-answer': firstAnswer,
  unleash,
  kills,
  scale,
}

const [name] = process.argv.slice(2)
const option = (key: string, fallback: number) => {
  const at = process.argv.indexOf(`--${key}`)
  return at === -1 ? fallback : Number(process.argv[at + 1])
}
if (spawnSync('wrk', ['-v']).error) throw new Error('The harness needs wrk: apt-get install wrk')
if (!existsSync('dist/kaiten.cjs')) throw new Error('Build the program first: npm run build')

const chosen = Object.entries(scenarios).filter(([key]) => name === undefined || name.startsWith('--') || key === name)
for (const [key, scenario] of chosen) {
  const measured = await scenario(option('rounds', 5), option('seconds', 5))
  // A sentence says why there is nothing to measure here.
  process.stdout.write(typeof measured === 'string' ? `${key} is left out. ${measured}\n\n` : `${table(measured)}\n`)
}
