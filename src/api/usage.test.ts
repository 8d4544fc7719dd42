import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { operator } from '../domain/principal.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  await house.post('/api/customers', { name: 'Acme' })
})
afterAll(async () => {
  expect(house.faults).toEqual([])
  await house[Symbol.asyncDispose]()
})

let count = 0
let instance: string
let entitlement: string
let license: string

/** A fresh instance whose license grants one fresh quota. */
async function quota(of: object = {}, grant: object = { value: { type: 'number', value: 1000 } }, dates: object = {}) {
  count++
  ;[instance, entitlement, license] = [`instance-${count}`, `quota-${count}`, `plan-${count}`]
  await house.post('/api/entitlements', { name: entitlement, type: 'NUMBER', ...of })
  await house.post('/api/licenses', { name: license, type: 'PAID' })
  await house.post(`/api/licenses/${license}/entitlements`, { entitlementSlug: entitlement, ...grant })
  const made = await house.post('/api/instances', {
    name: instance,
    customerSlug: 'acme',
    licenseSlug: license,
    ...dates,
  })
  expect(made.status).toBe(201)
}

const meter = () => `/api/instances/${instance}/entitlements/${entitlement}/usage`
const report = (value: unknown, more: object = {}) => house.post(meter(), { value, ...more })
const use = async () => (await house.get(meter())).body.current_usage
const trail = async (query = '') => (await house.get(`/api/instances/${instance}/audit-trails?limit=200${query}`)).body
const reports = async () =>
  (await trail()).items.filter((each: { eventType: string }) => each.eventType.includes('report'))
const events = async (name: string) =>
  (await house.get(`/api/events?event_name=${name}&limit=200`)).body.items.filter(
    (each: { data: { instanceSlug: string } }) => each.data.instanceSlug === instance,
  )

const ago = (milliseconds: number) => new Date(house.now() - milliseconds).toISOString()
const day = 86_400_000

