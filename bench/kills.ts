import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import type { Row } from './harness.ts'

/**
 * Goal 20: the program is killed under load (SIGKILL), and looked through for what it had acknowledged, by the test that
 * does so in any case: src/crash.test.ts. `npm run bench kills -- --kills 1000`; rounds and seconds add nothing to it.
 */
export async function kills(): Promise<Row[]> {
  const { kills } = parseArgs({
    args: process.argv.slice(2),
    options: { kills: { type: 'string', default: '100' } },
    strict: false,
  }).values
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'src/crash', '-t', 'times killed']
  const child = spawn(process.execPath, vitest, {
    env: { ...process.env, CRASH_ROUNDS: String(kills), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = ''
  child.stdout.on('data', chunk => {
    told += chunk
    // It takes minutes: whoever waits sees how far it is.
    process.stderr.write(chunk)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error('The test of crashes failed: see above.')
  const [times, acknowledged, reports, lost] =
    Array.from(told.matchAll(/killed (\d+) times: (\d+) acknowledged, (\d+) of them usage reports, (\d+) lost/g))
      .at(-1)
      ?.slice(1) ?? []
  if (times !== String(kills)) throw new Error(`It was killed ${times ?? 'never'}, not ${kills} times.`)
  return [
    {
      goal: '20',
      what: `acknowledged reports lost over ${times} rounds of kill −9`,
      product: `${lost} lost`,
      reference: `${reports} reports, ${acknowledged} changes in all`,
      against: 'acknowledged',
      ratio: Number(lost) / Number(reports),
      wanted: '0',
    },
  ]
}
