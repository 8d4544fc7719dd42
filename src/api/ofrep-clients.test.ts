import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { OFREPApi as OldApi } from '@openfeature/ofrep-core'
import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider'
import { type EvaluationContext, type JsonValue, OpenFeature } from '@openfeature/server-sdk'
import { type Provider, ProviderEvents, OpenFeature as WebOpenFeature } from '@openfeature/web-sdk'
import { EventSource } from 'eventsource'
import { JSDOM } from 'jsdom'
import { OFREPApi as NewApi } from 'ofrep-core-2'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

/** The clients that people use, against the real server. */
let house: TestHouse
const quietMilliseconds = Number(process.env.OFREP_IDLE_MS ?? (process.env.CI ? 60_000 : 5_000))

const flag = (name: string, type: string, variants: Record<string, unknown>, basic: string, more = {}) => ({
  name,
  type,
  enabled: true,
  variants: Object.entries(variants).map(([variant, value]) => ({ name: variant, value })),
  defaultVariant: { type: 'basic', value: basic },
  ...more,
})
const flags: object[] = [
  flag('Yes', 'boolean', { on: true, off: false }, 'on'),
  flag('No', 'boolean', { on: true, off: false }, 'off'),
  flag('Some', 'number', { some: 4.5 }, 'some'),
  flag('Zero', 'number', { zero: 0 }, 'zero'),
  flag('Text', 'string', { text: 'Miso — 味噌' }, 'text'),
  flag('Empty', 'string', { empty: '' }, 'empty'),
  flag('Rich', 'object', { rich: { colour: 'red', sizes: [1, 2] } }, 'rich'),
  flag('Bare', 'object', { bare: {} }, 'bare'),
  flag('Gone', 'boolean', { on: true, off: false }, 'off', { enabled: false }),
  flag('Plan', 'string', { free: 'free', pro: 'pro' }, 'free', {
    targetingRules: [{ type: 'basic', name: 'Pro', rule: 'plan == "pro"', variant: 'pro' }],
  }),
  flag('Half', 'boolean', { on: true, off: false }, 'off', {
    defaultVariant: { type: 'rolloutPercentage', value: { rolloutPercentage: { distribution: { on: 50, off: 50 } } } },
  }),
]

beforeAll(async () => {
  const { window } = new JSDOM('', { url: 'https://app.example.com' })
  vi.stubGlobal('document', window.document)
  vi.stubGlobal('localStorage', window.localStorage)
  vi.stubGlobal('EventSource', EventSource)
  house = await seeded()
})
afterAll(async () => {
  await OpenFeature.close()
  await WebOpenFeature.close()
  await house[Symbol.asyncDispose]()
  vi.unstubAllGlobals()
})

async function seeded(environment: Record<string, string> = {}): Promise<TestHouse> {
  const made = await testHouse(environment)
  for (const each of flags) expect((await made.post('/api/feature-flags', each)).status).toBe(201)
  return made
}

const bearer = (token = house.token): [string, string][] => [['Authorization', `Bearer ${token}`]]
const values: [key: string, value: JsonValue, reason: string, variant: string][] = [
  ['yes', true, 'STATIC', 'on'],
  ['no', false, 'STATIC', 'off'],
  ['some', 4.5, 'STATIC', 'some'],
  ['zero', 0, 'STATIC', 'zero'],
  ['text', 'Miso — 味噌', 'STATIC', 'text'],
  ['empty', '', 'STATIC', 'empty'],
  ['rich', { colour: 'red', sizes: [1, 2] }, 'STATIC', 'rich'],
  ['bare', {}, 'STATIC', 'bare'],
  ['gone', false, 'DISABLED', 'off'],
  ['plan', 'free', 'DEFAULT', 'free'],
]
/** Of the right type and never the right value. */
const fallback = { boolean: true, number: 99, string: 'fallback', object: { fallback: true } }

