import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

test('a component is made in a form, and its next version from it', async () => {
  const first = await house.send('/components/new', { name: 'API server', version: '1.0', slug: '', description: '' })
  expect([first.status, first.headers.get('location')]).toEqual([303, '/components/api-server-1-0'])
  const { html } = await house.open('/components/new?from=api-server-1-0')
  expect(html).toContain('New version of API server')
  expect(html).toMatch(/name="previousComponentId" value="api-server-1-0"/)
  const next = { name: 'API server', version: '1.1', previousComponentId: 'api-server-1-0' }
  expect((await house.send('/components/new', next)).headers.get('location')).toBe('/components/api-server-1-1')
  const { body } = await house.get('/api/components/api-server-1-1')
  expect(body.previousComponentId).toBe((await house.get('/api/components/api-server-1-0')).body.id)
  expect((await house.open('/components/api-server-1-1')).html).toContain(
    '<a href="/components/api-server-1-0">1.0</a>',
  )
})

test('a version that there is already comes back at its field with what was typed', async () => {
  const again = { name: 'API server', version: '1.1', description: 'Kept <b>', previousComponentId: 'nobody' }
  const taken = await house.send('/components/new', again)
  expect(taken.status).toBe(409)
  for (const kept of ['Version is taken', 'Kept &lt;b>', 'value="nobody"']) expect(taken.html).toContain(kept)
  const unknown = await house.send('/components/new', { ...again, version: '1.2' })
  expect([unknown.status, unknown.html.includes('Comes after names no component')]).toEqual([422, true])
})

test('the list has a row for each name with its newest versions, found by any version', async () => {
  for (const version of ['1', '2', '3', '4', '5', '6']) await house.post('/api/components', { name: 'Worker', version })
  const { html } = await house.open('/components')
  expect(html.match(/<tr>/g)).toHaveLength(3)
  expect(html).toContain('>6</a>')
  expect(html).not.toContain('>2</a>')
  expect(html).toContain('and 2 more')
  const found = (await house.open('/components?q=worker-2')).html
  expect([found.includes('Worker'), found.includes('API server')]).toEqual([true, false])
  const sorted = (await house.open('/components?sort=-name')).html
  expect(sorted.indexOf('Worker')).toBeLessThan(sorted.indexOf('API server'))
  const [, next = ''] = (await house.open('/components?limit=1')).html.match(/rel="next" href="([^"]+)"/) ?? []
  expect((await house.open(next.replaceAll('&amp;', '&'))).html).toContain('Worker')
})

test('a component is changed, and only the one that was read', async () => {
  const path = '/components/worker-6'
  const form = { name: 'Worker', version: '6.0', description: 'Sends mail', previousComponentId: '' }
  expect((await house.send(`${path}/edit`, { ...form, _revision: '1' })).headers.get('location')).toBe(path)
  expect((await house.get(`/api${path}`)).body).toMatchObject({ version: '6.0', description: 'Sends mail' })
  expect((await house.send(`${path}/edit`, { ...form, _revision: '1' })).status).toBe(412)
})

test('a component of a release is not deleted, and the page says of which', async () => {
  await house.post('/api/releases', { version: '2026.1', componentSlugs: ['worker-5'] })
  const held = await house.send('/components/worker-5/delete', {})
  expect([held.status, held.html.includes('worker-5 is part of 1 release: 2026.1.')]).toEqual([409, true])
  expect((await house.open('/components/worker-5')).html).toContain('2026.1')
  const gone = await house.send('/components/worker-4/delete', {})
  expect([gone.status, gone.headers.get('location')]).toEqual([303, '/components'])
})

test('a viewer sees components and changes none', async () => {
  const { status, html } = await house.open('/components/worker-5', 'VIEWER')
  expect([status, html.includes('New version'), html.includes('Delete')]).toEqual([200, false, false])
  expect((await house.send('/components/worker-5/delete', {}, { role: 'VIEWER' })).status).toBe(403)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
