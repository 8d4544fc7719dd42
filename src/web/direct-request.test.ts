import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { whenRead } from './bodies.ts'
import { DirectRequest } from './direct-request.ts'
import { plainServer } from './servers.ts'

/** What whenRead made of each request. */
let told: string[] = []
let requests: IncomingMessage[] = []
const server = plainServer((request, response) => {
  requests.push(request)
  whenRead(
    request,
    body => {
      told.push(`${request.url} ${body}`)
      response.end(`<${body}>`)
    },
    problem => {
      told.push(`${request.url} ${problem.code}`)
      response.writeHead(400, { Connection: 'close' }).end()
    },
  )
})
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'))
afterAll(() => server.close())
afterEach(() => {
  told = []
  requests = []
})

async function connected(): Promise<Socket & { heard: string }> {
  const socket = Object.assign(connect((server.address() as AddressInfo).port, '127.0.0.1'), { heard: '' })
  socket.on('data', chunk => {
    socket.heard += chunk
  })
  await once(socket, 'connect')
  return socket.setNoDelay()
}

const head = (path: string, ...headers: string[]) =>
  ['POST', path, 'HTTP/1.1\r\nHost: x\r\n'].join(' ') + headers.join('')
const chunked = 'Transfer-Encoding: chunked\r\n\r\n'
const sized = (length: number) => `Content-Length: ${length}\r\n\r\n`

test('a body comes whole, in whatever pieces it is sent, and through no stream', async () => {
  const socket = await connected()
  for (const piece of [
    head('/a', chunked).slice(0, 20),
    head('/a', chunked).slice(20),
    '2\r\nab\r\n',
    '3\r\ncde\r\n',
    '0\r\n\r\n',
  ]) {
    socket.write(piece)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  await expect.poll(() => socket.heard).toContain('<abcde>')
  expect(requests[0]).toMatchObject({ readableFlowing: null, readableEnded: true, complete: true })
  socket.destroy()
})

describe.each([
  ['as Node is', DirectRequest.prototype._dumpAndCloseReadable],
  ['where Node has no mark for a body that is over', undefined],
])('%s', (_, mark) => {
  beforeAll(() => {
    DirectRequest.prototype._dumpAndCloseReadable = mark as () => void
  })
  afterAll(() => {
    Reflect.deleteProperty(DirectRequest.prototype, '_dumpAndCloseReadable')
  })

  test('requests that follow each other on a connection, and at once, each have their own', async () => {
    const socket = await connected()
    socket.write(head('/a', sized(1), '1'))
    await expect.poll(() => socket.heard).toContain('<1>')
    socket.write(head('/b', sized(1), '2') + head('/c', sized(0)) + head('/d', chunked, '1\r\n4\r\n0\r\n\r\n'))
    await expect.poll(() => socket.heard).toMatch(/<1>[\s\S]*<2>[\s\S]*<>[\s\S]*<4>/)
    expect(told).toEqual(['/a 1', '/b 2', '/c ', '/d 4'])
    socket.destroy()
  })
})

test('one that is cut off is told of once, as not to be read', async () => {
  const socket = await connected()
  socket.write(head('/cut', sized(10), 'abc'))
  await expect.poll(() => requests).toHaveLength(1)
  socket.destroy()
  await expect.poll(() => told).toEqual(['/cut Request.Malformed'])
})

test('one that grows too large is refused once, whatever follows', async () => {
  const socket = await connected()
  const piece = `${(400_000).toString(16)}\r\n${'x'.repeat(400_000)}\r\n`
  socket.on('error', () => {})
  socket.write(head('/large', chunked) + piece.repeat(4))
  await expect.poll(() => socket.heard).toContain('400')
  expect(told).toEqual(['/large Request.TooLarge'])
  socket.destroy()
})

test('one that is packed is unpacked', async () => {
  const socket = await connected()
  const body = gzipSync('unpacked')
  socket.write(head('/gzip', 'Content-Encoding: gzip\r\n', sized(body.length)))
  socket.write(body)
  await expect.poll(() => socket.heard).toContain('<unpacked>')
  socket.destroy()
})
