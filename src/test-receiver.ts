import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'

export interface Received {
  id: string
  headers: Record<string, string>
  text: string
  // Tests reach into events of every shape; matchers check what they find there.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  event: any
}

export interface Receiver extends AsyncDisposable {
  url: string
  /** What was received and verified, in order. */
  received: Received[]
  /** What was received with a wrong signature. */
  refused: string[]
  /** How it answers from now on; 200 by itself. */
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void
  /** The secrets it verifies with; none verifies nothing. */
  secrets: string[]
  /** Requests that are under way, and the most that ever were. */
  open: { now: number; most: number }
  /** Resolves when so many were received. */
  until: (count: number, within?: number) => Promise<Received[]>
}

/** A receiver of webhooks as a customer would write one, with a library that is not ours. */
export async function receiver(port = 0): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    heard.open.most = Math.max(heard.open.most, ++heard.open.now)
    response.on('close', () => heard.open.now--)
    const text = await textOf(request)
    // Whoever sent it was killed within it.
    if (text === undefined) return
    const headers = request.headers as Record<string, string>
    if (heard.secrets.length > 0 && !heard.secrets.some(secret => verifies(secret, text, headers)))
      heard.refused.push(text)
    else heard.received.push({ id: headers['webhook-id'] ?? '', headers, text, event: JSON.parse(text) })
    heard.answer(request, response, heard.received.length)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const heard: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    received: [],
    refused: [],
    answer: (_, response) => response.end('thanks'),
    secrets: [],
    open: { now: 0, most: 0 },
    until: async (count, within = 10_000) => {
      const end = Date.now() + within
      while (heard.received.length < count) {
        if (Date.now() > end) throw new Error(`${heard.received.length} of ${count} were received within ${within} ms`)
        await wait(5)
      }
      return heard.received
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return heard
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString()
  } catch {
    return undefined
  }
}

/** Tests move the clock, and the library holds the timestamp against the real one: it is looked at by itself. */
function verifies(secret: string, text: string, headers: Record<string, string>): boolean {
  const timestamp = new Date(Number(headers['webhook-timestamp']) * 1000)
  const signature = new Webhook(secret).sign(headers['webhook-id'] ?? '', timestamp, text)
  return (headers['webhook-signature'] ?? '').split(' ').includes(signature)
}
