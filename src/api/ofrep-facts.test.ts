import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

/** Flags whose rules read what the house knows of an instance: see flags.md, "Instance facts". */
let house: TestHouse
const all = '/api/ofrep/v1/evaluate/flags'
const acme = { tenantSlug: 'acme-prod' }
const usage = '/api/instances/acme-prod/entitlements/api-calls/usage'

beforeAll(async () => {
  house = await testHouse()
  const until = new Date(house.now() + 86_400_000).toISOString()
  const rule = (slug: string, text: string) => ({
    name: slug,
    slug,
    type: 'boolean',
    enabled: true,
    targetingRules: [{ type: 'basic', name: 'Facts', rule: text, variant: 'on' }],
  })
  const made: [string, object][] = [
    ['/api/customers', { name: 'Acme' }],
    ['/api/entitlements', { name: 'API Calls', type: 'NUMBER', meterType: 'RAW_EVENT', aggregationMethod: 'SUM' }],
    ['/api/licenses', { name: 'Growth', type: 'PAID', version: '1', isActive: true }],
    ['/api/licenses/growth/entitlements', { entitlementSlug: 'api-calls', value: { type: 'number', value: 100 } }],
    ['/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth', endLicenseDate: until }],
    ['/api/instances', { name: 'Acme Test', customerSlug: 'acme', licenseSlug: 'growth' }],
    ['/api/feature-flags', rule('nearly-full', '__kaiten.entitlements["api-calls"].percentage >= 80')],
    ['/api/feature-flags', rule('paying', '__kaiten.license.active')],
  ]
  for (const [path, body] of made) expect(await house.post(path, body), path).toMatchObject({ status: 201 })
})
afterAll(() => house[Symbol.asyncDispose]())

const on = async (key: string, context: object, headers = {}) =>
  (await house.post(`${all}/${key}`, { context }, headers)).body.value
const tagOf = async (context: object, headers = {}) =>
  (await house.post(all, { context }, headers)).headers.get('etag') ?? ''

test('usage decides a flag, and changes the tag of all flags for that instance alone', async () => {
  const [before, other] = [await tagOf(acme), await tagOf({ tenantSlug: 'acme-test' })]
  expect(await on('nearly-full', acme)).toBe(false)
  expect((await house.post(all, { context: acme }, { 'If-None-Match': before })).status).toBe(304)
  expect((await house.post(usage, { value: 85 })).status).toBe(200)
  expect(await on('nearly-full', acme)).toBe(true)
  expect(await on('nearly-full', { tenantSlug: 'acme-test' })).toBe(false)
  expect((await house.post(all, { context: acme }, { 'If-None-Match': before })).status).toBe(200)
  expect(await tagOf({ tenantSlug: 'acme-test' })).toBe(other)
})

test('a context cannot bring facts of its own', async () => {
  expect(await on('paying', { __kaiten: { license: { active: true } } })).toBe(false)
})

test('a token bound to an instance learns nothing of another by naming it, and has its own tag', async () => {
  const bound = await house.tokenWith(['read:feature_flags'], { instanceSlug: 'acme-test' })
  const headers = { Authorization: `Bearer ${bound}` }
  expect(await on('nearly-full', acme, headers)).toBe(false)
  expect(await on('paying', acme, headers)).toBe(false)
  expect(await on('paying', { tenantSlug: 'acme-test' }, headers)).toBe(true)
  expect(await tagOf(acme, headers)).not.toBe(await tagOf(acme))
  expect((await house.post(all, { context: acme }, { ...headers, 'If-None-Match': await tagOf(acme) })).status).toBe(
    200,
  )
})

test('the end of a license changes flags and tag at its moment', async () => {
  expect(await on('paying', acme)).toBe(true)
  const before = await tagOf(acme)
  house.pass(86_400_001)
  expect(await on('paying', acme)).toBe(false)
  expect((await house.post(all, { context: acme }, { 'If-None-Match': before })).status).toBe(200)
})

test('an evaluation with facts takes at most four statements', async () => {
  const { read } = house.inside
  const statements: string[] = []
  for (const name of ['one', 'find', 'all'] as const) {
    const real = read[name].bind(read) as (query: { sql: string }, ...values: unknown[]) => unknown
    const counting = (query: { sql: string }, ...values: unknown[]) => {
      if (!query.sql.includes('search_progress')) statements.push(query.sql)
      return real(query, ...values)
    }
    Object.assign(read, { [name]: counting })
  }
  await on('nearly-full', acme)
  expect(statements.length).toBeGreaterThan(0)
  expect(statements.length).toBeLessThanOrEqual(4)
  statements.length = 0
  await house.post(all, { context: acme })
  expect(statements.length).toBeLessThanOrEqual(4)
  for (const name of ['one', 'find', 'all']) Reflect.deleteProperty(read, name)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