describe('a report', () => {
  beforeEach(() => quota())

  test('is counted, answered with where the meter stands, journalled and audited', async () => {
    const answer = await report(42, { metadata: { job: 'import-7' } })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        entitlement,
        entitlementSlug: entitlement,
        instanceSlug: instance,
        licenseSlug: license,
        value: { type: 'number', value: 42, event_count: 1 },
        limit: 1000,
        maximum: 1000,
        threshold: { type: 'number', value: 1000 },
        unlimited: false,
        current_usage: 42,
        remaining: 958,
        percentage_used: 4.2,
        status: 'ACCEPTED',
        allowed: true,
        behavior: 'append',
        metadata: { job: 'import-7' },
        timestamp: new Date(house.now()).toISOString(),
        currentPeriodStart: null,
        currentPeriodEnd: null,
      },
    })
    expect((await reports())[0]).toMatchObject({
      eventType: 'kaiten.v1.entitlement.usage.report.accepted',
      status: 'ACCEPTED',
      entitlementSlug: entitlement,
      principal: 'bootstrap/bootstrap',
      payload: { value: 42, before: 0, after: 42, eventCount: 1, limit: 1000, metadata: { job: 'import-7' } },
    })
    expect((await house.get(`${meter()}/reports`)).body.items).toMatchObject([
      { value: 42, before: 0, after: 42, eventCount: 1, limit: 1000, late: false, metadata: { job: 'import-7' } },
    ])
  })

  test('beyond the limit leaves no trace but its audit entry', async () => {
    await report(990)
    const answer = await report(11)
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'ReportEntitlementUsageMetric.ThresholdExceeded',
        limit: 1000,
        maximum: 1000,
        currentUsage: 990,
        requested: 11,
        remaining: 10,
        resetsAt: null,
        instance: meter(),
      },
    })
    expect(await use()).toBe(990)
    expect(await reports()).toMatchObject([
      { status: 'REJECTED', payload: { value: 11, reason: 'ThresholdExceeded', before: 990, after: 990 } },
      { status: 'ACCEPTED' },
    ])
    expect((await house.get(`${meter()}/reports`)).body.total).toBe(1)
    expect((await report(10)).body).toMatchObject({
      current_usage: 1000,
      remaining: 0,
      status: 'REACHED',
      allowed: false,
    })
  })

  test('that gives back is accepted, and one that would leave less than nothing is not', async () => {
    await report(100)
    expect((await report(-40)).body.current_usage).toBe(60)
    expect(await report(-61)).toMatchObject({
      status: 422,
      body: { code: 'ReportEntitlementUsageMetric.NegativeTotal' },
    })
    expect(await use()).toBe(60)
  })

  test('of 0.1, ten times, is exactly 1', async () => {
    for (let n = 0; n < 10; n++) await report(0.1)
    expect(await use()).toBe(1)
  })

  test('can be set instead of added', async () => {
    await report(500)
    expect((await report(20, { behavior: 'set' })).body).toMatchObject({
      current_usage: 20,
      behavior: 'set',
      value: { event_count: 1 },
    })
  })

  test('is read as JSON whatever its content type, tagged or plain, in snake case too', async () => {
    expect(
      (await house.post(meter(), '{"value":1}', { 'Content-Type': 'application/x-www-form-urlencoded' })).status,
    ).toBe(200)
    expect((await report({ type: 'number', value: 2 })).status).toBe(200)
    expect((await report(3, { transaction_id: 'a' })).body.current_usage).toBe(6)
    const named = await house.post(`/api/instances/${instance}/usage`, { entitlement_slug: entitlement, value: 4 })
    expect(named.body.current_usage).toBe(10)
    const { id } = (await house.get(`/api/instances/${instance}`)).body
    const { id: entitlementId } = (await house.get(`/api/entitlements/${entitlement}`)).body
    expect(
      (await house.post(`/api/instances/${id}/entitlements/${entitlementId}/usage`, { value: 5 })).body.current_usage,
    ).toBe(15)
  })

  test.each([
    ['no value', {}, 'body.value'],
    ['text', { value: '1' }, 'body.value'],
    ['null', { value: null }, 'body.value'],
    ['ten decimal places', { value: 0.0000000001 }, 'body.value'],
    ['more than 10^15', { value: 1e15 + 1 }, 'body.value'],
    ['an unknown tag', { value: { type: 'boolean', value: 1 } }, 'body.value'],
    ['an unknown member', { value: 1, amount: 2 }, 'body.amount'],
    ['an unknown behavior', { value: 1, behavior: 'add' }, 'body.behavior'],
    ['a time that is none', { value: 1, timestamp: 'yesterday' }, 'body.timestamp'],
    [
      'a time too far ahead',
      { value: 1, timestamp: new Date(Date.parse('2026-03-16')).toISOString() },
      'body.timestamp',
    ],
    ['a time too far back', { value: 1, timestamp: '2024-01-01T00:00:00Z' }, 'body.timestamp'],
    ['metadata over 4 KiB', { value: 1, metadata: { a: 'x'.repeat(5000) } }, 'body.metadata'],
    ['a transactionId over 128 characters', { value: 1, transactionId: 'x'.repeat(129) }, 'body.transactionId'],
  ])('with %s is refused with its place, and nothing is counted or audited', async (_, body, location) => {
    const answer = await house.post(meter(), body)
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((each: { location: string }) => each.location.slice(0, location.length))).toContain(
      location,
    )
    expect(await reports()).toEqual([])
  })

  test('of an infinite number, an array, or half a body is refused', async () => {
    expect((await house.post(meter(), '{"value":1e400}')).status).toBe(422)
    expect((await house.post(meter(), '[1]')).status).toBe(422)
    expect((await house.post(meter(), '{"value":')).status).toBe(400)
    expect((await house.post(meter(), '{"value":1}', { 'Content-Encoding': 'br' })).status).toBe(415)
  })
})

test('COUNT counts reports and needs no value', async () => {
  await quota({ aggregationMethod: 'COUNT' }, { value: { type: 'number', value: 2 } })
  expect((await house.post(meter(), {})).body.current_usage).toBe(1)
  expect((await report(99)).body.current_usage).toBe(2)
  expect((await house.post(meter(), undefined)).status).toBe(409)
})

