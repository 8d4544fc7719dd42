import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemCodes } from '../domain/problem.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const filesOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(match => match[1] as string)

test('the document is served without a credential and knows what is asked here', async () => {
  const { status, headers, body } = await house.get('/api/openapi.json', { Authorization: '' })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(body).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/api' }] })
  expect(body.paths['/customers'].post.operationId).toBe('createCustomer')
})

test('the page to read and try the API has everything in the program, and browsers may keep it', async () => {
  const { body: html, headers } = await house.get('/api/docs')
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect(html).not.toMatch(/<style|style="|<script>/)
  const files = filesOf(html)
  expect(files).toHaveLength(4)
  for (const file of files) {
    const answer = await house.get(file)
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body.length, file).toBeGreaterThan(100)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
  }
  expect((await house.get('/api/docs/other.js')).body.code).toBe('Route.NotFound')
})

test('every code has its anchor on the page to which problems lead', async () => {
  const { body: html, headers } = await house.get('/api/problems')
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'self'; script-src 'self';/)
  for (const [code, [status, title]] of Object.entries(problemCodes)) {
    const row = html.split('\n').find((line: string) => line.includes(`id="${code}"`))
    expect(row, code).toContain(`<td>${status}</td><td>${title}</td>`)
  }
})

test('texts are sent compressed to whom it is welcome, and not again to whom has them', async () => {
  for (const path of ['/api/openapi.json', '/api/docs', '/api/problems']) {
    const plain = await raw(path, { 'Accept-Encoding': 'gzip;q=0, br' })
    const compressed = await raw(path, { 'Accept-Encoding': 'gzip, br' })
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(compressed.headers['content-encoding']).toBe('gzip')
    expect(compressed.body.length).toBeLessThan(plain.body.length)
    const again = await raw(path, { 'If-None-Match': String(plain.headers.etag) })
    expect([again.status, again.body.length]).toEqual([304, 0])
  }
})

test('who knows only the address is sent to the page', async () => {
  for (const path of ['/', '/api', '/api/']) {
    const { status, headers, body } = await raw(path)
    expect([status, headers.location]).toEqual([302, '/api/docs'])
    expect(JSON.parse(body.toString())).toMatchObject({ openapi: '/api/openapi.json' })
  }
})

describe('methods', () => {
  test('HEAD answers as GET does, without a body', async () => {
    for (const path of ['/api/docs', '/api/openapi.json', '/api/customers', '/api/me', '/healthz']) {
      const asked = await house.get(path)
      const { status, headers, body } = await house.ask('HEAD', path)
      expect([status, body], path).toEqual([200, ''])
      expect(headers.get('content-type')).toBe(asked.headers.get('content-type'))
    }
  })

  test('OPTIONS and what else is not known say what is', async () => {
    const allowed = async (method: string, path: string) => {
      const { status, headers } = await house.ask(method, path)
      return [status, headers.get('allow')]
    }
    expect(await allowed('OPTIONS', '/api/customers')).toEqual([405, 'GET, HEAD, POST'])
    expect(await allowed('OPTIONS', '/')).toEqual([405, 'GET, HEAD'])
    expect(await allowed('POST', '/api/docs')).toEqual([405, 'GET, HEAD'])
    expect(await allowed('DELETE', '/api/openapi.json')).toEqual([405, 'GET, HEAD'])
  })
})

test('every answer has the security headers, and only pages may have scripts, from here', async () => {
  const machine = "default-src 'none'; frame-ancestors 'none'"
  for (const [method, path] of [
    ['GET', '/api/customers'],
    ['GET', '/api/nowhere'],
    ['GET', '/healthz'],
    ['GET', '/api/customers/%ZZ'],
    ['POST', '/api/usage'],
    ['DELETE', '/api/customers/nobody'],
    ['GET', '/api/docs'],
    ['GET', '/api/problems'],
  ] as const) {
    const { headers } = await house.ask(method, path)
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.has('strict-transport-security')).toBe(false)
    const isPage = headers.get('content-type')?.startsWith('text/html')
    expect(headers.get('cross-origin-opener-policy')).toBe(isPage ? 'same-origin' : null)
    if (!isPage) expect(headers.get('content-security-policy')).toBe(machine)
    expect(headers.get('cache-control')).toBe(isPage ? 'no-cache' : 'no-store')
  }
})

test('an address that cannot be read is the caller’s fault', async () => {
  expect(await house.get('/api/customers/%ZZ')).toMatchObject({ status: 400, body: { code: 'Request.Malformed' } })
  expect(house.faults).toEqual([])
})

/** As it comes over the wire: fetch would follow and decompress. */
function raw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    get(house.url + path, { headers }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    }).on('error', reject)
  })
}
