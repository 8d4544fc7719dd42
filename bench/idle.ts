import type { Row } from './harness.ts'
import { startData } from './start-data.ts'
import { ready, type Starting, serving, startsAgainstBare } from './starts.ts'

const flags = 1000

/** Goal 16: what an idle process with a thousand flags holds, against a bare one that has imported the libraries. */
export async function idle(rounds: number, seconds: number): Promise<Row[]> {
  const program: Starting = {
    command: serving([process.execPath, 'dist/kaiten.cjs'], await startData(flags, 1)),
    ask: ready,
    idle: seconds,
  }
  const row = await startsAgainstBare(program, rounds)
  const against = 'bare process with express, better-sqlite3 and kysely'
  const what = `memory, idle for ${seconds} s, ${flags} flags`
  return [
    row({ goal: '16', what: `anonymous ${what}`, against, wanted: '≤ 1.4' }, each => each.memory.anonymous, 'MB'),
    row({ goal: '16', what: `resident ${what}`, against, wanted: '–' }, each => each.memory.resident, 'MB'),
  ]
}
