import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conforms } from './api/openapi.conforms.ts'
import type { OpenApi } from './api/openapi.ts'
import { type TestHouse, testHouse } from './test-house.ts'
import { askingWith, furnish } from './test-organization.ts'

/** What no client library sends. Each case is tried where Express answers and on the front door. */
const places = [
  { where: 'an address of Express', path: '/api/customers', json: '{"name":"Wire"}' },
  { where: 'the front door', path: '/api/instances/wire-instance/entitlements/wire-quota/usage', json: '{"value":1}' },
]

let house: TestHouse
let document: OpenApi
beforeAll(async () => {
  house = await testHouse()
  await furnish(askingWith(house, house.token), 'wire')
  document = (await house.get('/api/openapi.json')).body
})
afterAll(async () => {
  expect(house.faults).toEqual([])
  await house[Symbol.asyncDispose]()
})

interface WireAnswer {
  status: number
  head: string
  body: string
}

describe.each(places)('at $where', ({ path, json }) => {
  const head = (...headers: string[]) =>
    [`POST ${path} HTTP/1.1`, 'Host: wire', `X-API-Key: ${house.token}`, ...headers, '', ''].join('\r\n')
  const length = (bytes: number) => `Content-Length: ${bytes}`
  const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
  const chunked = 'Transfer-Encoding: chunked'
  const whole = () => head(length(json.length)) + json
  const chunks = (...texts: string[]) => `${head(chunked)}${texts.map(chunk).join('')}0\r\n\r\n`

  const accepted: [string, () => string | Buffer, number][] = [
    ['a body in one piece', whole, 1],
    ['a body in chunks of a byte', () => chunks(...json), 1],
    ['ten requests at once', () => whole().repeat(10), 10],
    ['an expectation that nobody knows', () => head('Expect: the-best', length(json.length)) + json, 1],
    ['three hundred headers', () => head(...Array(300).fill('A: b'), length(json.length)) + json, 1],
    [
      'a compressed body',
      () => Buffer.concat([Buffer.from(head('Content-Encoding: gzip', length(gzipSync(json).length))), gzipSync(json)]),
      1,
    ],
  ]
  test.each(accepted)('%s is accepted', async (_, text, number) => {
    const before = await changes()
    const answers = await sent(text())
    expect(answers.map(({ status }) => status)).toEqual(Array(number).fill(path.endsWith('usage') ? 200 : 201))
    expect(await changes()).toBe(before + number)
  })

  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const refused: [string, () => string | Buffer, number][] = [
    ['a head of 100 KB', () => head(`A: ${'b'.repeat(100_000)}`), 431],
    ['a flood of headers', () => head(...Array(20_000).fill('A: b')), 431],
    ['an address of 100 KB', () => head().replace(path, path + '?q='.padEnd(100_000, 'x')), 431],
    ['an announced body over the limit', () => head(length(1_048_577)), 413],
    ['an unannounced body over the limit', () => head(chunked) + chunk('x'.repeat(1_100_000)), 413],
    [
      'a compressed body over the limit',
      () => Buffer.concat([Buffer.from(head('Content-Encoding: gzip', length(bomb.length))), bomb]),
      413,
    ],
    ['a length and chunks', () => head(length(5), chunked) + chunk(json), 400],
    ['two lengths', () => head(length(5), length(6)) + json, 400],
    ['a length below zero', () => head('Content-Length: -1'), 400],
    ['a length that is none', () => head('Content-Length: ten'), 400],
    ['a chunk whose size is none', () => `${head(chunked)}xyz\r\n`, 400],
    ['a body shorter than its chunk says', () => `${head(chunked)}2\r\n${json}\r\n0\r\n\r\n`, 400],
    ['a method that is none', () => head().replace('POST', 'P()ST'), 400],
    ['a header with a control character', () => head('A: \u0000'), 400],
    ['a header without a colon', () => head('nonsense'), 400],
    ['no HTTP at all', () => '\u0016\u0003\u0001\u0002\u0000\u0001', 400],
    ['no Host', () => whole().replace('Host: wire\r\n', ''), 400],
    ['another version of HTTP', () => head().replace('HTTP/1.1', 'HTTP/9.9'), 400],
  ]
  test.each(refused)('%s is refused with a problem, and changes nothing', async (_, text, status) => {
    const before = await changes()
    const [answer] = await sent(text())
    expect(answer?.status, answer?.body).toBe(status)
    expect(answer?.head).toContain('application/problem+json')
    expect(answer?.head.toLowerCase()).toContain('x-content-type-options: nosniff')
    expect(conforms(document, 'POST', '/api/unreadable', status, JSON.parse(answer?.body ?? ''))).toBeUndefined()
    expect(await changes()).toBe(before)
  })

  const broken: [string, () => string][] = [
    ['in the middle of its head', () => head().slice(0, 60)],
    ['in the middle of its body', () => head(length(json.length)) + json.slice(0, 5)],
    ['in the middle of a chunk', () => `${head(chunked)}ff\r\n${json}`],
    ['before the last chunk', () => head(chunked) + chunk(json)],
    ['when more was announced', () => head(length(json.length + 1)) + json],
  ]
  test.each(broken)('a request that breaks off %s changes nothing', async (_, text) => {
    const before = await changes()
    for (const answer of await sent(text(), { half: true })) expect(answer.status).toBe(400)
    await cutOff(text())
    expect(await changes()).toBe(before)
  })

  test('what follows a body that is longer than announced is no part of it', async () => {
    const before = await changes()
    const [first, second] = await sent(`${head(length(json.length)) + json}garbage\r\n\r\n`)
    expect(first?.status).toBeLessThan(300)
    expect([second?.status, second?.head.includes('problem+json')]).toEqual([400, true])
    expect(await changes()).toBe(before + 1)
  })
})

/** How many customers were made and reports counted: what these requests would change. */
async function changes(): Promise<number> {
  const customers = (await house.get('/api/customers?limit=1')).body.total
  return customers + (await house.get('/api/usage/reports?limit=1')).body.total
}

/** Sends bytes and gives what is answered until the server has nothing more to say. `half` closes our end first. */
function sent(bytes: string | Buffer, { half = false } = {}): Promise<WireAnswer[]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house.url)
    const socket = connect(Number(port), hostname)
    let told = ''
    const end = () => {
      socket.destroy()
      resolve(answersIn(told))
    }
    // A busy machine may take its time to answer at all; what follows comes at once.
    socket.setTimeout(5000, end)
    socket.on('data', data => {
      socket.setTimeout(300)
      told += data.toString('latin1')
    })
    socket.on('close', end)
    // A server that has answered need not take the rest.
    socket.on('error', error => (told || half ? end() : reject(error)))
    if (half) socket.end(bytes)
    else socket.write(bytes)
  })
}

/** Sends bytes and is gone. */
async function cutOff(bytes: string): Promise<void> {
  const { hostname, port } = new URL(house.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await new Promise(resolve => socket.write(bytes, resolve))
  socket.resetAndDestroy()
  await wait(20)
}

function answersIn(told: string): WireAnswer[] {
  const answers: WireAnswer[] = []
  for (let rest = told; rest; ) {
    const [head = ''] = rest.split('\r\n\r\n')
    const size = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const start = head.length + 4
    const isChunked = /transfer-encoding: chunked/i.test(head)
    answers.push({
      status: Number(head.split(' ')[1]),
      head,
      body: rest.slice(start, isChunked ? undefined : start + size),
    })
    rest = isChunked ? '' : rest.slice(start + size)
  }
  return answers
}
