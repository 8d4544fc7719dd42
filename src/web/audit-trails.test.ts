import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appliance, operator } from '../domain/principal.ts'
import type { EntryTerms } from '../engine/search.ts'
import { searchMark } from '../store/audit.ts'
import { allOrganizations } from '../store/organizations.ts'
import { raw } from '../store/query.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

/** More entries than a search looks through before it asks the index. */
const many = 1100
const every = 100

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
  await house.post('/api/entitlements', { name: 'Calls', slug: 'calls', type: 'NUMBER' })
  await house.post('/api/licenses', { name: 'Growth', slug: 'growth', type: 'PAID' })
  const grant = { entitlementSlug: 'calls', value: { type: 'number', value: -1 } }
  await house.post('/api/licenses/growth/entitlements', grant)
  await house.post('/api/customers', { name: 'Acme' })
  for (const slug of ['busy', 'quiet'])
    await house.post('/api/instances', { name: slug, slug, customerSlug: 'acme', licenseSlug: 'growth' })
  for (let number = 0; number < many; number++) {
    house.pass(1000)
    await report('busy', { region: 'europe', ...(number % every === 0 && { note: 'zanzibar' }) })
  }
  for (let number = 0; number < 3; number++) await report('quiet', { region: 'europe' })
})
afterAll(() => house[Symbol.asyncDispose]())

function report(instance: string, metadata: object): Promise<unknown> {
  const principal = operator(house.inside.read.all(allOrganizations, {})[0]?.id ?? '')
  const at = { instance, entitlement: 'calls' }
  return house.inside.submit('usage.report', principal, { value: 1, metadata }, { at })
}

const found = async (q: string, instance = 'busy') => {
  const ids: number[] = []
  let [total, isLowerBound, cursor] = [0, false, '']
  for (;;) {
    const { body } = await house.get(`/api/instances/${instance}/audit-trails?limit=200&q=${q}${cursor}`)
    ids.push(...body.items.map(({ id }: { id: number }) => id))
    if (cursor === '') [total, isLowerBound] = [body.total, body.totalIsLowerBound === true]
    else expect([body.total, body.totalIsLowerBound === true]).toEqual([total, isLowerBound])
    if (!body.hasMore) return { ids, total, isLowerBound }
    cursor = `&cursor=${body.nextCursor}`
  }
}

test.each(['before the index has them', 'from the index'])('entries of a long trail are found, %s', async when => {
  if (when === 'from the index') await house.inside.clockwork.everySecond()
  const frequent = await found('europe')
  // Of a word that most entries have, it is told that there are many: to count them is what would cost most.
  expect(frequent).toMatchObject({ isLowerBound: true, total: 500 })
  expect(new Set(frequent.ids).size).toBe(many)
  expect(frequent.ids).toEqual(frequent.ids.toSorted((a, b) => b - a))
  const rare = await found('zanz')
  expect([rare.ids.length, rare.total, rare.isLowerBound]).toEqual([many / every, many / every, false])
  expect(await found('europe', 'quiet')).toMatchObject({ total: 3, isLowerBound: false })
  expect(await found('nowhere')).toEqual({ ids: [], total: 0, isLowerBound: false })
})

test('an offset goes as far into what was found as it says', async () => {
  const page = async (offset: number) =>
    (await house.get(`/api/instances/busy/audit-trails?limit=50&q=europe&offset=${offset}`)).body.items
  const whole = (await found('europe')).ids
  for (const offset of [0, 100, 480, 700])
    expect((await page(offset)).map(({ id }: { id: number }) => id)).toEqual(whole.slice(offset, offset + 50))
})

const counted = (rows: string): number =>
  house.inside.read.one(raw(sql<{ counted: number }>`select count(*) as "counted" from (${sql.raw(rows)})`)).counted
const index = (after: number, ...ids: number[]) => {
  const entries = JSON.stringify(ids.map((id): EntryTerms => [id, 'ghost']))
  return house.inside.submit('audit.index', appliance(''), { after, last: ids.at(-1), entries })
}

test('a slice that another has come before is left, and entries that are gone are passed over', async () => {
  const { mark } = house.inside.read.one(searchMark, {})
  await index(mark - 1, mark)
  await index(mark, mark + 10)
  expect(house.inside.read.one(searchMark, {}).mark).toBe(mark + 10)
  expect(counted(`select rowid from audit_search where audit_search match 'ghost'`)).toBe(0)
})
