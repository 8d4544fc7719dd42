import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './harness.ts'
import { ready, type Starting, serving, startsInTurns } from './starts.ts'

const executable = `dist/kaiten-${process.platform}-${process.arch}`

/** The single executable against plain Node on the same bundle: until it answers, and what it holds when idle. */
export async function start(rounds: number, seconds: number): Promise<Row[] | string> {
  if (!existsSync(executable)) return 'It needs the executable: npm run binary'
  const data = mkdtempSync(join(tmpdir(), 'kaiten-start-'))
  const starting = (program: string[]): Starting => ({ command: serving(program, data), ask: ready, idle: seconds })
  const row = await startsInTurns(
    starting([executable]),
    starting([process.execPath, 'dist/kaiten.cjs']),
    rounds,
  ).finally(() => rmSync(data, { recursive: true }))
  const of = { goal: 'executable', against: 'plain Node, same bundle' }
  return [
    row({ ...of, what: 'start to first answer', wanted: '≤ 1.10' }, each => each.answered, 'ms'),
    row({ ...of, what: 'anonymous memory, idle', wanted: '≤ 1.00' }, each => each.memory.anonymous, 'MB'),
    row({ ...of, what: 'resident memory, idle', wanted: '–' }, each => each.memory.resident, 'MB'),
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
