import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

const all = '/api/ofrep/v1/evaluate/flags'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  expect((await house.post('/api/feature-flags', { name: 'Banner', type: 'boolean', enabled: true })).status).toBe(201)
})
afterAll(() => house[Symbol.asyncDispose]())

interface Frame {
  id?: string
  event?: string
  retry?: string
  data?: { type: string; etag?: string; lastModified?: number }
}

/** Listens as a browser does, but keeps every frame and comment as it came. */
class Listener implements AsyncDisposable {
  readonly frames: Frame[] = []
  comments = 0
  ended = false
  response!: Response
  private readonly abort = new AbortController()
  private reading: Promise<void> = Promise.resolve()

  static async to(url: string, headers: Record<string, string> = {}): Promise<Listener> {
    const listener = new Listener()
    listener.response = await fetch(url, { headers, signal: listener.abort.signal })
    if (listener.response.ok) listener.reading = listener.read().catch(() => undefined)
    return listener
  }

  get refetches(): Frame[] {
    return this.frames.filter(({ data }) => data?.type === 'refetchEvaluation')
  }

  async until(condition: () => boolean, milliseconds = 15_000): Promise<void> {
    for (const end = performance.now() + milliseconds; !condition(); await sleep(2))
      if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${JSON.stringify(this.frames)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.abort.abort()
    await this.reading
  }

  private async read(): Promise<void> {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of this.response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true })
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) this.hear(part)
    }
    this.ended = true
  }

  private hear(part: string): void {
    const frame: Record<string, unknown> = {}
    for (const line of part.split('\n')) {
      if (line.startsWith(':')) this.comments++
      else {
        const [name = '', ...rest] = line.split(': ')
        frame[name] = name === 'data' ? JSON.parse(rest.join(': ')) : rest.join(': ')
      }
    }
    if (Object.keys(frame).length > 0) this.frames.push(frame)
  }
}

const address = async (of = house): Promise<string> => {
  const { body } = await of.post(all, {})
  return of.url + body.eventStreams[0].endpoint.requestUri
}
const listen = async (headers?: Record<string, string>) => {
  const listener = await Listener.to(await address(), headers)
  await listener.until(() => listener.frames.length > 0)
  return listener
}
let changes = 0
const change = () => house.put('/api/feature-flags/banner', { name: `Banner ${++changes}` })

describe('the stream (point 5)', () => {
  test('is told of by all flags, from the root of the origin, the same after a restart', async () => {
    const { body } = await house.post(all, {})
    expect(body.eventStreams).toEqual([{ type: 'sse', endpoint: { requestUri: expect.any(String) } }])
    const { requestUri } = body.eventStreams[0].endpoint
    expect(requestUri).toMatch(/^\/api\/ofrep\/v1\/events\?channel=[\w.-]+$/)
    await house.restart()
    expect(await address()).toBe(house.url + requestUri)
  })

  test('opens without a credential, and nothing may hold it back', async () => {
    await using listener = await listen({ 'Accept-Encoding': 'gzip, br' })
    const { status, headers } = listener.response
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store, no-transform')
    expect(headers.get('content-encoding')).toBeNull()
    expect(headers.get('x-accel-buffering')).toBe('no')
  })

  test('begins with a hello that has the current id and no known type, and is silent then', async () => {
    await using listener = await listen()
    const [hello] = listener.frames
    const version = (await house.post(all, {})).body.metadata.version
    expect(hello).toEqual({ retry: '2000', id: String(version), data: { type: 'hello' } })
    await sleep(200)
    expect(listener.frames).toHaveLength(1)
  })

  test('a change arrives within 100 ms, without a name, with the new revision as id', async () => {
    await using listener = await listen()
    const took: number[] = []
    for (let n = 1; n <= 5; n++) {
      await sleep(100)
      const { body } = await change()
      const answered = performance.now()
      await listener.until(() => listener.refetches.length === n)
      took.push(performance.now() - answered)
      const last = listener.refetches.at(-1)
      expect(last).toEqual({
        id: String((await house.post(all, {})).body.metadata.version),
        data: {
          type: 'refetchEvaluation',
          etag: expect.stringMatching(/^"[^"]+"$/),
          lastModified: Math.floor(house.now() / 1000),
        },
      })
      expect(body.name).toBe(`Banner ${changes}`)
    }
    console.info(`changes reached their stream within ${Math.max(...took).toFixed(0)} ms (wanted: 100)`)
    // A busy machine may take longer than is wanted; only what cannot be its doing fails.
    expect(Math.min(...took)).toBeLessThan(1000)
  })

  test('a burst of changes comes as few events, the last of them after the last change', async () => {
    await using listener = await listen()
    const before = performance.now()
    await Promise.all(Array.from({ length: 100 }, () => change()))
    await sleep(150)
    expect(listener.refetches.length).toBeGreaterThan(0)
    expect(listener.refetches.length).toBeLessThan(2 + (performance.now() - before) / 45)
    expect(listener.refetches.at(-1)?.id).toBe(String((await house.post(all, {})).body.metadata.version))
  })

  test('whoever comes back with an older id is told at once to ask again, with the current one not', async () => {
    const first = await listen()
    const id = first.frames[0]?.id as string
    await first[Symbol.asyncDispose]()
    await using same = await listen({ 'Last-Event-ID': id })
    await sleep(100)
    expect(same.refetches).toEqual([])
    await change()
    await using late = await listen({ 'Last-Event-ID': id })
    await late.until(() => late.refetches.length === 1)
    await sleep(200)
    expect(late.frames.map(({ data }) => data?.type)).toEqual(['hello', 'refetchEvaluation'])
    expect(late.frames[1]?.id).toBe(late.frames[0]?.id)
    await house.restart()
    await using restarted = await listen({ 'Last-Event-ID': late.frames[0]?.id as string })
    await sleep(100)
    expect(restarted.refetches).toEqual([])
  })

  test('a change between the answer and its stream is not lost', async () => {
    const url = await address()
    await change()
    await using listener = await Listener.to(url)
    await listener.until(() => listener.refetches.length === 1)
  })

  test('belongs to one organization', async () => {
    const url = await address()
    for (const wrong of [url.slice(0, -1), `${url}x`, url.replace(/channel=.*/, 'channel='), url.replace(/\?.*/, '')]) {
      await using listener = await Listener.to(wrong)
      expect(listener.response.status).toBe(404)
      expect(await listener.response.json()).toMatchObject({ errorCode: 'GENERAL' })
    }
  })

  test('ends cleanly when the server stops, which does not wait for it', async () => {
    await using stopping = await testHouse()
    const listener = await Listener.to(await address(stopping))
    await listener.until(() => listener.frames.length === 1)
    // Without that this never comes back.
    await stopping.restart()
    await listener.until(() => listener.ended)
  })
})

