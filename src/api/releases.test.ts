import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
const ids: string[] = []
beforeAll(async () => {
  house = await testHouse()
  for (const version of ['1', '2', '3'])
    ids.push((await house.post('/api/components', { name: 'Part', version })).body.id)
})
afterAll(() => house[Symbol.asyncDispose]())

const release = (version: string, more: object = {}) => house.post('/api/releases', { version, ...more })

test('a release is created, read and deleted, each change with its event', async () => {
  const created = await release('2026.11', { description: 'Autumn', component_slugs: ['part-3', 'part-1'] })
  expect(created).toMatchObject({
    status: 201,
    body: { version: '2026.11', slug: '2026-11', description: 'Autumn', componentIds: [ids[2], ids[0]] },
  })
  expect(created.headers.get('location')).toBe('/api/releases/2026-11')
  expect((await house.get('/api/releases/2026-11')).body).toEqual(created.body)
  expect((await house.get(`/api/releases/${created.body.id}`)).body).toEqual(created.body)
  expect((await house.get('/api/releases')).body.items).toEqual([created.body])

  expect((await house.delete('/api/releases/2026-11')).status).toBe(204)
  expect(await house.delete('/api/releases/2026-11')).toMatchObject({ status: 404, body: { code: 'Release.NotFound' } })
  const { body } = await house.get('/api/events?limit=2')
  expect(body.items).toMatchObject([{ name: 'RELEASE_DELETION' }, { name: 'RELEASE_CREATION' }])
  expect(body.items[0].data).toEqual(created.body)
})

test('a release never changes', async () => {
  await release('5.0')
  const refused = await house.put('/api/releases/5-0', { description: 'x' })
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe('GET, HEAD, DELETE')
})

test('a version is unique, and a short one takes the kind before it as its slug', async () => {
  expect((await release('7')).body.slug).toBe('release-7')
  expect(await release('7', { slug: 'seven' })).toMatchObject({
    status: 409,
    body: { code: 'Release.VersionTaken', errors: [{ location: 'body.version', value: '7' }] },
  })
  expect(await release('8', { slug: 'release-7' })).toMatchObject({ status: 409, body: { code: 'Release.SlugTaken' } })
})

describe('components of a release', () => {
  test('keep their order, are named by id or slug, and may be none', async () => {
    expect((await release('10.1', { componentIds: [ids[1], ids[0], 'part-3'] })).body.componentIds).toEqual([
      ids[1],
      ids[0],
      ids[2],
    ])
    expect((await release('10.2')).body.componentIds).toEqual([])
  })

  test.each([
    ['unknown ones', { componentIds: ['part-1', 'part-2', 'part-9'] }, ['body.componentIds[2]']],
    ['the same one twice', { componentSlugs: ['part-1', 'part-2', 'part-1'] }, ['body.componentSlugs[2]']],
    ['each mistake', { componentSlugs: ['x1', 'part-2', 'x2'] }, ['body.componentSlugs[0]', 'body.componentSlugs[2]']],
    ['ids and slugs together', { componentIds: [], componentSlugs: ['part-1'] }, ['body.componentSlugs']],
    ['a previous release that is none', { previousReleaseId: 'x9' }, ['body.previousReleaseId']],
  ])('refuse %s', async (_, more, locations) => {
    const answer = await release('11', more)
    expect(answer.status).toBe(422)
    expect(answer.body.errors.map((each: { location: string }) => each.location)).toEqual(locations)
    expect((await house.get('/api/releases/release-11')).status).toBe(404)
  })

  test('are refused twice also when once named by slug and once by id', async () => {
    expect(await release('12', { componentIds: ['part-1', ids[0]] })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.componentIds[1]' }] },
    })
  })
})

test('a release that is deleted is left out of the line of those that followed', async () => {
  const first = await release('20.1')
  await release('20.2', { previousReleaseId: '20-1' })
  await release('20.3', { previousReleaseId: '20-2' })
  expect((await house.delete('/api/releases/20-2')).status).toBe(204)
  expect((await house.get('/api/releases/20-3')).body.previousReleaseId).toBe(first.body.id)
})

test('a release that was ever deployed is kept, and the refusal names the zones, also when they are gone', async () => {
  await release('30')
  for (const name of ['Europe', 'America']) {
    const { slug } = (await house.post('/api/deployment-zones', { name, type: 'SHARED' })).body
    await house.post(`/api/deployment-zones/${slug}/deployments`, { releaseSlug: '30' })
  }
  await house.delete('/api/deployment-zones/america')
  const refused = await house.delete('/api/releases/30')
  expect(refused).toMatchObject({ status: 409, body: { code: 'Release.WasDeployed' } })
  expect(refused.body.detail).toContain('2 zones: Europe, a deleted zone')
})

test('releases are listed by version, and found by it', async () => {
  const { body } = await house.get('/api/releases?q=20.&sort=-name')
  expect(body.items.map((each: { version: string }) => each.version)).toEqual(['20.3', '20.1'])
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
