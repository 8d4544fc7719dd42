import { expect, test, vi } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'
import { askingWith, foundOrganization } from '../test-organization.ts'
import { receiver } from '../test-receiver.ts'

/** The value of a series, by its name and labels as they stand in the text. */
async function read(house: TestHouse, headers: Record<string, string> = {}) {
  const { status, body, headers: told } = await house.get('/metrics', headers)
  expect(status).toBe(200)
  expect(told.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const series = new Map<string, number>()
  for (const line of body.split('\n').filter((each: string) => each && !each.startsWith('#'))) {
    // The first scrape begins to measure the event loop and has nothing to tell of it yet.
    expect(line).toMatch(/^[a-z_0-9]+(\{([a-z_]+="[^"]*",?)+\})? ([\d.e+-]+|Nan)$/)
    expect(series.has(line.replace(/ \S+$/, '')), line).toBe(false)
    series.set(line.replace(/ \S+$/, ''), Number(line.replace(/^.* /, '')))
  }
  return series
}

async function furnished(house: TestHouse) {
  await house.post('/api/entitlements', { name: 'API Calls', type: 'NUMBER' })
  await house.post('/api/licenses', { name: 'Growth', type: 'PAID' })
  const grant = { entitlementSlug: 'api-calls', value: { type: 'number', value: 10 } }
  await house.post('/api/licenses/growth/entitlements', grant)
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' })
  await house.post('/api/feature-flags', { name: 'Dark Mode', type: 'boolean', enabled: true })
}

test('what was asked, reported, evaluated and committed is counted', async () => {
  await using house = await testHouse()
  await furnished(house)
  const usage = '/api/instances/acme-prod/entitlements/api-calls/usage'
  await house.post(usage, { value: 4, transactionId: 'one' })
  await house.post(usage, { value: 4, transactionId: 'one' })
  await house.post(usage, { value: 400 })
  await house.post(usage, { value: 'x' })
  await house.post('/api/usage', { reports: [{ instanceSlug: 'acme-prod', entitlementSlug: 'api-calls', value: 1 }] })
  for (let n = 0; n < 3; n++) await house.post('/api/ofrep/v1/evaluate/flags/dark-mode', {})
  await house.post('/api/ofrep/v1/evaluate/flags', {})
  await house.post('/api/ofrep/v1/evaluate/flags/none', {})
  // A new version of the flag goes on counting where the old one was.
  await house.put('/api/feature-flags/dark-mode', { description: 'Changed' })
  await house.post('/api/ofrep/v1/evaluate/flags/dark-mode', {})
  await house.put('/api/feature-flags/dark-mode', { enabled: false })
  await house.post('/api/ofrep/v1/evaluate/flags', {})

  const series = await read(house)
  const route = 'route="/api/instances/{instance}/entitlements/{entitlement}/usage"'
  expect(series.get(`kaiten_http_requests_total{${route},method="POST",status="200"}`)).toBe(2)
  expect(series.get(`kaiten_http_requests_total{${route},method="POST",status="409"}`)).toBe(1)
  expect(series.get(`kaiten_http_request_duration_seconds_count{${route}}`)).toBe(4)
  expect(series.get(`kaiten_http_request_duration_seconds_bucket{${route},le="+Inf"}`)).toBe(4)
  expect(series.get('kaiten_usage_reports_total{outcome="accepted",code=""}')).toBe(2)
  expect(series.get('kaiten_usage_reports_total{outcome="replayed",code=""}')).toBe(1)
  const exceeded = 'code="ReportEntitlementUsageMetric.ThresholdExceeded"'
  expect(series.get(`kaiten_usage_reports_total{outcome="refused",${exceeded}}`)).toBe(1)
  expect(series.get('kaiten_usage_reports_total{outcome="refused",code="Request.Invalid"}')).toBe(1)
  const organization = (await house.get('/api/organization')).body.id
  const evaluations = `kaiten_flag_evaluations_total{organization="${organization}",flag="dark-mode"`
  expect(series.get(`${evaluations},reason="STATIC"}`)).toBe(5)
  expect(series.get(`${evaluations},reason="DISABLED"}`)).toBe(1)
  expect(series.get('kaiten_unknown_flag_evaluations_total')).toBe(1)
  const commits = series.get('kaiten_commits_total') ?? 0
  expect(commits).toBeGreaterThan(10)
  expect(series.get('kaiten_commit_batch_size_count')).toBe(commits)
  expect(series.get('kaiten_commit_duration_seconds_count')).toBe(commits)
  expect(series.get('kaiten_changes_total')).toBeGreaterThanOrEqual(commits)
  expect(series.get('kaiten_flags_loaded')).toBe(1)
  expect(series.get('kaiten_tokens_loaded')).toBe(1)
  // The program's own work, such as indexing what was reported, may stand there at the moment.
  await vi.waitFor(async () => expect((await read(house)).get('kaiten_writer_queue_length')).toBe(0))
  expect(series.get('kaiten_database_bytes{file="database"}')).toBeGreaterThan(0)
  expect(series.get('kaiten_disk_free_bytes')).toBeGreaterThan(0)
  expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(0)
  expect(series.has('nodejs_eventloop_lag_p99_seconds')).toBe(true)
})

test('deliveries are told of by outcome, by state, and by how long the oldest is due', async () => {
  await using house = await testHouse({ KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' })
  await using hook = await receiver()
  expect((await read(house)).get('kaiten_delivery_oldest_due_seconds')).toBe(0)
  const { body } = await house.post('/api/webhooks', { url: hook.url, eventNames: ['CUSTOMER_CREATION'] })
  hook.secrets = [body.secret]
  await house.post('/api/customers', { name: 'Told' })
  await hook.until(1)
  await vi.waitFor(async () => {
    const series = await read(house)
    expect(series.get('kaiten_delivery_attempts_total{outcome="succeeded"}')).toBe(1)
    expect(series.get('kaiten_deliveries{state="waiting"}')).toBe(0)
  })
  hook.answer = (_, response) => response.writeHead(500).end()
  await house.post('/api/customers', { name: 'Refused' })
  await hook.until(2)
  await vi.waitFor(async () => {
    expect((await read(house)).get('kaiten_delivery_attempts_total{outcome="failed"}')).toBe(1)
  })
  await house.put(`/api/webhooks/${body.id}`, { enabled: false })
  house.pass(600_000)
  const late = await read(house)
  expect(late.get('kaiten_deliveries{state="waiting"}')).toBe(1)
  expect(late.get('kaiten_delivery_oldest_due_seconds')).toBeGreaterThan(500)
})

test('what grows reads the same at each scrape, and grows', async () => {
  await using house = await testHouse()
  const commits = async () => (await read(house)).get('kaiten_commits_total') ?? 0
  const before = await commits()
  expect(await commits()).toBe(before)
  await house.post('/api/customers', { name: 'Acme' })
  expect(await commits()).toBe(before + 1)
})

test('they are for the machine itself and for tokens that may read the organization', async () => {
  await using house = await testHouse()
  const without = { Authorization: '' }
  const anonymous = async (headers: Record<string, string> = {}) =>
    (await fetch(`${house.url}/metrics`, { headers })).status
  expect(await anonymous()).toBe(200)
  expect(await anonymous({ 'X-Forwarded-For': '192.0.2.1' })).toBe(401)
  expect(await anonymous({ Forwarded: 'for=192.0.2.1' })).toBe(401)
  expect(await house.get('/api/metrics', without)).toMatchObject({ status: 401 })
  const forwarded = { 'X-Forwarded-For': '192.0.2.1' }
  const reader = { Authorization: `Bearer ${await house.tokenWith(['read:organizations'])}`, ...forwarded }
  expect((await house.get('/api/metrics', reader)).status).toBe(200)
  const other = { Authorization: `Bearer ${await house.tokenWith(['read:customers'])}` }
  expect(await house.get('/metrics', other)).toMatchObject({ status: 403, body: { scope: 'read:organizations' } })
})

test('a token sees the flags of its own organization, the machine itself those of all', async () => {
  await using house = await testHouse()
  const { token } = await foundOrganization(house, 'alder')
  const ask = askingWith(house, token)
  for (const asking of [ask, askingWith(house, house.token)]) {
    const name = asking === ask ? 'alders-own' : 'birches-own'
    await asking('POST', '/api/feature-flags', { name, type: 'boolean', enabled: true })
    await asking('POST', `/api/ofrep/v1/evaluate/flags/${name}`, {})
  }
  const flagsIn = (text: string) => [...text.matchAll(/flag="([^"]+)"/g)].map(([, flag]) => flag).sort()
  expect(flagsIn((await house.get('/metrics')).body)).toEqual(['birches-own'])
  expect(flagsIn((await ask('GET', '/metrics')).body)).toEqual(['alders-own'])
  expect(flagsIn(await (await fetch(`${house.url}/metrics`)).text())).toEqual(['alders-own', 'birches-own'])
})
