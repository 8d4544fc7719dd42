import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import { type Connection, openWriter, packagedAddon } from './engine/sqlite.ts'
import { dueAttempts, nextDue } from './store/webhook-deliveries.ts'
import type { TestHouse } from './test-house.ts'
import type { Receiver } from './test-receiver.ts'

/** What tests of deliveries do and look at, on a test house with real receivers on loopback. */

export const loopback = { KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' }

// Tests reach into answers of every shape; matchers check what they find there.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Body = any

/** An endpoint that is told of new customers; `more` says otherwise. */
export async function subscribe(house: TestHouse, url: string, more: object = {}): Promise<Body> {
  const made = await house.post('/api/webhooks', { url, eventNames: ['CUSTOMER_CREATION'], ...more })
  expect(made.status).toBe(201)
  return made.body
}

let customers = 0

/** Makes so many events, and gives the customers they are about, in order. */
export async function happen(house: TestHouse, count = 1): Promise<Body[]> {
  const made: Body[] = []
  for (let n = 0; n < count; n++)
    made.push((await house.post('/api/customers', { name: `Customer ${++customers}` })).body)
  return made
}

/** Attempts of an endpoint or a delivery, oldest first; at most 200. */
export async function history(house: TestHouse, filter: { endpoint: string } | { delivery: string }): Promise<Body[]> {
  const query = new URLSearchParams({ ...filter, limit: '200' })
  return (await house.get(`/api/webhooks/history?${query}`)).body.items.reverse()
}

export const endpointOf = async (house: TestHouse, id: string): Promise<Body> =>
  (await house.get(`/api/webhooks/${id}`)).body

/** Resolves when nothing is due to the endpoints at the present of the clock, and nothing is under way. */
export async function quiet(house: TestHouse, ...endpoints: string[]): Promise<void> {
  const { read, deliveries } = house.inside
  const due = (endpoint: string) => read.all(dueAttempts, { endpoint, now: house.now(), limit: 1 }).length
  await expect
    .poll(() => endpoints.reduce((sum, each) => sum + due(each), deliveries.sending.size), {
      timeout: 40_000,
      interval: 5,
    })
    .toBe(0)
}

/** Moves the clock, and the courier looks at it. */
export function pass(house: TestHouse, milliseconds: number): void {
  house.pass(milliseconds)
  house.inside.courier.everySecond()
}

/** The same where attempts fail: after many an endpoint is given pauses of a second, which the clock has to pass. */
export async function quietInTime(house: TestHouse, endpoint: string): Promise<void> {
  const { read, deliveries } = house.inside
  const isDue = () => read.all(dueAttempts, { endpoint, now: house.now(), limit: 1 }).length > 0
  while (deliveries.sending.size > 0 || isDue()) {
    if (deliveries.sending.size === 0) pass(house, 1000)
    await wait(2)
  }
}

/** Moves the clock to when something is next due to the endpoint, and on until that is done. False where nothing is. */
export async function passToNext(house: TestHouse, endpoint: string): Promise<boolean> {
  const next = house.inside.read.find(nextDue, { endpoint })?.dueAt
  if (next === undefined || next === null) return false
  pass(house, Math.max(next - house.now(), 0))
  await quietInTime(house, endpoint)
  return true
}

/** Looks and changes behind the program's back. */
export function behind<Result>(house: TestHouse, look: (connection: Connection) => Result): Result {
  const connection = openWriter(join(house.data, 'kaiten.db'), packagedAddon())
  try {
    return look(connection)
  } finally {
    connection.close()
  }
}

export interface Held {
  /** Requests that have come and are not answered, the first first. */
  waiting: { request: IncomingMessage; response: ServerResponse }[]
  /** Answers all that wait and all that come. */
  release: (status?: number) => void
  /** Resolves when so many wait. */
  until: (count: number) => Promise<void>
}

/** From now on the receiver answers nobody until it is told to. */
export function hold(hook: Receiver): Held {
  const held: Held = {
    waiting: [],
    release: (status = 200) => {
      hook.answer = (_, response) => answered(response, status)
      for (const { response } of held.waiting.splice(0)) answered(response, status)
    },
    until: count => expect.poll(() => held.waiting.length, { timeout: 20_000, interval: 5 }).toBe(count),
  }
  hook.answer = (request, response) => held.waiting.push({ request, response })
  return held
}

export const answered = (response: ServerResponse, status: number, headers: Record<string, string> = {}) =>
  response.writeHead(status, headers).end(`answered ${status}`)
