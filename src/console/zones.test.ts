import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  for (const version of ['1', '2']) await house.post('/api/components', { name: 'API', version })
  await house.post('/api/releases', { version: '1.0', componentSlugs: ['api-1'] })
  house.pass(1000)
  await house.post('/api/releases', { version: '2.0', componentSlugs: ['api-2'], previousReleaseId: '1-0' })
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/customers', { name: 'Acme' })
})
afterAll(() => house[Symbol.asyncDispose]())

test('a zone is made and changed in forms, its metadata row by row', async () => {
  const made = await house.send('/deployment-zones/new', [
    ['name', 'Europe'],
    ['type', 'SHARED'],
    ['metadata.key[]', 'region'],
    ['metadata.value[]', 'eu-1'],
    ['metadata.key[]', ''],
    ['metadata.value[]', ''],
  ])
  expect([made.status, made.headers.get('location')]).toEqual([303, '/deployment-zones/europe'])
  expect((await house.get('/api/deployment-zones/europe')).body.metadata).toEqual({ region: 'eu-1' })
  const form = { name: 'Europe', type: 'NEITHER', description: '<i>', _revision: '1' }
  const wrong = await house.send('/deployment-zones/europe/edit', form)
  expect(wrong.status).toBe(422)
  for (const told of ['Type must be one of SHARED, DEDICATED', '&lt;i>']) expect(wrong.html).toContain(told)
  const saved = await house.send('/deployment-zones/europe/edit', { ...form, type: 'DEDICATED' })
  expect([saved.status, (await house.get('/api/deployment-zones/europe')).body.type]).toEqual([303, 'DEDICATED'])
  const dedicated = (await house.open('/deployment-zones?type=SHARED')).html
  expect(dedicated).toContain('No deployment zones match.')
})

test('the deploy dialog shows what changes and for whom, and does what it showed', async () => {
  await house.post('/api/instances', { name: 'Acme Prod', customerSlug: 'acme', deploymentZoneSlug: 'europe' })
  const path = '/deployment-zones/europe'
  const first = (await house.open(`${path}/deploy?release=1-0`)).html
  expect(first).toContain('Deploy 1.0</button>')
  expect(first).toContain('Acme Prod')
  const { revision } = (await house.get(`/api${path}`)).body
  const sent = await house.send(`${path}/deploy`, { releaseSlug: '1-0', _revision: String(revision) })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, path])

  const next = (await house.open(`${path}/deploy`)).html
  expect(next, 'the newest release is offered').toContain('1.0 → 2.0')
  expect(next).toMatch(/<del[^>]*>1<\/del>.*<a href="\/components\/api-2">2<\/a>/)
  expect(next).toContain('1 changed')
  const late = await house.send(`${path}/deploy`, { releaseSlug: '2-0', _revision: String(revision) })
  expect(late.status, 'somebody else has deployed meanwhile').toBe(412)
  const again = { releaseSlug: '2-0', _revision: String(revision + 1) }
  expect((await house.send(`${path}/deploy`, again)).status).toBe(303)
  const log = (await house.open(`${path}/deployments`)).html
  expect([...log.matchAll(/href="\/releases\/(\d-0)"/g)].map(match => match[1])).toEqual(['2-0', '1-0'])
  expect(log).toContain('ada@example.com')
  expect((await house.open(`${path}/deploy?release=2-0`)).html).toContain('2.0 runs here already')
  expect((await house.open(path)).html).toContain('Runs 2.0')
  const list = (await house.open('/deployment-zones')).html
  expect(list).toContain('<a href="/releases/2-0">2.0</a>')
})

test('deleting a zone names the instances that lose it, and asks for its name', async () => {
  const { html } = await house.open('/deployment-zones/europe/delete')
  expect(html).toContain('This instance goes on without a zone: Acme Prod (acme).')
  const untyped = await house.send('/deployment-zones/europe/delete', {})
  expect([untyped.status, untyped.html.includes('must be typed as it stands here: Europe')]).toEqual([422, true])
  const viewer = await house.open('/deployment-zones/europe', 'VIEWER')
  expect([viewer.html.includes('/deploy"'), viewer.html.includes('Delete')]).toEqual([false, false])
  expect((await house.send('/deployment-zones/europe/delete', { _name: 'Europe' })).status).toBe(303)
  expect((await house.get('/api/instances/acme-prod')).body.deploymentZoneId).toBe(null)
  expect((await house.open('/releases/2-0/deployments')).html).toContain('a deleted zone')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
