import { type Row, token } from './harness.ts'
import { oneFlag } from './ofrep.ts'
import { startData } from './start-data.ts'
import { ready, type Starting, serving, startsAgainstBare } from './starts.ts'

const [flags, tokens] = [10_000, 100_000]

/** Goal 17: from the start of a process until it is ready and has evaluated a flag, against one that imports the libraries. */
export async function firstAnswer(rounds: number): Promise<Row[]> {
  const program: Starting = {
    command: serving([process.execPath, 'dist/kaiten.cjs'], await startData(flags, tokens)),
    ask: evaluated,
    idle: 0,
  }
  const row = await startsAgainstBare(program, rounds)
  const against = 'bare process with express, better-sqlite3 and kysely'
  const what = `start to first answer, ${flags} flags and ${tokens} tokens`
  return [
    row({ goal: '17', what, against, wanted: '≤ 2.5' }, each => each.answered, 'ms'),
    row({ goal: '–', what: 'anonymous memory then', against, wanted: '–' }, each => each.memory.anonymous, 'MB'),
  ]
}

async function evaluated(url: string): Promise<void> {
  await ready(url)
  const response = await fetch(url + oneFlag.path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: oneFlag.body,
  })
  if (!response.ok) throw new Error(`It evaluates nothing: ${await response.text()}`)
  await response.text()
}
