import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { frame, Streams, streamHeaders } from './sse.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** A real server whose every request becomes a stream of one channel, and what its one client heard. */
async function listening(streams: Streams) {
  const server = createServer((_, response) => {
    if (!streams.add('channel', response, streamHeaders, 'first\n\n')) response.writeHead(503).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const heard = { text: '', ended: false }
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body as ReadableStream<Uint8Array>)
      heard.text += decoder.decode(chunk, { stream: true })
    heard.ended = true
  })()
  const close = async () => {
    server.closeAllConnections()
    await reading.catch(() => undefined)
    server.close()
  }
  return { heard, close }
}

test('an idle stream is kept open by a comment every 15 seconds', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const streams = new Streams(10)
  const { heard, close } = await listening(streams)
  vi.advanceTimersByTime(14_999)
  await sleep(20)
  expect(heard.text).toBe('first\n\n')
  vi.advanceTimersByTime(15_001)
  await sleep(100)
  expect(heard.text).toBe('first\n\n:\n\n:\n\n')
  streams.end()
  await close()
})

test('what is sent on a channel reaches its listeners and no others, and nobody after the end', async () => {
  const streams = new Streams(10)
  const { heard, close } = await listening(streams)
  streams.send('other', frame('1', '{}'))
  streams.send('channel', frame('2', '{"a":1}'))
  streams.end()
  await vi.waitFor(() => expect(heard.ended).toBe(true))
  expect(heard.text).toBe('first\n\nid: 2\ndata: {"a":1}\n\n')
  expect(streams.hasRoom('channel')).toBe(false)
  await close()
})

test('a client that goes makes room', async () => {
  const streams = new Streams(2)
  const { close } = await listening(streams)
  expect([streams.hasRoom('channel'), streams.hasRoom('other')]).toEqual([false, true])
  await close()
  await vi.waitFor(() => expect(streams.hasRoom('channel')).toBe(true))
  streams.end()
})
