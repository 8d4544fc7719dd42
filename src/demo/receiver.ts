import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Calendar } from './calendar.ts'

/** The systems that Umami Software has beside Kaiten, as one server on loopback: those that work, and those that fail. */

export const receives = {
  crm: '/crm',
  billing: '/billing',
  chat: '/chat',
  warehouse: '/warehouse',
  intranet: '/intranet',
} as const

export interface Receiver {
  /** http://127.0.0.1:49152 */
  url: string
  port: number
  stop: () => Promise<void>
}

/** On the port where it is free, else on another. `now` is the clock of those who send. */
export async function openReceiver(now: () => number, calendar: Calendar, port = 0): Promise<Receiver> {
  const server = createServer((request, response) => {
    request.resume()
    const [status, body] = answerTo(request.url ?? '', now(), calendar)
    request.on('end', () =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
    )
  })
  const listen = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(wanted, '127.0.0.1', resolve)
    })
  await listen(port).catch(() => listen(0))
  // Nobody waits for it to end.
  server.unref()
  const taken = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    stop: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

type Answer = [status: number, body: object]

function answerTo(path: string, now: number, { workday }: Pick<Calendar, 'workday'>): Answer {
  const isBetween = (from: number | undefined, to: number | undefined) =>
    from !== undefined && from <= now && now < (to ?? Number.POSITIVE_INFINITY)
  if (path === receives.intranet) return [404, { error: 'This page has moved.' }]
  if (path === receives.billing && isBetween(workday(14, 9), workday(14, 15)))
    return [503, { error: 'Down for maintenance.' }]
  // Since yesterday, and to this day: what is failing can be looked at.
  if (path === receives.warehouse && isBetween(workday(24, 8), undefined))
    return [500, { error: 'No space left on device' }]
  return Object.values<string>(receives).includes(path) ? [200, { received: true }] : [404, {}]
}