describe('the server provider 0.1.3 with ofrep-core 0.1.4', () => {
  let domains = 0
  const clientFor = async (token?: string, of = house) => {
    const domain = `server-${++domains}`
    const provider = new OFREPProvider({ baseUrl: `${of.url}/api`, headers: bearer(token) })
    await OpenFeature.setProviderAndWait(domain, provider)
    return OpenFeature.getClient(domain)
  }
  type Client = Awaited<ReturnType<typeof clientFor>>
  const details = (client: Client, key: string, value: JsonValue, context: EvaluationContext = {}) => {
    if (typeof value === 'boolean') return client.getBooleanDetails(key, !value, context)
    if (typeof value === 'number') return client.getNumberDetails(key, fallback.number, context)
    if (typeof value === 'string') return client.getStringDetails(key, fallback.string, context)
    return client.getObjectDetails(key, fallback.object, context)
  }

  test.each(values)('%s is %j', async (key, value, reason, variant) => {
    const found = await details(await clientFor(), key, value)
    expect(found).toMatchObject({ value, reason, variant, flagKey: key })
    expect(found.errorCode).toBeUndefined()
    expect(found.flagMetadata.version).toEqual(expect.any(Number))
  })

  test('targeting decides by the context', async () => {
    const found = await details(await clientFor(), 'plan', 'free', { targetingKey: 'u1', plan: 'pro' })
    expect(found).toMatchObject({ value: 'pro', reason: 'TARGETING_MATCH' })
  })

  test('a percentage decides by the targetingKey, for each the same each time', async () => {
    const client = await clientFor()
    const on = async (key: string) => (await details(client, 'half', true, { targetingKey: key })).value
    const first = await Promise.all(Array.from({ length: 200 }, (_, n) => on(`user-${n}`)))
    const share = first.filter(each => each === true).length
    expect(share).toBeGreaterThan(70)
    expect(share).toBeLessThan(130)
    expect(await Promise.all(first.map((_, n) => on(`user-${n}`)))).toEqual(first)
    expect(await details(client, 'half', true)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' })
  })

  test('an unknown flag, another type and wrong credentials give the fallback with the reason', async () => {
    const client = await clientFor()
    expect(await client.getBooleanDetails('nothing', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' })
    expect(await client.getStringDetails('yes', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' })
    const stranger = await clientFor('ksh_wrong')
    expect(await stranger.getBooleanDetails('yes', false)).toMatchObject({ value: false, errorCode: 'GENERAL' })
    const scopeless = await clientFor(await house.tokenWith(['read:customers']))
    expect(await scopeless.getBooleanDetails('yes', false)).toMatchObject({ value: false, errorCode: 'GENERAL' })
  })

  test('beyond its limit it waits as long as it was told and goes on', async () => {
    await using limited = await testHouse({ KAITEN_RATE_LIMIT: '1' })
    const client = await clientFor(limited.token, limited)
    const ask = () => client.getBooleanDetails('any', true)
    expect(await ask()).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' })
    expect(await ask()).toMatchObject({ errorCode: 'GENERAL' })
    limited.pass(5000)
    expect((await ask()).errorMessage).toContain('paused due to TooManyRequests')
    await sleep(1100)
    expect(await ask()).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' })
  })
})

describe('ofrep-core takes every answer for what it is', () => {
  const asked = { context: { targetingKey: 'u1' } }

  test('0.1.4', async () => {
    const api = new OldApi(`${house.url}/api/`)
    const headers = { headers: Object.fromEntries(bearer()) }
    expect(await api.postEvaluateFlags('yes', asked, headers)).toMatchObject({
      httpStatus: 200,
      value: { value: true },
    })
    expect(await api.postEvaluateFlags('a/b', asked, headers)).toMatchObject({
      httpStatus: 404,
      value: { key: 'a/b', errorCode: 'FLAG_NOT_FOUND' },
    })
    const bad = { context: 'none' } as never
    expect(await api.postEvaluateFlags('yes', bad, headers)).toMatchObject({ value: { errorCode: 'INVALID_CONTEXT' } })
    expect(await api.postBulkEvaluateFlags(bad, headers)).toMatchObject({ value: { errorCode: 'INVALID_CONTEXT' } })
    const bulk = await api.postBulkEvaluateFlags(asked, headers)
    expect(bulk).toMatchObject({ httpStatus: 200, value: { flags: { length: flags.length } } })
    const tag = bulk.httpResponse?.headers.get('etag') ?? ''
    const again = await api.postBulkEvaluateFlags(asked, { headers: { ...headers.headers, 'If-None-Match': tag } })
    expect(again.httpStatus).toBe(304)
    await expect(api.postBulkEvaluateFlags(asked)).rejects.toMatchObject({ name: 'OFREPApiUnauthorizedError' })
  })

  test('2.3.0', async () => {
    const api = new NewApi({ baseUrl: `${house.url}/api`, headers: bearer() })
    expect(await api.postEvaluateFlag('zero', asked)).toMatchObject({ httpStatus: 200, value: { value: 0 } })
    expect(await api.postEvaluateFlag('a/b ü', asked)).toMatchObject({
      httpStatus: 404,
      value: { key: 'a/b ü', errorCode: 'FLAG_NOT_FOUND' },
    })
    expect(await api.postEvaluateFlag('half', {})).toMatchObject({
      httpStatus: 400,
      value: { key: 'half', errorCode: 'TARGETING_KEY_MISSING' },
    })
    const bulk = await api.postBulkEvaluateFlags(asked)
    const tag = bulk.httpResponse?.headers.get('etag') ?? ''
    expect((await api.postBulkEvaluateFlags(asked, tag)).httpStatus).toBe(304)
    const event = { flagConfigEtag: '"of the configuration"', flagConfigLastModified: 1 }
    expect((await api.postBulkEvaluateFlags(asked, tag, event)).httpStatus).toBe(304)
    const scopeless = new NewApi({
      baseUrl: `${house.url}/api`,
      headers: bearer(await house.tokenWith(['read:customers'])),
    })
    await expect(scopeless.postBulkEvaluateFlags(asked)).rejects.toMatchObject({ name: 'OFREPForbiddenError' })
  })
})

describe('the web provider 0.4.3', () => {
  let domains = 0
  const open = async (context: EvaluationContext, url = house.url, token = house.token) => {
    const domain = `web-${++domains}`
    // Its types were not made for exactOptionalPropertyTypes.
    const provider = new OFREPWebProvider({ baseUrl: `${url}/api`, headers: bearer(token) })
    await WebOpenFeature.setContext(domain, context)
    const changed: string[][] = []
    const client = WebOpenFeature.getClient(domain)
    client.addHandler(ProviderEvents.ConfigurationChanged, event => {
      changed.push([...(event?.flagsChanged ?? [])])
    })
    await WebOpenFeature.setProviderAndWait(domain, provider as Provider)
    const close = () => provider.onClose?.()
    return { client, changed, close, become: (next: EvaluationContext) => WebOpenFeature.setContext(domain, next) }
  }

  test('has every value, and the reason', async () => {
    const { client, close } = await open({ targetingKey: 'values' })
    for (const [key, value, reason, variant] of values) {
      const found =
        typeof value === 'boolean'
          ? client.getBooleanDetails(key, !value)
          : typeof value === 'number'
            ? client.getNumberDetails(key, fallback.number)
            : typeof value === 'string'
              ? client.getStringDetails(key, fallback.string)
              : client.getObjectDetails(key, fallback.object)
      expect(found).toMatchObject({ value, reason, variant })
    }
    expect(client.getBooleanDetails('nothing', true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' })
    expect(client.getStringDetails('yes', 'x')).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' })
    await close()
  })

  test('gets new values when the context changes and the targetingKey does not', async () => {
    const { client, close, become } = await open({ targetingKey: 'same', plan: 'free' })
    expect(client.getStringValue('plan', '')).toBe('free')
    await become({ targetingKey: 'same', plan: 'pro' })
    await vi.waitFor(() => expect(client.getStringValue('plan', '')).toBe('pro'))
    await become({ targetingKey: 'same' })
    await vi.waitFor(() => expect(client.getStringValue('plan', '')).toBe('free'))
    await close()
  })

  test('is refused without a valid token', async () => {
    await expect(open({ targetingKey: 'x' }, house.url, 'ksh_wrong')).rejects.toMatchObject({ code: 'PROVIDER_FATAL' })
  })

  test('sees a change by itself, and only that flag as changed', async () => {
    const { client, changed, close } = await open({ targetingKey: 'watching' })
    await sleep(100)
    await house.put('/api/feature-flags/no', { defaultVariant: { type: 'basic', value: 'on' } })
    // The provider has its new values a moment before it tells of them: it stores them in between.
    await vi.waitFor(() => expect(changed).toEqual([['no']]))
    expect(client.getBooleanValue('no', false)).toBe(true)
    await house.put('/api/feature-flags/no', { defaultVariant: { type: 'basic', value: 'off' } })
    await vi.waitFor(() => expect(changed).toEqual([['no'], ['no']]))
    expect(client.getBooleanValue('no', true)).toBe(false)
    await close()
  })

  test('learns of a change during which its stream was dropped', async () => {
    await using between = await proxyTo(house.url)
    const { client, close } = await open({ targetingKey: 'dropped' }, between.url)
    await vi.waitFor(() => expect(between.asked.get('events')).toBe(1))
    between.drop()
    await house.put('/api/feature-flags/yes', { defaultVariant: { type: 'basic', value: 'off' } })
    await sleep(500)
    expect(client.getBooleanValue('yes', false)).toBe(true)
    between.resume()
    await vi.waitFor(() => expect(client.getBooleanValue('yes', true)).toBe(false), { timeout: 10_000 })
    await house.put('/api/feature-flags/yes', { defaultVariant: { type: 'basic', value: 'on' } })
    await vi.waitFor(() => expect(client.getBooleanValue('yes', false)).toBe(true))
    await close()
  })

  test('asks no more while nothing changes', async () => {
    await using between = await proxyTo(house.url)
    const { close } = await open({ targetingKey: 'idle' }, between.url)
    await sleep(quietMilliseconds)
    expect(Object.fromEntries(between.asked)).toEqual({ flags: 1, events: 1 })
    await close()
  }, 900_000)

  test('does not ask on and on where there is no room for its stream', async () => {
    await using full = await testHouse({ KAITEN_EVENT_STREAMS: '0' })
    await using between = await proxyTo(full.url)
    const { close } = await open({ targetingKey: 'full' }, between.url, full.token)
    await sleep(2500)
    expect(Object.fromEntries(between.asked)).toEqual({ flags: 1 })
    await close()
  })
})

/** Stands between client and server, counts what is asked by the last word of the path, and can fail. */
async function proxyTo(target: string) {
  const asked = new Map<string, number>()
  let down = false
  const server = createServer((incoming, outgoing) => {
    const word = (incoming.url ?? '').replace(/\?.*/, '').split('/').at(-1) ?? ''
    asked.set(word, (asked.get(word) ?? 0) + 1)
    const { method, headers } = incoming
    const onward = forward(target + incoming.url, { ...(method && { method }), headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('error', () => outgoing.destroy())
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  server.on('connection', socket => down && socket.destroy())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    drop: () => {
      down = true
      server.closeAllConnections()
    },
    resume: () => {
      down = false
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
