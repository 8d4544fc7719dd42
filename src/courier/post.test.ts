import type { LookupAddress } from 'node:dns'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { authority, bodyOf, certificateFor, httpReceiver, httpsReceiver, rawReceiver } from './post.receivers.ts'
import { type Letter, Outgoing, type Surroundings } from './post.ts'

const loopback = { http: true, cidrs: ['127.0.0.0/8', '::1/128'] }
const sending = (more: Partial<Surroundings> = {}) => new Outgoing({ allow: loopback, ...more })
const letter = (url: string, more: Partial<Letter> = {}): Letter => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'a' },
  body: '{"id":"a"}',
  ...more,
})
const to = (...addresses: string[]): LookupAddress[] =>
  addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))

describe('a request', () => {
  test('arrives as it was given, byte for byte, and brings back the answer', async () => {
    const seen: unknown[] = []
    await using receiver = await httpReceiver(async (request, response) => {
      seen.push(request.method, request.url, request.headers, [...(await bodyOf(request))])
      response.writeHead(202, { 'content-type': 'text/plain' }).end('taken: ✓')
    })
    const body = Uint8Array.of(0x7b, 0x22, 0xc3, 0xbc, 0x22, 0x0d, 0x0a, 0x00, 0xff, 0x7d)
    const outcome = await sending().post(letter(`${receiver.url}/hooks/kaiten?tenant=a%20b&x`, { body }))
    expect(outcome).toEqual({
      status: 202,
      headers: {},
      body: 'taken: ✓',
      truncated: false,
      durationMs: expect.any(Number),
    })
    expect(seen).toEqual([
      'POST',
      '/hooks/kaiten?tenant=a%20b&x',
      {
        host: `127.0.0.1:${receiver.port}`,
        connection: 'keep-alive',
        'content-type': 'application/json',
        'webhook-id': 'a',
        'content-length': '10',
      },
      [...body],
    ])
  })

  test('a text arrives as UTF-8, an empty body as one of no length', async () => {
    const seen: [string | undefined, string][] = []
    await using receiver = await httpReceiver(async (request, response) => {
      seen.push([request.headers['content-length'], String(await bodyOf(request))])
      response.end()
    })
    const outgoing = sending()
    await outgoing.post(letter(receiver.url, { body: 'Zürich 🎌' }))
    await outgoing.post(letter(receiver.url, { body: '' }))
    expect(seen).toEqual([
      ['12', 'Zürich 🎌'],
      ['0', ''],
    ])
  })

  test.each([[200], [204], [301], [307], [400], [410], [500]])('an answer of %i is an answer', async status => {
    await using receiver = await httpReceiver((_, response) => void response.writeHead(status).end())
    expect(await sending().post(letter(receiver.url))).toMatchObject({ status, headers: {}, body: '' })
  })

  test('a redirect is not followed, a cookie not kept', async () => {
    const seen: [string | undefined, string | undefined][] = []
    await using elsewhere = await httpReceiver((_, response) => void response.end())
    await using receiver = await httpReceiver((request, response) => {
      seen.push([request.url, request.headers.cookie])
      response.writeHead(308, { location: `${elsewhere.url}/b`, 'set-cookie': 'a=b' }).end('moved')
    })
    const outgoing = sending()
    expect(await outgoing.post(letter(`${receiver.url}/a`))).toMatchObject({ status: 308, body: 'moved' })
    await outgoing.post(letter(`${receiver.url}/a`))
    expect(seen).toEqual([
      ['/a', undefined],
      ['/a', undefined],
    ])
    expect(elsewhere.made()).toBe(0)
  })

  test.each([
    [429, { retryAfter: '120' }],
    [503, { retryAfter: '120' }],
    [500, {}],
    [301, {}],
    [200, {}],
  ])('Retry-After of %i is told as %j', async (status, headers) => {
    await using receiver = await httpReceiver(
      (_, response) => void response.writeHead(status, { 'retry-after': '120' }).end(),
    )
    const outcome = await sending().post(letter(receiver.url))
    expect(outcome).toEqual({ status, headers, body: '', truncated: false, durationMs: expect.any(Number) })
  })

  test('what comes before the answer is passed over', async () => {
    await using receiver = await httpReceiver((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' })
      response.writeProcessing()
      response.writeHead(200).end('done')
    })
    expect(await sending().post(letter(receiver.url))).toMatchObject({ status: 200, body: 'done' })
  })

  test('an answer is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    await using receiver = await httpReceiver(
      (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    )
    const outcome = await sending().post(letter(receiver.url))
    expect(outcome).toMatchObject({ status: 200, truncated: false, body: bomb.toString() })
  })

  test('a header that would begin another line is not sent', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    const outcome = await sending().post(letter(receiver.url, { headers: { 'webhook-id': 'a\r\nx: y' } }))
    expect(outcome).toMatchObject({ error: 'The request failed: invalid webhook-id header.' })
  })

  test('an IPv6 receiver is called', async () => {
    await using receiver = await httpReceiver((request, response) => void response.end(request.headers.host), '::1')
    expect(await sending().post(letter(receiver.at('[::1]')))).toMatchObject({
      status: 200,
      body: `[::1]:${receiver.port}`,
    })
  })
})

