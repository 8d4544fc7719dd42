import { once } from 'node:events'
import { type Load, median, type Server, token } from './harness.ts'

/**
 * How long the main thread was held, in milliseconds, as hold.preload.ts sees it from within: the longest of each round of
 * a hundred, and of these the median, as of everything that is measured here.
 */
export async function longestHold(
  server: Server,
  load: Load,
  rounds: number,
): Promise<{ processor: number; time: number }> {
  const each: Awaited<ReturnType<typeof held>>[] = []
  for (let round = 0; round < rounds; round++) each.push(await held(server, load))
  return { processor: median(each.map(({ processor }) => processor)), time: median(each.map(({ time }) => time)) }
}

/** Asked so often, one after another: what of it held the main thread longest; and seconds for each. */
export async function held(
  server: Server,
  { path, headers = {} }: Load,
  times = 100,
): Promise<{ processor: number; time: number; each: number }> {
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      headers: { Authorization: `Bearer ${token}`, ...headers },
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`)
  }
  const sinceLast = async () => {
    server.process.send('how long')
    const [longest] = await once(server.process, 'message')
    return longest
  }
  await sinceLast()
  const begun = performance.now()
  for (let count = 0; count < times; count++) await ask()
  const each = (performance.now() - begun) / 1000 / times
  return { ...(await sinceLast()), each }
}