describe('there are bounds to open streams', () => {
  test('beyond which no stream is told of, and all flags are answered anew without one', async () => {
    await using few = await testHouse({ KAITEN_EVENT_STREAMS: '4' })
    const url = await address(few)
    const before = (await few.post(all, {})).headers.get('etag') ?? ''
    const listeners = [await Listener.to(url), await Listener.to(url)]
    const full = await few.post(all, {}, { 'If-None-Match': before })
    expect(full.status).toBe(200)
    expect(full.body.eventStreams).toBeUndefined()
    // Two that were told of it in time still come in; more are refused.
    listeners.push(await Listener.to(url), await Listener.to(url))
    expect(listeners.map(({ response }) => response.status)).toEqual([200, 200, 200, 200])
    const refused = await Listener.to(url)
    expect(refused.response.status).toBe(503)
    expect(refused.response.headers.get('retry-after')).toBe('30')
    for (const listener of listeners) await listener[Symbol.asyncDispose]()
    for (let tries = 0; tries < 100; tries++) {
      await sleep(10)
      if ((await few.post(all, {})).body.eventStreams) return
    }
    expect.unreachable('the stream must be told of again when there is room')
  })

  test('none may be wanted', async () => {
    await using none = await testHouse({ KAITEN_EVENT_STREAMS: '0' })
    expect((await none.post(all, {})).body.eventStreams).toBeUndefined()
  })
})

describe('where rules read facts', () => {
  test('changes of what they read send a refetch, and usage one a second', async () => {
    await using facts = await testHouse()
    await seed(facts)
    await using listener = await Listener.to(await address(facts))
    await listener.until(() => listener.frames.length === 1)
    const hello = listener.frames[0]?.id as string
    await facts.put('/api/licenses/growth/entitlements/api-calls', { value: { type: 'number', value: 50 } })
    await listener.until(() => listener.refetches.length === 1)
    expect(listener.refetches[0]?.id).not.toBe(hello)
    const begun = performance.now()
    for (let n = 0; n < 20; n++) {
      await facts.post('/api/instances/acme-prod/entitlements/api-calls/usage', { value: 1 })
      await sleep(10)
    }
    await listener.until(() => listener.refetches.length > 1)
    await sleep(300)
    expect(listener.refetches.length).toBeLessThanOrEqual(2 + Math.floor((performance.now() - begun) / 1000))
    await using late = await Listener.to(await address(facts), { 'Last-Event-ID': hello })
    await late.until(() => late.refetches.length === 1)
  })

  test('where none does, they send nothing', async () => {
    await using plain = await testHouse()
    await using listener = await Listener.to(await address(plain))
    await plain.post('/api/customers', { name: 'Somebody' })
    await plain.put('/api/customers/somebody', { name: 'Somebody Else' })
    await sleep(200)
    expect(listener.frames).toHaveLength(1)
    expect(listener.refetches).toEqual([])
  })
})

async function seed(facts: TestHouse): Promise<void> {
  const made: [string, object][] = [
    ['/api/customers', { name: 'Acme' }],
    ['/api/entitlements', { name: 'API Calls', type: 'NUMBER', meterType: 'RAW_EVENT', aggregationMethod: 'SUM' }],
    ['/api/licenses', { name: 'Growth', type: 'PAID', version: '1', isActive: true }],
    ['/api/licenses/growth/entitlements', { entitlementSlug: 'api-calls', value: { type: 'number', value: 100 } }],
    ['/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' }],
    [
      '/api/feature-flags',
      {
        name: 'Upsell',
        type: 'boolean',
        enabled: true,
        targetingRules: [
          {
            type: 'basic',
            name: 'Nearly full',
            rule: '__kaiten.entitlements["api-calls"].percentage >= 80.0',
            variant: 'on',
          },
        ],
      },
    ],
  ]
  for (const [path, body] of made) expect(await facts.post(path, body), path).toMatchObject({ status: 201 })
}