describe('a receiver that misbehaves', () => {
  const head = 'HTTP/1.1 200 OK\r\n'
  const late = 'There was no whole answer within 0.5 s.'
  const cut = 'The connection ended before the answer was whole.'
  const length = 'The answer is not as long as it says.'
  const noHttp = 'The answer is not HTTP.'
  const never = () => {}
  const dripping = (socket: Socket, start: string, text: string) => {
    socket.write(start)
    const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(text)), 20)
  }

  test.each([
    ['never speaks', never, late],
    ['never begins a body', (s, n) => n === 1 && s.write(`${head}content-length: 5\r\n\r\n`), late],
    ['never ends its headers', (s, n) => n === 1 && dripping(s, head, 'x: y\r\n'), late],
    ['never ends its body', (s, n) => n === 1 && dripping(s, `${head}content-length: 500\r\n\r\n`, '.'), late],
    [
      'sends early hints for ever',
      (s, n) => n === 1 && dripping(s, '', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'),
      late,
    ],
    ['closes at once', (s, n) => n === 0 && s.end(), cut],
    ['resets at once', (s, n) => n === 0 && s.resetAndDestroy(), cut],
    ['closes when asked', (s, n) => n === 1 && s.end(), cut],
    ['resets when asked', (s, n) => n === 1 && s.resetAndDestroy(), cut],
    ['closes within its headers', (s, n) => n === 1 && s.end(`${head}content-le`), cut],
    ['closes within its body', (s, n) => n === 1 && s.end(`${head}content-length: 500\r\n\r\nhalf`), cut],
    ['closes within a chunk', (s, n) => n === 1 && s.end(`${head}transfer-encoding: chunked\r\n\r\n20\r\nhalf`), cut],
    ['is no web server', (s, n) => n === 0 && s.end('SSH-2.0-OpenSSH_9.9\r\n'), noHttp],
    ['answers in another protocol', (s, n) => n === 1 && s.end('220 mail.example.com ESMTP\r\n'), noHttp],
    ['has no status', (s, n) => n === 1 && s.end('HTTP/1.1 banana\r\n\r\n'), noHttp],
    ['has two lengths', (s, n) => n === 1 && s.end(`${head}content-length: 2\r\ncontent-length: 3\r\n\r\nabc`), length],
    [
      'has a length and chunks',
      (s, n) => n === 1 && s.end(`${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      length,
    ],
    [
      'upgrades unasked',
      (s, n) => n === 1 && s.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      cut,
    ],
    [
      'has one endless header',
      (s, n) => n === 1 && s.write(`${head}x: ${'y'.repeat(20_000)}`),
      'The headers of the answer are too large.',
    ],
    [
      'has endless headers',
      (s, n) => n === 1 && s.write(head + 'x: y\r\n'.repeat(9000)),
      'The headers of the answer are too large.',
    ],
  ] satisfies [string, Parameters<typeof rawReceiver>[1], string][])('one that %s', async (_, speak, error) => {
    await using receiver = await rawReceiver('http', speak)
    const outcome = await sending().post(letter(receiver.url, { timeoutMs: 500 }))
    expect(outcome).toEqual({ error, durationMs: expect.any(Number) })
    expect(outcome.durationMs).toBeLessThan(5000)
    await vi.waitFor(() => expect(receiver.open()).toBe(0))
    expect(receiver.made()).toBe(1)
  })

  test('one that is slow has the time that it is given', async () => {
    await using receiver = await httpReceiver(async (_, response) => {
      await pause(200)
      response.write('slow')
      await pause(200)
      response.end(' but sure')
    })
    const outcome = await sending().post(letter(receiver.url))
    expect(outcome).toMatchObject({ status: 200, body: 'slow but sure' })
    expect(outcome.durationMs).toBeGreaterThanOrEqual(390)
  })

  test('one that is not there', async () => {
    const receiver = await httpReceiver(never)
    await receiver[Symbol.asyncDispose]()
    expect(await sending().post(letter(receiver.url))).toMatchObject({ error: 'The receiver refused the connection.' })
  })

  test('one that never ends is read to 64 KiB, then cut off', async () => {
    await using receiver = await rawReceiver('http', (socket, piece) => {
      if (piece !== 1) return
      socket.write(`${head}\r\n`)
      const more = () => {
        while (!socket.destroyed && socket.write('é'.repeat(5000))) {}
        socket.once('drain', more)
      }
      more()
    })
    const outcome = await sending().post(letter(receiver.url))
    expect(outcome).toMatchObject({ status: 200, truncated: true, body: 'é'.repeat(32_768) })
    await vi.waitFor(() => expect(receiver.open()).toBe(0))
  })

  test('a character that the limit cuts in two is left out', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end('aaé'))
    const body = async (bodyLimit: number) => await sending().post(letter(receiver.url, { bodyLimit }))
    expect(await body(3)).toMatchObject({ body: 'aa', truncated: true })
    expect(await body(4)).toMatchObject({ body: 'aaé', truncated: false })
    expect(await body(0)).toMatchObject({ body: '', truncated: true })
  })

  test('a second answer that was not asked for is nobody’s', async () => {
    const answer = (text: string) => `${head}content-length: ${text.length}\r\n\r\n${text}`
    let asked = 0
    await using receiver = await rawReceiver('http', (socket, piece) => {
      if (piece > 0) socket.write(++asked === 1 ? answer('first') + answer('smuggled') : answer('second'))
    })
    const outgoing = sending()
    expect(await outgoing.post(letter(receiver.url))).toMatchObject({ body: 'first' })
    expect(await outgoing.post(letter(receiver.url))).toMatchObject({ body: 'second' })
  })
})

describe('certificates', () => {
  const answer = (_: unknown, response: { end: (text: string) => void }) => response.end('ok')
  const lookup = async () => to('127.0.0.1')

  test('one of a trusted authority, for this name and this day, is taken', async () => {
    const ca = await authority()
    const names: (string | false | null | undefined)[] = []
    await using receiver = await httpsReceiver(
      await certificateFor('hooks.example', { by: ca }),
      (request, response) => {
        names.push(request.headers.host, (request.socket as { servername?: string }).servername)
        answer(request, response)
      },
    )
    const outgoing = sending({ lookup, tls: { ca: ca.cert } })
    expect(await outgoing.post(letter(receiver.at('hooks.example')))).toMatchObject({ status: 200, body: 'ok' })
    // The host and the name that certificates go by are those of the URL, though the connection goes to an address.
    expect(names).toEqual([`hooks.example:${receiver.port}`, 'hooks.example'])
  })

  const wrong: [string, Wrong, string][] = [
    ['of an authority unknown here', {}, 'The certificate is of no authority that is trusted here.'],
    ['that has expired', { fromDay: -9, toDay: -8 }, 'The certificate has expired.'],
    ['that is not valid yet', { fromDay: 8, toDay: 9 }, 'The certificate is not valid yet.'],
    ['for another host', { host: 'other.example' }, 'The certificate is for another host name.'],
    ['signed by itself', { alone: true }, 'The certificate is of no authority that is trusted here.'],
  ]

  test.each(wrong)('one %s is not, and no request is sent', async (kind, {
    host = 'hooks.example',
    alone,
    ...days
  }, error) => {
    const ca = await authority()
    const served = vi.fn(answer)
    await using receiver = await httpsReceiver(
      await certificateFor(host, { ...days, ...(!alone && { by: ca }) }),
      served,
    )
    const trusted = kind.includes('unknown') ? await authority('Another one') : ca
    const outgoing = sending({ lookup, tls: { ca: trusted.cert } })
    expect(await outgoing.post(letter(receiver.at('hooks.example')))).toMatchObject({ error })
    expect(served).not.toHaveBeenCalled()
  })

  test('a process that is told to trust everyone does not', async () => {
    await using receiver = await httpsReceiver(await certificateFor('hooks.example'), answer)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const outcome = await sending({ lookup }).post(letter(receiver.at('hooks.example')))
    vi.unstubAllEnvs()
    expect(outcome).toMatchObject({ error: 'The certificate is of no authority that is trusted here.' })
  })

  test('a receiver that does not encrypt, or never gets to it', async () => {
    await using plain = await rawReceiver(
      'https',
      (socket, piece) => void (piece === 1 && socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    )
    expect(await sending().post(letter(plain.url))).toMatchObject({
      error: 'There was no agreement on an encrypted connection.',
    })
    await using silent = await rawReceiver('https', () => {})
    expect(await sending().post(letter(silent.url, { timeoutMs: 200 }))).toMatchObject({
      error: 'There was no whole answer within 0.2 s.',
    })
    await vi.waitFor(() => expect(silent.open()).toBe(0))
  })
})

type Wrong = { host?: string; alone?: boolean; fromDay?: number; toDay?: number }

describe('names', () => {
  const name = 'hooks.example'
  const unless = 'which webhooks may call only where webhook-allow-cidr has it'

  test('a name that changes between the look and the connection leads where was looked', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end('vetted'))
    await using inside = await httpReceiver((_, response) => void response.end('inside'), '127.0.0.2', receiver.port)
    const answers = [to('127.0.0.1'), to('127.0.0.2')]
    const lookup = vi.fn(async () => answers.shift() ?? to('127.0.0.2'))
    const outgoing = sending({ allow: { http: true, cidrs: ['127.0.0.1/32'] }, lookup })
    expect(await outgoing.post(letter(receiver.at(name)))).toMatchObject({ status: 200, body: 'vetted' })
    expect([lookup.mock.calls, inside.made()]).toEqual([[[name]], 0])
  })

  test('a name of which one address is refused is not called at any', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    const allow = { http: true, cidrs: ['127.0.0.1/32'] }
    for (const addresses of [
      to('127.0.0.1', '10.0.0.1'),
      to('10.0.0.1', '127.0.0.1'),
      to('127.0.0.1', '8.8.8.8', '::1'),
    ]) {
      const outcome = await sending({ allow, lookup: async () => addresses }).post(letter(receiver.at(name)))
      expect(outcome).toMatchObject({
        error: expect.stringMatching(`^${name} resolves to a (private|loopback) address, ${unless}.$`),
      })
    }
    expect(receiver.made()).toBe(0)
  })

  test.each([
    ['169.254.169.254', 'a cloud metadata address, which webhooks never call'],
    ['::ffff:169.254.169.254', 'a cloud metadata address, which webhooks never call'],
    ['fe80::1%lo', 'an address that cannot be read, which webhooks never call'],
    ['0x7f.1', 'an address that cannot be read, which webhooks never call'],
    ['', 'an address that cannot be read, which webhooks never call'],
  ])('a name that resolves to %j is never called', async (address, why) => {
    const outgoing = sending({ allow: { http: true, cidrs: ['0.0.0.0/0', '::/0'] }, lookup: async () => to(address) })
    expect(await outgoing.post(letter(`http://${name}`))).toMatchObject({ error: `${name} resolves to ${why}.` })
  })

  test.each([
    [async () => [], `${name} has no address.`],
    [async () => to(...Array(65).fill('8.8.8.8')), `${name} has more than 64 addresses.`],
    [failing('ENOTFOUND'), 'The host name is not known.'],
    [failing('EAI_AGAIN'), 'The host name could not be looked up.'],
    [failing('SURPRISE'), 'The request failed: queryA SURPRISE.'],
  ])('a name that cannot be resolved: %#', async (lookup, error) => {
    expect(await sending({ lookup }).post(letter(`http://${name}`))).toMatchObject({ error })
  })

  test('a name server that is slow spends the time of the whole attempt', async () => {
    await using receiver = await httpReceiver(() => {})
    const never = sending({ lookup: () => new Promise(() => {}) })
    expect(await never.post(letter(receiver.at(name), { timeoutMs: 150 }))).toMatchObject({
      error: 'There was no whole answer within 0.15 s.',
    })
    const slow = sending({ lookup: () => pause(1500, to('127.0.0.1')) })
    const outcome = await slow.post(letter(receiver.at(name), { timeoutMs: 2000 }))
    expect(outcome).toMatchObject({ error: 'There was no whole answer within 2 s.' })
    expect(outcome.durationMs).toBeLessThan(1500 + 2000)
  })

  test('the operating system knows the names of this machine', async () => {
    await using receiver = await httpReceiver((request, response) => void response.end(request.headers.host))
    expect(await sending().post(letter(receiver.at('localhost')))).toMatchObject({ body: `localhost:${receiver.port}` })
  })

  test('an address that does not answer is passed over for the next', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end('here'))
    const lookup = async () => to('127.0.0.3', '::1', '127.0.0.1')
    expect(await sending({ lookup }).post(letter(receiver.at(name)))).toMatchObject({ body: 'here' })
  })

  test('many requests at once ask for a name once, and again after a second', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    const lookup = vi.fn(async () => to('127.0.0.1'))
    const outgoing = sending({ lookup })
    const all = () => Promise.all(Array.from({ length: 20 }, () => outgoing.post(letter(receiver.at(name)))))
    await all()
    await all()
    expect(lookup).toHaveBeenCalledTimes(1)
    await pause(1100)
    await all()
    expect(lookup).toHaveBeenCalledTimes(2)
  })

  test('a name that could not be looked up is asked for again at once', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end('found'))
    const lookup = vi.fn(async () => to('127.0.0.1')).mockImplementationOnce(failing('EAI_AGAIN'))
    const outgoing = sending({ lookup })
    expect(await outgoing.post(letter(receiver.at(name)))).toMatchObject({ error: expect.any(String) })
    expect(await outgoing.post(letter(receiver.at(name)))).toMatchObject({ body: 'found' })
  })

  test.each([
    ['https://10.0.0.1/', `The URL names 10.0.0.1, which is a private address, ${unless}.`],
    ['http://example.com/', 'The URL must begin with https://.'],
    [
      'https://0x7f.1/',
      'The URL must write a numeric host as four plain decimal numbers, such as 203.0.113.7, not as 0x7f.1.',
    ],
    ['nonsense', 'The URL must begin with https://.'],
  ])('what may not be saved may not be called: %s', async (url, error) => {
    const lookup = vi.fn(async () => to('127.0.0.1'))
    expect(await sending({ allow: { http: false, cidrs: [] }, lookup }).post(letter(url))).toMatchObject({ error })
    expect(lookup).not.toHaveBeenCalled()
  })
})