test('CALCULATED_USAGE is set by default', async () => {
  await quota({ meterType: 'CALCULATED_USAGE' })
  await report(10)
  expect((await report(7)).body).toMatchObject({ current_usage: 7, behavior: 'set' })
})

test('what is no quota, not granted or unknown is told apart', async () => {
  await quota()
  await house.post('/api/entitlements', { name: `sso ${count}`, type: 'BOOLEAN' })
  await house.post('/api/entitlements', { name: `other ${count}`, type: 'NUMBER' })
  const to = (slug: string, of = instance) =>
    house.post(`/api/instances/${of}/entitlements/${slug}/usage`, { value: 1 })
  expect(await to(`sso-${count}`)).toMatchObject({ status: 422, body: { code: 'Entitlement.NotMetered' } })
  expect(await to(`other-${count}`)).toMatchObject({ status: 404, body: { code: 'Entitlement.NotGranted' } })
  expect(await to('nothing')).toMatchObject({ status: 404, body: { code: 'Entitlement.NotFound' } })
  expect(await to(entitlement, 'nowhere')).toMatchObject({ status: 404, body: { code: 'Instance.NotFound' } })
  await house.delete(`/api/instances/${instance}`)
  expect(await report(1)).toMatchObject({ status: 404, body: { code: 'Instance.NotFound' } })
})

describe('a transactionId', () => {
  beforeEach(() => quota())

  test('counts once, however often it is sent', async () => {
    const first = await report(5, { transactionId: 'job-1' })
    const again = await report(5, { transactionId: 'job-1' })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await use()).toBe(5)
    expect(await reports()).toHaveLength(1)
  })

  test('of another content is a conflict', async () => {
    await report(5, { transactionId: 'job-1' })
    for (const more of [{ metadata: { a: 1 } }, { behavior: 'set' }, { timestamp: ago(0) }])
      expect(await report(5, { transactionId: 'job-1', ...more })).toMatchObject({
        status: 409,
        body: { code: 'ReportEntitlementUsageMetric.TransactionIdReused' },
      })
    expect((await report(5, { transactionId: 'job-1', behavior: 'append', metadata: {} })).status).toBe(200)
  })

  test('is not used up by a refusal, is the Idempotency-Key where there is none, and ends after 35 days', async () => {
    expect((await report(2000, { transactionId: 'job-2' })).status).toBe(409)
    expect((await report(7, { transactionId: 'job-2' })).status).toBe(200)
    const key = { 'Idempotency-Key': 'job-3' }
    await house.post(meter(), { value: 1 }, key)
    expect((await house.post(meter(), { value: 1 }, key)).headers.get('idempotent-replayed')).toBe('true')
    expect(await use()).toBe(8)
    house.pass(35 * day + 1)
    expect((await report(7, { transactionId: 'job-2' })).body.current_usage).toBe(15)
  })
})

describe('a batch', () => {
  test('answers for each report what it alone would have got, in order', async () => {
    await quota({}, { value: { type: 'number', value: 10 } })
    const of = (value: unknown, more: object = {}) => ({
      instanceSlug: instance,
      entitlementSlug: entitlement,
      value,
      ...more,
    })
    const answer = await house.post('/api/usage', {
      reports: [
        of(4),
        of(4),
        of(4),
        of('x'),
        of(1, { instanceSlug: 'nowhere' }),
        of(2, { transactionId: 't' }),
        of(2, { transactionId: 't' }),
      ],
    })
    expect(answer).toMatchObject({ status: 200, body: { accepted: 4, rejected: 3 } })
    expect(answer.body.results).toMatchObject([
      { index: 0, status: 200, body: { current_usage: 4 } },
      { index: 1, status: 200, body: { current_usage: 8 } },
      { index: 2, status: 409, body: { code: 'ReportEntitlementUsageMetric.ThresholdExceeded', remaining: 2 } },
      { index: 3, status: 422, body: { errors: [{ location: 'body.value' }] } },
      { index: 4, status: 404, body: { code: 'Instance.NotFound' } },
      { index: 5, status: 200, body: { current_usage: 10 } },
      { index: 6, status: 200, body: { current_usage: 10 }, replayed: true },
    ])
  })

  test('takes 1,000 reports and refuses 1,001', async () => {
    await quota({}, { value: { type: 'number', value: 1e6 } })
    const of = { instanceSlug: instance, entitlementSlug: entitlement, value: 1 }
    const thousand = Array.from({ length: 1000 }, () => of)
    expect((await house.post('/api/usage', { reports: thousand })).body).toMatchObject({ accepted: 1000, rejected: 0 })
    expect(await use()).toBe(1000)
    expect((await house.post('/api/usage', { reports: [...thousand, of] })).status).toBe(422)
    expect((await house.post('/api/usage', { repots: [] })).status).toBe(422)
  })
})

