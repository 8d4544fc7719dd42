import { expect, test } from 'vitest'
import { appliance } from '../domain/principal.ts'
import { q, query } from '../store/query.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

const day = 86_400_000

const countingMeters = query((_: object) =>
  q
    .selectFrom('entitlement_usages')
    .innerJoin('entitlements', 'entitlements.id', 'entitlement_usages.entitlementId')
    .leftJoin('licenses', 'licenses.id', 'entitlement_usages.underLicenseId')
    .select(['entitlements.slug as of', 'licenses.slug as under'])
    .orderBy('entitlements.slug')
    .orderBy('entitlement_usages.periodStart'),
)
const meters = ({ inside }: TestHouse) => inside.read.all(countingMeters, {}).map(({ of, under }) => `${of}: ${under}`)

/** What the clock does each minute. */
async function minute({ inside }: TestHouse): Promise<void> {
  const { organizationId } = inside.read.all(anyOrganization, {})[0] as { organizationId: string }
  await inside.submit('usage.rollOver', appliance(organizationId), undefined)
  await inside.submit('instances.expire', appliance(organizationId), undefined)
}
const anyOrganization = query((_: object) => q.selectFrom('organizations').select('id as organizationId'))

test('use counts under the license that its instance has, as long as it counts', async () => {
  await using house = await testHouse()
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/entitlements', { name: 'Exports', type: 'NUMBER', resetPeriod: 'DAY' })
  await house.post('/api/entitlements', { name: 'Seats', type: 'NUMBER' })
  for (const name of ['Small', 'Large']) {
    await house.post('/api/licenses', { name, type: 'PAID' })
    for (const entitlementSlug of ['exports', 'seats'])
      await house.post(`/api/licenses/${name.toLowerCase()}/entitlements`, {
        entitlementSlug,
        value: { type: 'number', value: 10 },
      })
  }
  const { id } = (await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme', licenseSlug: 'small' })).body
  const prod = `/api/instances/${id}`
  const report = (entitlement: string) => house.post(`${prod}/entitlements/${entitlement}/usage`, { value: 1 })
  await Promise.all(['exports', 'seats', 'seats'].map(report))
  expect(meters(house)).toEqual(['exports: small', 'seats: small'])

  await house.put(prod, { licenseSlug: 'large' })
  expect(meters(house)).toEqual(['exports: large', 'seats: large'])
  await report('seats')
  expect(meters(house)).toEqual(['exports: large', 'seats: large'])

  await house.delete(prod)
  expect(meters(house)).toEqual(['exports: null', 'seats: null'])
  await house.post(`${prod}/restore`)
  expect(meters(house)).toEqual(['exports: large', 'seats: large'])

  const endOf = (later: number) => new Date(house.now() + later).toISOString()
  await house.put(prod, { endLicenseDate: endOf(day) })
  house.pass(day)
  expect(meters(house), 'the end has come and nobody was told yet').toEqual(['exports: large', 'seats: large'])
  await minute(house)
  expect(meters(house)).toEqual(['exports: null', 'seats: null'])
  await house.put(prod, { endLicenseDate: endOf(day) })
  expect(meters(house), 'a closed window does not count again').toEqual(['exports: null', 'seats: large'])
  await Promise.all(['exports', 'seats'].map(report))
  expect(meters(house)).toEqual(['exports: null', 'exports: large', 'seats: large'])

  house.pass(day - 1)
  await house.put(prod, { endLicenseDate: null, licenseSlug: 'small' })
  house.pass(1)
  await report('exports')
  expect(meters(house)).toEqual(['exports: null', 'exports: null', 'exports: small', 'seats: small'])
})
