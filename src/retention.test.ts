import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { appliance } from './domain/principal.ts'
import { type TestHouse, testHouse } from './test-house.ts'
import { askingWith, foundOrganization, furnish } from './test-organization.ts'
import { receiver } from './test-receiver.ts'

const day = 86_400_000
const usage = '/api/instances/acme-instance/entitlements/acme-quota/usage'
const trail = '/api/instances/acme-instance/audit-trails'

/** A house whose instance reported once a day for some days, the last of them today. */
async function reporting(days: number, environment: Record<string, string> = {}): Promise<TestHouse> {
  const house = await testHouse(environment)
  await furnish(askingWith(house, house.token), 'acme')
  for (let n = 1; n <= days; n++) {
    await house.post(usage, { value: n, metadata: { note: `of day ${n}` } })
    if (n < days) house.pass(day)
  }
  await house.inside.clockwork.everySecond()
  return house
}

const values = async (house: TestHouse, query = '') =>
  (await house.get(`${trail}?limit=200${query}`)).body.items.map(
    (each: { payload: { value: number } }) => each.payload.value,
  )

const filesIn = (house: TestHouse) => readdirSync(join(house.data, 'archive')).sort()
const linesOf = (house: TestHouse, file: string) =>
  gunzipSync(readFileSync(join(house.data, 'archive', file)))
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('nothing leaves the audit trail unless it is configured', async () => {
  await using house = await reporting(3)
  house.pass(10_000 * day)
  await house.inside.clockwork.everyHour()
  expect(await values(house)).toEqual([3, 2, 1])
})

test('entries of whole days beyond the retention go to a file, and then from trail and search; the rest stays', async () => {
  await using house = await reporting(6, { KAITEN_RETENTION_AUDIT: '2' })
  const before = (await house.get(`${trail}?limit=200`)).body
  expect(before).not.toHaveProperty('archivedUntil')
  await house.inside.clockwork.everyHour()

  expect(await values(house)).toEqual([6, 5, 4])
  expect(await values(house, '&q=note%20day')).toEqual([])
  expect(await values(house, '&q=day')).toEqual([6, 5, 4])
  const [file = '', ...more] = filesIn(house)
  expect([file, more]).toEqual([expect.stringMatching(/^audit-default-2026-03-15-\d+\.ndjson\.gz$/), []])
  const archived = linesOf(house, file)
  const organizationId = (await house.get('/api/organization')).body.id
  const gone = before.items.slice(3).reverse()
  expect(archived).toEqual(gone.map((each: object) => ({ organizationId, ...each })))
  expect(statSync(join(house.data, 'archive', file)).mode & 0o777).toBe(0o600)

  const { body } = await house.get(trail)
  expect(body).toMatchObject({ total: 3, archivedUntil: gone.at(-1).occurredAt })
  const [event] = (await house.get('/api/events?event_name=AUDIT_TRAIL_ARCHIVAL')).body.items
  expect(event.data).toEqual({
    id: organizationId,
    upTo: gone.at(-1).id,
    entries: 3,
    from: gone[0].occurredAt,
    until: gone.at(-1).occurredAt,
    file,
    sha256: createHash('sha256')
      .update(readFileSync(join(house.data, 'archive', file)))
      .digest('hex'),
  })
  // Counting goes on as if nothing had happened, and so does what was counted by day.
  expect((await house.post(usage, { value: 1 })).status).toBe(200)
  const database = new Database(join(house.data, 'kaiten.db'), { readonly: true })
  expect(database.prepare('select count(distinct "day") from audit_days').pluck().get()).toBe(6)
  database.close()
  await house.inside.clockwork.everyHour()
  expect(filesIn(house)).toHaveLength(1)
  expect(house.faults).toEqual([])
})

test('more entries than a slice leave whole, each organization into a file of its own', async () => {
  await using house = await testHouse({ KAITEN_RETENTION_AUDIT: '1' })
  const other = askingWith(house, (await foundOrganization(house, 'alder')).token)
  const asks = { default: askingWith(house, house.token), alder: other }
  for (const [name, ask] of Object.entries(asks)) {
    await furnish(ask, name)
    const named = { instanceSlug: `${name}-instance`, entitlementSlug: `${name}-quota`, value: 0 }
    await ask('POST', '/api/usage', { reports: Array.from({ length: 450 }, () => named) })
  }
  await house.inside.clockwork.everySecond()
  house.pass(3 * day)
  await house.inside.clockwork.everyHour()
  expect(filesIn(house)).toHaveLength(2)
  for (const name of ['default', 'alder']) {
    const archived = linesOf(house, filesIn(house).find(file => file.includes(`audit-${name}-`)) ?? '')
    expect(archived).toHaveLength(450)
    expect(new Set(archived.map(({ id }) => id)).size).toBe(450)
    expect(new Set(archived.map(({ organizationId }) => organizationId)).size).toBe(1)
  }
  const database = new Database(join(house.data, 'kaiten.db'), { readonly: true })
  expect(database.prepare('select count(*) from feature_audit_trail').pluck().get()).toBe(0)
  expect(database.prepare(`select count(*) from audit_search('qzkind2')`).pluck().get()).toBe(0)
  database.close()
})

