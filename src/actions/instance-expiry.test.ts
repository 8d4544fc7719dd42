import { expect, test } from 'vitest'
import { appliance } from '../domain/principal.ts'
import { organizationsWithExpiries } from '../store/instances.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

const day = 86_400_000

/** What the clock does each minute: how many runs the organizations needed. */
async function minute({ inside, now }: TestHouse): Promise<number> {
  let runs = 0
  for (const { organizationId } of inside.read.all(organizationsWithExpiries, { now: now() }))
    for (let more = true; more; runs++)
      more = (await inside.submit('instances.expire', appliance(organizationId), undefined)).value
  return runs
}

async function houseWithLicense(): Promise<TestHouse> {
  const house = await testHouse()
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/licenses', { name: 'Trial', type: 'TRIAL', isDefault: true })
  return house
}

const endingIn = (house: TestHouse, days: number | null, name = 'Acme Trial') =>
  house.post('/api/instances', {
    name,
    customerSlug: 'acme',
    endLicenseDate: days === null ? null : new Date(house.now() + days * day).toISOString(),
  })

const told = async (house: TestHouse): Promise<string[]> =>
  (await house.get('/api/events?event_name=INSTANCE_LICENSE_EXPIRED')).body.items.map(
    (each: { data: { slug: string } }) => each.data.slug,
  )

test('the end of a license is told of once, when it has come', async () => {
  await using house = await houseWithLicense()
  await endingIn(house, 14)
  await endingIn(house, null, 'Forever')
  house.pass(14 * day - 1)
  expect(await minute(house)).toBe(0)
  house.pass(1)
  expect(await minute(house)).toBe(1)
  expect(await told(house)).toEqual(['acme-trial'])
  expect((await house.get('/api/instances/acme-trial')).body.revision).toBe(1)
  house.pass(day)
  expect(await minute(house)).toBe(0)
  expect((await house.get('/api/events?limit=1')).body.items[0].actor.kind).toBe('appliance')
})

test('only another end is told of again', async () => {
  await using house = await houseWithLicense()
  const { body } = await endingIn(house, 1)
  house.pass(day)
  await minute(house)
  await house.put('/api/instances/acme-trial', { name: 'Renamed', endLicenseDate: body.endLicenseDate })
  expect(await minute(house)).toBe(0)
  await house.restart()
  expect(await minute(house)).toBe(0)

  await house.put('/api/instances/acme-trial', { endLicenseDate: new Date(house.now() + day).toISOString() })
  expect(await minute(house)).toBe(0)
  house.pass(day)
  expect(await minute(house)).toBe(1)
  expect(await told(house)).toHaveLength(2)
})

test('a license that ended while the program was down is told of at the next start', async () => {
  await using house = await houseWithLicense()
  await endingIn(house, 3)
  await endingIn(house, 30, 'Later')
  await house.restart({}, 7 * day)
  await expect.poll(() => told(house), { timeout: 10_000 }).toEqual(['acme-trial'])
  expect(await minute(house)).toBe(0)
})

test('of a deleted instance nothing is told, until it is restored', async () => {
  await using house = await houseWithLicense()
  const { id } = (await endingIn(house, 1)).body
  await house.delete('/api/instances/acme-trial')
  house.pass(2 * day)
  expect(await minute(house)).toBe(0)
  await house.post(`/api/instances/${id}/restore`)
  expect(await minute(house)).toBe(1)
  expect(await told(house)).toEqual(['acme-trial'])
})

test('many ends are told of in runs of 200', async () => {
  await using house = await houseWithLicense()
  await Promise.all(Array.from({ length: 201 }, () => endingIn(house, 1)))
  house.pass(day)
  expect(await minute(house)).toBe(2)
  expect((await house.get('/api/events?event_name=INSTANCE_LICENSE_EXPIRED')).body.total).toBe(201)
})
