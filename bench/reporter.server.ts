import { createServer } from 'node:http'
import { Pool } from 'undici'
import { type Ended, evenly } from './pace.ts'

export interface Order {
  origin: string
  path: string
  token: string
  perSecond: number
}

/** What came of it. Times are from report to answer, in milliseconds. */
export interface Reported {
  took: number[]
  refused: number
  seconds: number
}

/**
 * Reports usage at an even pace: a process of its own, because the harness waits for wrk. Told over IPC: an order begins,
 * `end` is answered with what came of it.
 */
let over = true
let running: Promise<Reported> | undefined

process.on('message', async (message: Order | 'end') => {
  over = message === 'end'
  if (message === 'end') process.send?.(await running)
  else running = report(message, () => over)
})
createServer((_, response) => response.end('{}')).listen(Number(process.env.PORT), '127.0.0.1')

async function report({ origin, path, token, perSecond }: Order, ended: Ended): Promise<Reported> {
  const reported: Reported = { took: [], refused: 0, seconds: 0 }
  // As many as may be under way while the server is saturated, so that none waits here.
  const pool = new Pool(origin, { connections: 128 })
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  const begun = performance.now()
  await evenly(perSecond, ended, async () => {
    const sent = performance.now()
    const { statusCode, body } = await pool.request({ path, method: 'POST', headers, body: '{"value":1}' })
    await body.dump()
    reported.took.push(performance.now() - sent)
    if (statusCode >= 300) reported.refused++
  })
  reported.seconds = (performance.now() - begun) / 1000
  await pool.close()
  return reported
}
