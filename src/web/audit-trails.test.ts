import { afterAll, beforeAll, expect, test } from 'vitest'
import { operator } from '../domain/principal.ts'
import { allOrganizations } from '../store/organizations.ts'
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
  const principal = operator(house.inside.read.all(allOrganizations, {})[0]?.id ?? '')
  const report = (instance: string, metadata: object) =>
    house.inside.submit('usage.report', principal, { value: 1, metadata }, { at: { instance, entitlement: 'calls' } })
  for (let number = 0; number < many; number++) {
    house.pass(1000)
    await report('busy', { region: 'europe', ...(number % every === 0 && { note: 'zanzibar' }) })
  }
  for (let number = 0; number < 3; number++) await report('quiet', { region: 'europe' })
})
afterAll(() => house[Symbol.asyncDispose]())

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