describe('a license that is not active', () => {
  test('grants nothing: reports are refused and audited, quotas read 0', async () => {
    await quota({}, undefined, { startLicenseDate: new Date(house.now() + day).toISOString() })
    expect(await report(1)).toMatchObject({
      status: 409,
      body: { code: 'ReportEntitlementUsageMetric.LicenseNotActive' },
    })
    expect(await reports()).toMatchObject([{ status: 'REJECTED', payload: { reason: 'LicenseNotActive' } }])
    expect((await house.get(meter())).body).toMatchObject({ status: 'INACTIVE', limit: 0, allowed: false })
    house.pass(day)
    expect((await report(1)).status).toBe(200)
    house.pass(1000)
    await house.put(`/api/instances/${instance}`, { endLicenseDate: new Date(house.now()).toISOString() })
    expect((await report(1)).status).toBe(409)
    await house.put(`/api/instances/${instance}`, { endLicenseDate: null })
    expect((await report(1)).body.current_usage).toBe(2)
  })
})

test('a changed grant holds for the next report, and unlimited means it', async () => {
  await quota({}, { value: { type: 'number', value: 5 }, limitCapExceededOveragePercent: 20 })
  expect((await report(6)).body).toMatchObject({ limit: 5, maximum: 6, remaining: 0, percentage_used: 120 })
  expect((await report(1)).status).toBe(409)
  const grant = `/api/licenses/${license}/entitlements/${entitlement}`
  await house.put(grant, { value: { type: 'number', value: 10 } })
  expect((await report(6)).body).toMatchObject({ current_usage: 12, maximum: 12 })
  await house.put(grant, { value: { type: 'number', value: -1 }, limitCapExceededOveragePercent: 0 })
  expect((await report(1e9)).body).toMatchObject({
    limit: null,
    maximum: null,
    remaining: null,
    unlimited: true,
    percentage_used: 0,
    threshold: { value: -1 },
  })
  await house.put(grant, { value: { type: 'number', value: 0 } })
  expect((await report(1)).status).toBe(409)
  expect((await report(-1)).status).toBe(200)
})

describe('threshold events', () => {
  beforeEach(() => quota({}, { value: { type: 'number', value: 100 }, limitCapExceededOveragePercent: 50 }))
  const [warning, reached, cap] = [
    'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED',
    'INSTANCE_ENTITLEMENT_USAGE_REACHED',
    'INSTANCE_ENTITLEMENT_CAP_EXCEEDED',
  ]
  const counts = async () => [
    (await events(warning)).length,
    (await events(reached)).length,
    (await events(cap)).length,
  ]

  test('are sent once on the way up, and again after the value fell below', async () => {
    await report(79)
    expect(await counts()).toEqual([0, 0, 0])
    await report(1)
    await report(5)
    expect(await counts()).toEqual([1, 0, 0])
    await report(15)
    expect(await counts()).toEqual([1, 1, 0])
    await report(1)
    expect(await counts()).toEqual([1, 1, 1])
    await report(-30)
    await report(30)
    expect(await counts()).toEqual([2, 2, 2])
    expect((await events(reached))[0].data).toMatchObject({ current_usage: 101, entitlement, limit: 100 })
  })

  test('a refusal sends REACHED, once', async () => {
    await report(151)
    await report(151)
    expect(await counts()).toEqual([0, 1, 0])
  })

  test('a raised threshold re-arms what it left below', async () => {
    await report(100)
    await house.put(`/api/licenses/${license}/entitlements/${entitlement}`, { value: { type: 'number', value: 200 } })
    await report(60)
    await report(40)
    expect(await counts()).toEqual([2, 2, 0])
  })
})