function failing(code: string): () => Promise<LookupAddress[]> {
  return async () => {
    throw Object.assign(new Error(`queryA ${code}`), { code })
  }
}

describe('connections', () => {
  test('are kept for the next request to the same receiver, not for another', async () => {
    await using receiver = await httpReceiver((request, response) => void response.end(request.headers.host))
    const outgoing = sending({ lookup: async () => to('127.0.0.1') })
    for (let i = 0; i < 5; i++) await outgoing.post(letter(receiver.at('a.example')))
    expect(receiver.made()).toBe(1)
    expect(await outgoing.post(letter(receiver.at('b.example')))).toMatchObject({ body: `b.example:${receiver.port}` })
    expect(receiver.made()).toBe(2)
  })

  test('carry one request at a time', async () => {
    await using receiver = await httpReceiver(async (_, response) => {
      await pause(50)
      response.end()
    })
    const outgoing = sending()
    const all = () => Promise.all(Array.from({ length: 4 }, () => outgoing.post(letter(receiver.url))))
    await all()
    await all()
    expect(receiver.made()).toBe(4)
  })

  test('are not kept where the name has moved on, nor where it leads into the house by then', async () => {
    await using old = await httpReceiver((_, response) => void response.end('old'))
    await using moved = await httpReceiver((_, response) => void response.end('moved'), '127.0.0.2', old.port)
    let addresses = to('127.0.0.1')
    const outgoing = sending({ lookup: async () => addresses })
    const answer = async () => outgoing.post(letter(old.at('hooks.example')))
    expect(await answer()).toMatchObject({ body: 'old' })
    addresses = to('127.0.0.2')
    await pause(1100)
    expect(await answer()).toMatchObject({ body: 'moved' })
    addresses = to('10.0.0.1')
    await pause(1100)
    expect(await answer()).toMatchObject({ error: expect.stringContaining('a private address') })
    expect([old.made(), moved.made()]).toEqual([1, 1])
  })

  test('are not kept where the receiver says that it closes them', async () => {
    await using receiver = await httpReceiver(
      (_, response) => void response.writeHead(200, { connection: 'close' }).end('x'),
    )
    const outgoing = sending()
    for (let i = 0; i < 3; i++) expect(await outgoing.post(letter(receiver.url))).toMatchObject({ status: 200 })
    expect(receiver.made()).toBe(3)
  })

  test('that end as the next request is on its way are made anew, once', async () => {
    const pieces: number[] = []
    await using receiver = await rawReceiver('http', (socket, piece) => {
      pieces.push(piece)
      if (piece === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      if (piece === 2) socket.resetAndDestroy()
    })
    const outgoing = sending()
    for (let i = 0; i < 3; i++)
      expect(await outgoing.post(letter(receiver.url))).toMatchObject({ status: 200, body: 'ok' })
    expect(receiver.made()).toBe(3)
    expect(pieces).toEqual([0, 1, 2, 0, 1, 2, 0, 1])
  })

  test('that end within an answer are a failure, kept ones too', async () => {
    await using receiver = await rawReceiver('http', (socket, piece) => {
      if (piece === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      if (piece === 2) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no')
    })
    const outgoing = sending()
    await outgoing.post(letter(receiver.url))
    expect(await outgoing.post(letter(receiver.url))).toMatchObject({
      error: 'The connection ended before the answer was whole.',
    })
    expect(receiver.made()).toBe(1)
  })

  test('that were closed while idle are not used', async () => {
    await using receiver = await rawReceiver('http', (socket, piece) => {
      if (piece === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    const outgoing = sending()
    for (let i = 0; i < 3; i++) {
      expect(await outgoing.post(letter(receiver.url))).toMatchObject({ status: 200 })
      await pause(20)
    }
    expect(receiver.made()).toBe(3)
  })

  test('that never came about, or are over, take no place from those that wait', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    await using closing = await rawReceiver('http', (socket, piece) => {
      if (piece === 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
    const gone = await httpReceiver(() => {})
    await gone[Symbol.asyncDispose]()
    const outgoing = sending({ lookup: async () => to('127.0.0.1') })
    for (const elsewhere of [gone, closing]) {
      await outgoing.post(letter(receiver.url))
      for (let i = 0; i < 140; i++) await outgoing.post(letter(elsewhere.at(`host-${i}.example`)))
    }
    await outgoing.post(letter(receiver.url))
    expect([receiver.made(), closing.made()]).toEqual([1, 140])
  })

  test('wait in a number that is bounded, and none after the end', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    const outgoing = sending({ lookup: async () => to('127.0.0.1') })
    for (let i = 0; i < 140; i++) await outgoing.post(letter(receiver.at(`host-${i}.example`)))
    await vi.waitFor(() => expect(receiver.open()).toBe(128))
    outgoing.close()
    await vi.waitFor(() => expect(receiver.open()).toBe(0))
    expect(await outgoing.post(letter(receiver.url))).toMatchObject({ status: 200 })
    await vi.waitFor(() => expect(receiver.open()).toBe(0))
  })
})

describe('breaking off', () => {
  const brokenOff = { error: 'The attempt was broken off.', durationMs: expect.any(Number) }

  test('an attempt that is waiting ends with its connection', async () => {
    await using receiver = await httpReceiver(() => {})
    const stop = new AbortController()
    const outcome = sending().post(letter(receiver.url, { signal: stop.signal }))
    await vi.waitFor(() => expect(receiver.open()).toBe(1))
    stop.abort()
    expect(await outcome).toEqual(brokenOff)
    await vi.waitFor(() => expect(receiver.open()).toBe(0))
  })

  test('one that waits for a name, and one that has not begun', async () => {
    await using receiver = await httpReceiver(() => {})
    const stop = new AbortController()
    const lookup = vi.fn(() => new Promise<LookupAddress[]>(() => {}))
    const outgoing = sending({ lookup })
    const waiting = outgoing.post(letter(receiver.at('hooks.example'), { signal: stop.signal }))
    stop.abort()
    expect(await waiting).toEqual(brokenOff)
    expect(await sending().post(letter(receiver.url, { signal: stop.signal }))).toEqual(brokenOff)
    expect(receiver.made()).toBe(0)
  })

  test('one signal serves thousands of requests and holds on to none', async () => {
    await using receiver = await httpReceiver((_, response) => void response.end())
    const warned = vi.fn()
    process.on('warning', warned)
    const { signal } = new AbortController()
    const [added, removed] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
    const outgoing = sending()
    for (let i = 0; i < 5; i++)
      await Promise.all(Array.from({ length: 40 }, () => outgoing.post(letter(receiver.url, { signal }))))
    expect(added).toHaveBeenCalledTimes(200)
    expect(removed.mock.calls).toEqual(expect.arrayContaining(added.mock.calls))
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
  })
})