test('what cannot be written to the archive stays in the database', async () => {
  await using house = await reporting(4, { KAITEN_RETENTION_AUDIT: '1' })
  // A file where the folder would be.
  writeFileSync(join(house.data, 'archive'), '')
  await expect(house.inside.clockwork.everyHour()).rejects.toThrow(/EEXIST|ENOTDIR/)
  expect(await values(house)).toEqual([4, 3, 2, 1])
  rmSync(join(house.data, 'archive'))
  await house.inside.clockwork.everyHour()
  expect(await values(house)).toEqual([4, 3])
})

test('a file that an earlier attempt left is written anew', async () => {
  await using house = await reporting(4, { KAITEN_RETENTION_AUDIT: '1' })
  const oldest = (await house.get(`${trail}?limit=200`)).body.items.at(-1)
  const file = `audit-default-2026-03-15-${oldest.id}.ndjson.gz`
  mkdirSync(join(house.data, 'archive'))
  writeFileSync(join(house.data, 'archive', file), 'cut short')
  await house.inside.clockwork.everyHour()
  expect(filesIn(house)).toEqual([file])
  expect(linesOf(house, file)).toHaveLength(2)
})

test('what was archived when the program was killed is deleted after the next start, and archived once', async () => {
  await using house = await reporting(4, { KAITEN_RETENTION_AUDIT: '1' })
  const oldest = (await house.get(`${trail}?limit=200`)).body.items.at(-1)
  const organization = (await house.get('/api/organization')).body.id
  const times = { from: oldest.occurredAt, until: oldest.occurredAt }
  const told = { upTo: oldest.id, entries: 1, ...times, file: 'written-before', sha256: '' }
  await house.inside.submit('audit.archive', appliance(organization), told)
  await house.inside.clockwork.everyHour()
  expect(await values(house)).toEqual([4, 3])
  expect(filesIn(house).flatMap(file => linesOf(house, file))).toEqual([expect.objectContaining({ id: oldest.id + 1 })])
})

test('nobody but the clock raises the mark', async () => {
  await using house = await reporting(1)
  const draft = {
    upTo: 1,
    entries: 1,
    from: '2026-01-01T00:00:00Z',
    until: '2026-01-01T00:00:00Z',
    file: '',
    sha256: '',
  }
  const principal = house.inside.identify(house.token)
  if (!principal) throw new Error('The token of the test is unknown.')
  await expect(house.inside.submit('audit.archive', principal, draft)).rejects.toThrow('by the clock alone')
})

test('attempts of deliveries are forgotten after their days, and their deliveries and events are not', async () => {
  const loopback = { KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' }
  await using house = await testHouse({ ...loopback, KAITEN_RETENTION_ATTEMPTS: '2' })
  await using hook = await receiver()
  const { body: endpoint } = await house.post('/api/webhooks', { url: hook.url, eventNames: ['CUSTOMER_CREATION'] })
  hook.secrets = [endpoint.secret]
  const history = async () => (await house.get('/api/webhooks/history')).body.items
  for (const [index, name] of ['Old', 'New'].entries()) {
    if (index > 0) house.pass(2 * day)
    await house.post('/api/customers', { name })
    await hook.until(index + 1)
    await vi.waitFor(async () => expect((await history())[0]).toMatchObject({ status: 'SUCCESS' }))
  }
  await house.inside.clockwork.everyHour()
  expect(await history()).toHaveLength(2)
  house.pass(day)
  await house.inside.clockwork.everyHour()
  expect(await history()).toHaveLength(1)
  const recovered = await house.post(`/api/webhooks/${endpoint.id}/recover`, { since: '2020-01-01T00:00:00Z' })
  expect(recovered.body.requeued, 'what was delivered is not missed').toBe(0)
  expect((await house.get('/api/events?event_name=CUSTOMER_CREATION')).body.items).toHaveLength(2)
})