describe('windows', () => {
  const monthly = { resetPeriod: 'MONTH' }

  test('begin and end by the calendar, and the next report finds an empty meter', async () => {
    await quota(monthly, { value: { type: 'number', value: 10 } }, { endLicenseDate: null })
    const first = await report(10)
    const month = new Date(house.now())
    const start = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth()))
    const end = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1))
    expect(first.body).toMatchObject({ currentPeriodStart: start.toISOString(), currentPeriodEnd: end.toISOString() })
    expect((await report(1)).body).toMatchObject({ resetsAt: end.toISOString() })
    house.pass(end.getTime() - house.now())
    expect((await house.get(meter())).body).toMatchObject({ current_usage: 0, currentPeriodStart: end.toISOString() })
    expect((await events('INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER')).length).toBe(0)
    expect((await report(3)).body.current_usage).toBe(3)
    expect(await events('INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER')).toMatchObject([
      { data: { current_usage: 10, currentPeriodStart: start.toISOString() } },
    ])
    expect((await house.get(`${meter()}/periods`)).body.items).toMatchObject([
      { start: start.toISOString(), end: end.toISOString(), value: 10, eventCount: 1 },
    ])

    const late = await report(5, { timestamp: new Date(end.getTime() - day).toISOString() })
    expect(late.body).toMatchObject({ current_usage: 15, currentPeriodEnd: end.toISOString() })
    expect(await use()).toBe(3)
    expect((await house.get(`${meter()}/reports`)).body.items[0]).toMatchObject({ late: true, after: 15 })
  })

  test('that nobody reports to any more are told of by the clock, once', async () => {
    await quota({ resetPeriod: 'HOUR' })
    await report(1)
    house.pass(3_600_000)
    await house.inside.clockwork.everyMinute()
    await house.inside.clockwork.everyMinute()
    expect(await events('INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER')).toHaveLength(1)
    await report(1)
    expect(await events('INSTANCE_ENTITLEMENT_USAGE_PERIOD_ROLLED_OVER')).toHaveLength(1)
  })
})

describe('reads', () => {
  beforeEach(async () => {
    await quota()
    await house.post('/api/entitlements', { name: `flag ${count}`, type: 'BOOLEAN' })
    await house.post('/api/entitlements', { name: `config ${count}`, type: 'CONFIG' })
    await house.post(`/api/licenses/${license}/entitlements`, {
      entitlementSlug: `flag-${count}`,
      value: { type: 'boolean', value: true },
    })
    await house.post(`/api/licenses/${license}/entitlements`, {
      entitlementSlug: `config-${count}`,
      value: { type: 'object', value: { region: 'eu' } },
    })
  })

  test('see the reports before them in the same batch, and none behind them', async () => {
    const { submit } = house.inside
    const principal = operator((await house.get('/api/organization')).body.id)
    const at = { instance, entitlement }
    // Of one turn of the loop: one batch.
    const [, one, , all] = await Promise.all([
      submit('usage.report', principal, { value: 1 }, { at }),
      submit('usage.read', principal, {}, { at }),
      submit('usage.report', principal, { value: 2 }, { at }),
      submit('entitlements.readAll', principal, { quotasOnly: true }, { at: { instance } }),
      submit('usage.report', principal, { value: 4 }, { at }),
    ])
    expect(one.value).toMatchObject({ current_usage: 1 })
    expect(all.value).toMatchObject([{ current_usage: 3 }])
    expect(await use()).toBe(7)
  })

  test('show every effective entitlement in one answer, audited as one read', async () => {
    await report(10)
    const { body } = await house.get(`/api/instances/${instance}/entitlements`)
    expect(body.items).toMatchObject([
      { slug: `config-${count}`, type: 'CONFIG', enabled: true, value: { type: 'object', value: { region: 'eu' } } },
      { slug: `flag-${count}`, type: 'BOOLEAN', enabled: true, value: { type: 'boolean', value: true } },
      { slug: entitlement, type: 'NUMBER', enabled: true, value: { value: 10 }, remaining: 990 },
    ])
    expect((await trail('&event_name=kaiten.v1.entitlement.value.get')).items).toMatchObject([
      { entitlementId: null, payload: { entitlements: [`config-${count}`, `flag-${count}`, entitlement] } },
    ])
  })

  test('of one entitlement name it in the audit trail, and of an ended license show nothing', async () => {
    const path = `/api/instances/${instance}/entitlements/flag-${count}`
    expect((await house.get(path)).body).toMatchObject({ enabled: true, value: { value: true } })
    house.pass(1000)
    await house.put(`/api/instances/${instance}`, { endLicenseDate: new Date(house.now()).toISOString() })
    expect((await house.get(path)).body).toMatchObject({ enabled: false, value: { value: false } })
    expect((await house.get(`/api/instances/${instance}/entitlements/config-${count}`)).body.value.value).toBe(null)
    expect((await trail()).items[1]).toMatchObject({
      entitlementSlug: `flag-${count}`,
      payload: { value: false, enabled: false },
    })
  })

  test('ask whether an amount more would be accepted, and change nothing', async () => {
    await report(990)
    expect((await house.get(`${meter()}?amount=10`)).body.allowed).toBe(true)
    expect((await house.get(`${meter()}?amount=11`)).body.allowed).toBe(false)
    expect((await house.get(`${meter()}?amount=x`)).status).toBe(422)
    expect(await use()).toBe(990)
  })

  test('show the use of an entitlement by every instance that has it', async () => {
    await report(10)
    expect((await house.get(`/api/entitlements/${entitlement}/usage`)).body).toMatchObject({
      total: 1,
      items: [{ instanceSlug: instance, current_usage: 10 }],
    })
  })
})

