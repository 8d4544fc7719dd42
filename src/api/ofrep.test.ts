import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
let flags: string
const one = '/api/ofrep/v1/evaluate/flags'

beforeAll(async () => {
  house = await testHouse({ KAITEN_CORS_ORIGINS: 'https://app.example.com, http://localhost:3000' })
  flags = house.url + one
  const made: object[] = [
    { name: 'Banner', type: 'boolean', enabled: true },
    { name: 'Dark', type: 'boolean', enabled: false },
    flag('Count', 'number', { none: 0, some: 7 }, 'none'),
    flag('Motto', 'string', { empty: '', full: 'Miso' }, 'empty'),
    flag('Theme', 'object', { plain: {}, rich: { colour: 'red' } }, 'plain'),
    {
      ...flag('Plan', 'string', { free: 'free', pro: 'pro' }, 'free'),
      targetingRules: [{ type: 'basic', name: 'Pro', rule: 'plan == "pro"', variant: 'pro' }],
    },
    {
      ...flag('Half', 'boolean', { on: true, off: false }, 'off'),
      defaultVariant: {
        type: 'rolloutPercentage',
        value: { rolloutPercentage: { distribution: { on: 50, off: 50 } } },
      },
    },
  ]
  for (const each of made) expect((await house.post('/api/feature-flags', each)).status).toBe(201)
})
afterAll(() => house[Symbol.asyncDispose]())

const flag = (name: string, type: string, variants: Record<string, unknown>, basic: string) => ({
  name,
  type,
  enabled: true,
  variants: Object.entries(variants).map(([variant, value]) => ({ name: variant, value })),
  defaultVariant: { type: 'basic', value: basic },
})

const evaluate = (key: string, context: unknown = { targetingKey: 'u1' }, headers = {}) =>
  house.post(`${one}/${key}`, { context }, headers)
const all = (context: unknown = { targetingKey: 'u1' }, headers = {}) => house.post(one, { context }, headers)

