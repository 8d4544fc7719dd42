import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './harness.ts'
import { startData } from './start-data.ts'
import { ready, type Starting, serving, startsInTurns } from './starts.ts'

const flags = 1000

/** Goal 16: what an idle process with a thousand flags holds, against a bare one that has imported the libraries. */
export async function idle(rounds: number, seconds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'kaiten-bare-'))
  const program: Starting = {
    command: serving([process.execPath, 'dist/kaiten.cjs'], await startData(flags, 1)),
    ask: ready,
    idle: seconds,
  }
  const bare = { ...program, command: [process.execPath, 'bench/bare.server.mjs', join(folder, 'bare.db')] }
  const row = await startsInTurns(program, bare, rounds).finally(() => rmSync(folder, { recursive: true }))
  const against = 'bare process with express, better-sqlite3 and kysely'
  const what = `memory, idle for ${seconds} s, ${flags} flags`
  return [
    row({ goal: '16', what: `anonymous ${what}`, against, wanted: '≤ 1.4' }, each => each.memory.anonymous, 'MB'),
    row({ goal: '16', what: `resident ${what}`, against, wanted: '–' }, each => each.memory.resident, 'MB'),
  ]
}