describe('the audit trail', () => {
  test('is filtered by kind, status, entitlement and time, and pages without gaps', async () => {
    await quota({}, { value: { type: 'number', value: 5 } })
    for (let n = 0; n < 8; n++) {
      house.pass(1000)
      await report(1)
    }
    const middle = new Date(house.now() - 4000).toISOString()
    expect((await trail('&status=REJECTED')).total).toBe(3)
    expect((await trail('&event_name=kaiten.v1.entitlement.usage.report.accepted')).total).toBe(5)
    expect((await trail(`&entitlement=${entitlement}&status=accepted`)).total).toBe(5)
    expect((await trail(`&after=${middle}`)).total).toBe(5)
    expect((await trail(`&before=${middle}`)).total).toBe(4)
    const ids: number[] = []
    let cursor = ''
    for (;;) {
      const page = (await house.get(`/api/instances/${instance}/audit-trails?limit=3${cursor}`)).body
      ids.push(...page.items.map((each: { id: number }) => each.id))
      if (!page.hasMore) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a))
    expect(ids).toHaveLength(8)
    const third = (await house.get(`/api/instances/${instance}/audit-trails?limit=3&offset=3`)).body
    expect(third.items.map((each: { id: number }) => each.id)).toEqual(ids.slice(3, 6))
    expect((await house.get(`/api/instances/${instance}/audit-trails?entitlement=none`)).status).toBe(422)
  })

  test('is found by its words, indexed or not yet', async () => {
    await quota()
    await report(1, { metadata: { job: 'Zürich-import' } })
    await report(2, { metadata: { job: 'berlin-export' } })
    const found = async (q: string) =>
      (await trail(`&q=${encodeURIComponent(q)}`)).items.map(
        (each: { payload: { value: number } }) => each.payload.value,
      )
    for (const indexed of [false, true]) {
      if (indexed) await house.inside.clockwork.everySecond()
      expect(await found('zurich'), `indexed: ${indexed}`).toEqual([1])
      expect(await found('EXP berl')).toEqual([2])
      expect(await found(entitlement)).toEqual([2, 1])
      expect(await found('zurich export')).toEqual([])
      expect(await found('"\'*()')).toEqual([])
      expect((await trail('&q=bootstrap&status=REJECTED')).total).toBe(0)
      expect((await trail('&q=bootstrap')).total).toBe(2)
    }
    await report(3, { metadata: { job: 'berlin-again' } })
    expect(await found('berlin')).toEqual([3, 2])
    const first = (await house.get(`/api/instances/${instance}/audit-trails?q=berlin&limit=1`)).body
    const second = (
      await house.get(`/api/instances/${instance}/audit-trails?q=berlin&limit=1&cursor=${first.nextCursor}`)
    ).body
    expect([...first.items, ...second.items].map(each => each.payload.value)).toEqual([3, 2])
    expect([first.total, second.total]).toEqual([2, 2])
  })
})