/** As clients send it that our own helper would tidy up. */
async function raw(
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  method = 'POST',
) {
  const authorization = { Authorization: `Bearer ${house.token}` }
  const response = await fetch(house.url + path, {
    method,
    headers: { ...authorization, ...headers },
    ...(body !== undefined && { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text ? JSON.parse(text) : undefined }
}

describe('one flag (point 1)', () => {
  test('is answered with key, value, variant, reason and metadata', async () => {
    const { status, body, headers } = await evaluate('banner')
    expect(status).toBe(200)
    expect(body).toMatchObject({ key: 'banner', value: false, variant: 'off', reason: 'STATIC' })
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('x-request-id')).toBeTruthy()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('texts arrive whole in whatever letters, alone and among all', async () => {
    const text = 'Größe 日本 🎌'
    const rule = { type: 'basic', name: 'Größe', rule: 'size > 3', variant: 'shown' }
    const sign = { ...flag('Sign', 'string', { shown: text }, 'shown'), targetingRules: [rule] }
    expect((await house.post('/api/feature-flags', sign)).status).toBe(201)
    const told = {
      value: text,
      metadata: { 'kaiten.brokenTargetingRules': expect.stringMatching(/^Größe: /) },
    }
    expect((await evaluate('sign', { size: 'ü' })).body).toMatchObject(told)
    expect((await evaluate('sign', { size: 2 })).body).toMatchObject({ value: text, reason: 'DEFAULT' })
    const { body, headers } = await raw(one, '{"context":{"size":"ü"}}')
    expect(body.flags.find(({ key }: { key: string }) => key === 'sign')).toMatchObject(told)
    expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(JSON.stringify(body)))
    await house.delete('/api/feature-flags/sign')
  })

  test.each([
    ['/api//ofrep/v1/evaluate/flags/banner'],
    ['/api/ofrep/v1/evaluate/flags//banner'],
    ['//api/ofrep/v1/evaluate/flags/banner'],
    ['/api/ofrep/v1/evaluate//flags//banner'],
    ['/api/ofrep/v1/evaluate/flags/%62anner'],
    ['/api/ofrep/v1/evaluate/flags/banner?flagConfigEtag=x&whatever=1&whatever=2'],
  ])('is found at %s', async path => {
    expect(await raw(path, '{}')).toMatchObject({ status: 200, body: { key: 'banner' } })
  })

  test.each([
    ['a%2Fb', 'a/b'],
    ['a/b', 'a/b'],
    ['caf%C3%A9', 'café'],
    ['%E0%A4%A', '%E0%A4%A'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('that does not exist is a 404 with its key: %s', async (path, key) => {
    expect(await raw(`${one}/${path}`, '{}')).toMatchObject({
      status: 404,
      body: { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: expect.any(String) },
    })
  })

  test.each([
    ['an empty object', '{}'],
    ['nothing', undefined],
    ['no bytes', ''],
    ['no attributes', '{"context":{}}'],
    ['more members', '{"context":{"targetingKey":"u"},"more":1}'],
  ])('is evaluated for a body of %s', async (_, body) => {
    expect((await raw(`${one}/banner`, body)).status).toBe(200)
  })

  test.each([
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['application/json; charset=utf-16'],
    ['nonsense'],
  ])('is evaluated for a body called %s', async type => {
    expect((await raw(`${one}/banner`, '{"context":{}}', { 'Content-Type': type })).status).toBe(200)
  })

  test('is evaluated for a compressed body', async () => {
    const body = gzipSync('{"context":{"plan":"pro"}}')
    expect(await raw(`${one}/plan`, body, { 'Content-Encoding': 'gzip' })).toMatchObject({ body: { value: 'pro' } })
  })

  test('takes a token as X-API-Key too', async () => {
    expect((await evaluate('banner', {}, { 'X-API-Key': house.token })).status).toBe(200)
  })
})

describe('values (point 2)', () => {
  test.each([
    ['banner', false],
    ['count', 0],
    ['motto', ''],
    ['theme', {}],
  ])('%s has the zero value %j in both answers', async (key, value) => {
    expect((await evaluate(key)).body.value).toEqual(value)
    const { body } = await all()
    expect(body.flags.find((each: { key: string }) => each.key === key).value).toEqual(value)
  })

  test('metadata holds booleans, strings and numbers only', async () => {
    const { body } = await all()
    for (const { metadata } of [body, ...body.flags.filter((each: object) => 'metadata' in each)])
      for (const value of Object.values(metadata)) expect(['boolean', 'string', 'number']).toContain(typeof value)
    expect(body.metadata).toEqual({ flagSetId: expect.any(String), version: expect.any(Number) })
  })

  test('a disabled flag has a value and says that it is disabled', async () => {
    expect((await evaluate('dark')).body).toMatchObject({ value: false, reason: 'DISABLED' })
  })
})

describe('a refusal has a body that clients take', () => {
  const cases: [string, string | Uint8Array<ArrayBuffer> | undefined, Record<string, string>, number, string][] = [
    ['malformed JSON', '{"context":', {}, 400, 'PARSE_ERROR'],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0x7d]), {}, 400, 'PARSE_ERROR'],
    ['an array', '[]', {}, 400, 'PARSE_ERROR'],
    ['null', 'null', {}, 400, 'PARSE_ERROR'],
    ['a context that is null', '{"context":null}', {}, 400, 'INVALID_CONTEXT'],
    ['a context that is text', '{"context":"u1"}', {}, 400, 'INVALID_CONTEXT'],
    ['a context that is a list', '{"context":[]}', {}, 400, 'INVALID_CONTEXT'],
    ['a context 10,000 deep', `{"context":${'{"a":'.repeat(9999)}{}${'}'.repeat(10000)}`, {}, 400, 'INVALID_CONTEXT'],
    ['a context of 80,000 members', manyMembers(80_000), {}, 400, 'INVALID_CONTEXT'],
    ['a context of a million members', manyMembers(1_000_000), {}, 413, 'GENERAL'],
    ['a wrong token', '{}', { Authorization: 'Bearer ksh_no' }, 401, 'GENERAL'],
    ['an encoding that is not read', '{}', { 'Content-Encoding': 'br' }, 415, 'GENERAL'],
    ['a body over 1 MiB', `{"context":{"a":"${'x'.repeat(1 << 20)}"}}`, {}, 413, 'GENERAL'],
  ]
  test.each(cases)('%s', async (_, body, headers, status, errorCode) => {
    const failure = { errorCode, errorDetails: expect.stringMatching(/./) }
    const single = await raw(`${one}/banner`, body, headers)
    expect(single).toMatchObject({ status, body: { key: 'banner', ...failure } })
    const bulk = await raw(one, body, headers)
    expect(bulk.status).toBe(status)
    expect(bulk.body).toEqual(failure)
    expect(bulk.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(bulk.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
  })

  test('a missing scope', async () => {
    const token = await house.tokenWith(['read:customers'])
    const answer = await evaluate('banner', {}, { Authorization: `Bearer ${token}` })
    expect(answer).toMatchObject({ status: 403, body: { key: 'banner', errorCode: 'GENERAL' } })
    expect(answer.body.errorDetails).toContain('read:feature_flags')
  })

  test('no key for a flag that needs one is that flag’s failure and no other’s', async () => {
    expect(await evaluate('half', {})).toMatchObject({
      status: 400,
      body: { key: 'half', errorCode: 'TARGETING_KEY_MISSING' },
    })
    const { status, body } = await all({})
    expect(status).toBe(200)
    expect(body.flags.filter((each: object) => 'errorCode' in each)).toEqual([
      { key: 'half', errorCode: 'TARGETING_KEY_MISSING', errorDetails: expect.any(String) },
    ])
    expect(body.flags.filter((each: object) => 'value' in each)).toHaveLength(6)
  })

  test('other methods and addresses', async () => {
    const wrong = await raw(`${one}/banner`, undefined, {}, 'GET')
    expect(wrong).toMatchObject({ status: 405, body: { key: 'banner', errorCode: 'GENERAL' } })
    expect(wrong.headers.get('allow')).toBe('POST, OPTIONS')
    expect(await raw('/api/ofrep/v1/nothing', '{}')).toMatchObject({ status: 404, body: { errorCode: 'GENERAL' } })
  })

  test('a fault of ours tells nothing of the inside but its errorId', async () => {
    const { flags: real } = house.inside
    const broken = { of: () => fail('inside'), onChange: real.onChange }
    Object.assign(house.inside, { flags: broken })
    const single = await evaluate('banner')
    Object.assign(house.inside, { flags: real })
    expect(single).toMatchObject({ status: 500, body: { key: 'banner', errorCode: 'GENERAL' } })
    expect(single.body.errorDetails).toContain(single.headers.get('x-request-id'))
    expect(JSON.stringify(single.body)).not.toContain('inside')
    expect(house.faults.splice(0)).toHaveLength(1)
  })
})

const manyMembers = (count: number) => `{"context":{${Array.from({ length: count }, (_, n) => `"a${n}":1`).join()}}}`

test('a context may have a long text and many members, and names that mean something to the machine', async () => {
  const context = { long: 'é'.repeat(400_000), ...Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [n, n])) }
  expect((await evaluate('banner', context)).status).toBe(200)
  const odd = '{"context":{"__proto__":{"plan":"pro"},"constructor":1,"toString":null,"":"","plan":"free"}}'
  expect((await raw(`${one}/plan`, odd)).body).toMatchObject({ value: 'free' })
  expect((await raw(one, odd)).status).toBe(200)
})

const fail = (message: string): never => {
  throw new Error(message)
}

describe('all flags (point 3)', () => {
  test('are sorted by key, and equal questions get equal bytes', async () => {
    const first = await raw(one, '{"context":{"targetingKey":"u1","a":1,"b":[2]}}')
    const again = await raw(one, '{ "context": { "b":[2], "a":1.0, "targetingKey":"u1" } }')
    expect(again.text).toBe(first.text)
    const keys = first.body.flags.map((each: { key: string }) => each.key)
    expect(keys).toEqual(keys.toSorted())
    expect(keys).toHaveLength(7)
    expect(Object.keys(first.body)).toEqual(['flags', 'metadata', 'eventStreams'])
  })

  test('are what each of them is alone', async () => {
    for (const context of [{ targetingKey: 'u1' }, { targetingKey: 'u2', plan: 'pro' }, { plan: 'pro' }, {}]) {
      const { body } = await all(context)
      for (const each of body.flags) expect((await evaluate(each.key, context)).body).toEqual(each)
    }
  })

  test('are answered also when one of them cannot be evaluated', async () => {
    const { flags: real } = house.inside
    const of = (organization: string) => {
      const set = real.of(organization)
      const broken = new Proxy(set.flags.get('count') as object, { get: (_, name) => name === 'key' && 'count' })
      return { ...set, bucketStep: set.bucketStep, flags: new Map([...set.flags, ['count', broken]]) }
    }
    Object.assign(house.inside, { flags: { of, onChange: real.onChange } })
    const { status, body } = await all()
    Object.assign(house.inside, { flags: real })
    house.faults.splice(0)
    expect(status).toBe(200)
    expect(body.flags.filter((each: object) => 'value' in each)).toHaveLength(6)
  })
})

describe('not modified (point 4)', () => {
  const context = { targetingKey: 'u1', plan: 'free', deep: { x: [1, { y: 2 }], z: null } }
  let tag = ''
  beforeEach(async () => {
    tag = (await all(context)).headers.get('etag') ?? ''
  })

  test('the tag is strong, quoted, and stays the same over a restart', async () => {
    expect(tag).toMatch(/^"[^"]+"$/)
    await house.restart()
    flags = house.url + one
    expect((await all(context)).headers.get('etag')).toBe(tag)
  })

  test.each([
    ['as it is', (it: string) => it],
    ['weak', (it: string) => `W/${it}`],
    ['in a list', (it: string) => `"a", ${it}, W/"b"`],
    ['without quotes', (it: string) => it.slice(1, -1)],
    ['as a star', () => '*'],
  ])('is told by If-None-Match %s, with the tag and without a body', async (_, spell) => {
    const answer = await raw(one, JSON.stringify({ context }), { 'If-None-Match': spell(tag) })
    expect(answer).toMatchObject({ status: 304, text: '' })
    expect(answer.headers.get('etag')).toBe(tag)
  })

  test('is told by flagConfigEtag in the query too, and another one there is in nobody’s way', async () => {
    const body = JSON.stringify({ context })
    expect((await raw(`${one}?flagConfigEtag=${encodeURIComponent(tag)}`, body)).status).toBe(304)
    expect((await raw(`${one}?flagConfigEtag=%22x%22&flagConfigLastModified=1`, body)).status).toBe(200)
    expect((await raw(`${one}?flagConfigEtag=%22x%22`, body, { 'If-None-Match': tag })).status).toBe(304)
  })

  test('does not depend on the order of members', async () => {
    const turned = { deep: { z: null, x: [1, { y: 2 }] }, plan: 'free', targetingKey: 'u1' }
    expect((await all(turned, { 'If-None-Match': tag })).status).toBe(304)
  })

  test.each([
    ['another attribute', { ...context, plan: 'pro' }],
    ['one more', { ...context, more: 1 }],
    ['one less', { targetingKey: 'u1', plan: 'free' }],
    ['another order of a list', { ...context, deep: { ...context.deep, x: [{ y: 2 }, 1] } }],
    ['text for a number', { ...context, deep: { ...context.deep, x: ['1', { y: 2 }] } }],
    ['another targetingKey', { ...context, targetingKey: 'u2' }],
  ])('is not told for %s', async (_, changed) => {
    expect((await all(changed, { 'If-None-Match': tag })).status).toBe(200)
  })

  test('is not told after a change of a flag, nor to a token with another view', async () => {
    const { body } = await house.put('/api/feature-flags/banner', { name: 'Banner II' })
    expect(body.revision).toBeGreaterThan(1)
    expect((await all(context, { 'If-None-Match': tag })).status).toBe(200)
  })

  test('is decided without evaluating a flag', async () => {
    const { flags: real } = house.inside
    let touched = 0
    const of = (organization: string) => {
      const set = real.of(organization)
      const counted = new Proxy(set.flags, {
        get: (map, name) => {
          touched++
          const member = Reflect.get(map, name)
          return typeof member === 'function' ? member.bind(map) : member
        },
      })
      return { ...set, bucketStep: set.bucketStep, flags: counted }
    }
    Object.assign(house.inside, { flags: { of, onChange: real.onChange } })
    expect((await all(context, { 'If-None-Match': tag })).status).toBe(304)
    expect(touched).toBe(0)
    expect((await all(context)).status).toBe(200)
    expect(touched).toBeGreaterThan(0)
    Object.assign(house.inside, { flags: real })
  })

  test('changes by the second where a rule reads now, and with the step of a progressive rollout', async () => {
    const steady = async (milliseconds: number) => {
      const before = (await all(context)).headers.get('etag') ?? ''
      house.pass(milliseconds)
      return (await all(context, { 'If-None-Match': before })).status === 304
    }
    expect(await steady(1000)).toBe(true)
    const early = { ...flag('Early', 'boolean', { on: true, off: false }, 'off') }
    const rule = { type: 'basic', name: 'New year', rule: 'now > timestamp("2030-01-01T00:00:00Z")', variant: 'on' }
    await house.post('/api/feature-flags', { ...early, targetingRules: [rule] })
    expect(await steady(1000)).toBe(false)
    expect(await steady(1)).toBe(true)
    await house.delete('/api/feature-flags/early')
    const [start, end] = [house.now(), house.now() + 1_000_000].map(at => new Date(at).toISOString())
    const progressive = {
      type: 'rolloutDate',
      start: { date: start, percentage: 0, variant: 'off' },
      end: { date: end, percentage: 100, variant: 'on' },
    }
    expect((await house.post('/api/feature-flags', { ...early, defaultVariant: progressive })).status).toBe(201)
    expect(await steady(10_000)).toBe(false)
    house.pass(2_000_000)
    expect(await steady(10_000)).toBe(true)
    await house.delete('/api/feature-flags/early')
  })
})

describe('CORS (point 6)', () => {
  const origin = 'https://app.example.com'
  const asking = { Origin: origin, 'Access-Control-Request-Method': 'POST' }

  test('a preflight from a known origin is answered for long', async () => {
    const { status, headers } = await raw(one, undefined, asking, 'OPTIONS')
    expect(status).toBe(204)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-allow-methods')).toBe('POST, OPTIONS')
    for (const name of ['content-type', 'authorization', 'x-api-key', 'if-none-match'])
      expect(headers.get('access-control-allow-headers')).toContain(name)
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThanOrEqual(3600)
    expect(headers.get('vary')).toBe('Origin')
  })

  test('answers and refusals let a known origin read ETag and Retry-After', async () => {
    for (const headers of [{}, { Authorization: 'Bearer no' }]) {
      const answer = await raw(one, '{}', { Origin: origin, ...headers })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/ETag.*Retry-After/)
    }
    const { headers } = await raw(one, '{}', { Origin: origin, 'If-None-Match': '*' })
    expect(headers.get('access-control-allow-origin')).toBe(origin)
  })

  test.each([
    ['https://app.example.com/path'],
    ['app.example.com'],
    ['*, https://a.example'],
    ['null'],
  ])('the setting refuses %s, which no browser sends as an origin', async origins => {
    await expect(testHouse({ KAITEN_CORS_ORIGINS: origins })).rejects.toThrow('cors-origins')
  })

  test('another origin is told nothing', async () => {
    for (const path of [one, `${one}/banner`]) {
      const { headers } = await raw(path, undefined, { ...asking, Origin: 'https://evil.example' }, 'OPTIONS')
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('access-control-allow-methods')).toBeNull()
    }
  })
})

test('a token beyond its limit is told when to come back, in whole seconds (point 6)', async () => {
  await using limited = await testHouse({ KAITEN_RATE_LIMIT: '2' })
  const ask = () => limited.post(`${one}/banner`, {})
  const statuses = [await ask(), await ask(), await ask()]
  expect(statuses.map(({ status }) => status)).toEqual([404, 404, 429])
  expect(statuses[2]?.body).toMatchObject({ key: 'banner', errorCode: 'GENERAL' })
  expect(statuses[2]?.headers.get('retry-after')).toBe('1')
  const bulk = await limited.post(one, {})
  expect(bulk).toMatchObject({ status: 429, body: { errorCode: 'GENERAL' } })
  expect(await limited.get('/api/me')).toMatchObject({ status: 429, body: { code: 'Request.TooMany' } })
  limited.pass(1000)
  expect((await ask()).status).toBe(404)
})

test('a thousand evaluations run no SQL (point 7)', async () => {
  const { read } = house.inside
  const statements: string[] = []
  const counted = Object.fromEntries(
    (['one', 'find', 'all'] as const).map(name => {
      const real = read[name].bind(read) as (query: { sql: string }, ...values: unknown[]) => unknown
      const counting = (query: { sql: string }, ...values: unknown[]) => {
        statements.push(query.sql)
        return real(query, ...values)
      }
      return [name, counting]
    }),
  )
  Object.assign(read, counted)
  for (let n = 0; n < 500; n++) {
    await fetch(`${flags}/plan`, { method: 'POST', headers: { 'X-API-Key': house.token }, body: '{"context":{}}' })
    await fetch(flags, { method: 'POST', headers: { 'X-API-Key': house.token }, body: '{"context":{"plan":"pro"}}' })
  }
  // The clock asks the search index what it has to do, whoever evaluates meanwhile.
  expect(statements.filter(sql => !sql.includes('search_progress'))).toEqual([])
  for (const name of Object.keys(counted)) Reflect.deleteProperty(read, name)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