describe('the journal', () => {
  test('of the organization is a feed that goes on where it was left', async () => {
    await quota()
    let cursor: string | undefined
    const take = async () => {
      const { body } = await house.get(`/api/usage/reports?limit=200${cursor ? `&cursor=${cursor}` : ''}`)
      cursor = body.nextCursor ?? cursor
      return body
    }
    while ((await take()).hasMore);
    await report(1)
    await report(2)
    expect((await take()).items).toMatchObject([{ value: 1, instanceSlug: instance }, { value: 2 }])
    expect((await take()).items).toEqual([])
  })

  test('is exported as CSV and NDJSON, and a formula is only text there', async () => {
    await quota()
    await report(1, { transactionId: '=1+1' })
    await report(-1)
    const csv = await house.get(`${meter()}/reports?format=csv`)
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(csv.headers.get('content-disposition')).toContain('attachment')
    const lines = csv.body.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[1]).toContain(',-1,')
    expect(lines[2]).toContain(",'=1+1,")
    const ndjson = await house.get(`${meter()}/reports?format=ndjson`)
    expect(
      ndjson.body
        .trim()
        .split('\n')
        .map((line: string) => JSON.parse(line).value),
    ).toEqual([-1, 1])
  })
})

test('the database itself refuses to change or remove an audit entry', async () => {
  const { default: Database } = await import('better-sqlite3')
  await quota()
  await report(1)
  const database = new Database(`${house.data}/kaiten.db`)
  try {
    expect(() => database.exec(`update feature_audit_trail set "payload" = '{}'`)).toThrow('append-only')
    expect(() => database.exec('delete from feature_audit_trail')).toThrow('append-only')
  } finally {
    database.close()
  }
})

describe('a token bound to an instance', () => {
  test('reports for that one, and others do not exist for it', async () => {
    await quota()
    const [mine, mineEntitlement] = [instance, entitlement]
    const token = await house.tokenWith(['write:usage', 'read:instances'], { instanceSlug: mine })
    await quota()
    const key = { 'X-API-Key': token }
    expect(
      (await house.post(`/api/instances/${mine}/entitlements/${mineEntitlement}/usage`, { value: 1 }, key)).status,
    ).toBe(200)
    expect(await house.post(meter(), { value: 1 }, key)).toMatchObject({
      status: 404,
      body: { code: 'Instance.NotFound' },
    })
    expect((await house.get(meter(), key)).status).toBe(404)
    expect((await house.get(`/api/instances/${instance}/audit-trails`, key)).status).toBe(404)
    const { body } = await house.get('/api/usage/reports?limit=200', key)
    expect(new Set(body.items.map((each: { instanceSlug: string }) => each.instanceSlug))).toEqual(new Set([mine]))
  })

  test('needs a scope', async () => {
    await quota()
    const key = { 'X-API-Key': await house.tokenWith(['read:usage']) }
    expect(await house.post(meter(), { value: 1 }, key)).toMatchObject({
      status: 403,
      body: { code: 'Auth.MissingScope' },
    })
    expect((await house.get(meter(), key)).status).toBe(200)
    expect((await house.post(meter(), { value: 1 }, { 'X-API-Key': 'ksh_no' })).status).toBe(401)
  })
})

test('200 parallel reporters at a limit of 1,000 end at exactly 1,000 accepted', async () => {
  await quota()
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const own: number[] = []
      for (let n = 0; n < 7; n++) own.push((await report(1)).status)
      return own
    }),
  )
  const all = statuses.flat()
  expect(all.filter(status => status === 200)).toHaveLength(1000)
  expect(all.filter(status => status === 409)).toHaveLength(400)
  expect(await use()).toBe(1000)
  expect((await trail('&status=REJECTED')).total).toBe(400)
})
