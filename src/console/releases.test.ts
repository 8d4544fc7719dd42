import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  for (const [name, version] of [
    ['API', '1'],
    ['API', '2'],
    ['Web', '1'],
    ['Worker', '1'],
  ])
    await house.post('/api/components', { name, version })
  house.pass(1000)
})
afterAll(() => house[Symbol.asyncDispose]())

const slugs = (...values: string[]): [string, string][] => values.map(value => ['componentSlugs', value])

test('a release is made from the components that were chosen, and the next one begins with them', async () => {
  const first = await house.send('/releases/new', [['version', '1.0'], ...slugs('', 'api-1', 'web-1', '')])
  expect([first.status, first.headers.get('location')]).toEqual([303, '/releases/1-0'])
  const ids = (await house.get('/api/releases/1-0')).body.componentIds
  expect(ids).toEqual([
    (await house.get('/api/components/api-1')).body.id,
    (await house.get('/api/components/web-1')).body.id,
  ])

  const { html } = await house.open('/releases/new?from=1-0')
  expect(html).toContain('name="previousReleaseId" value="1-0"')
  expect(html).toContain('<option value="api-1" selected>1 · as before</option>')
  expect(html).toContain('<option value="api-2">2 · newest</option>')
  expect(html).toContain('2 is newer.')
  house.pass(1000)
  const fields: [string, string][] = [
    ['version', '1.1'],
    ['previousReleaseId', '1-0'],
    ...slugs('', 'api-2', '', 'worker-1'),
  ]
  expect((await house.send('/releases/new', fields)).headers.get('location')).toBe('/releases/1-1')
  const shown = (await house.open('/releases/1-1')).html
  expect(shown).toContain('Since 1.0: 1 changed, 1 added, 1 removed')
  expect(shown).toMatch(/<del[^>]*>1<\/del>.*<a href="\/components\/api-2">2<\/a>/)
})

test('it starts from the newest release by itself, and from none when asked', async () => {
  expect((await house.open('/releases/new')).html).toContain('name="previousReleaseId" value="1-1"')
  expect((await house.open('/releases/new?from=-')).html).toContain('name="previousReleaseId" value>')
})

test('a version that is taken comes back with the components that were chosen', async () => {
  const again = await house.send('/releases/new', [
    ['version', '1.0'],
    ['description', 'Kept'],
    ['previousReleaseId', '1-1'],
    ...slugs('', 'api-1', 'worker-1'),
  ])
  expect(again.status).toBe(409)
  for (const kept of ['Version is taken', '>Kept</textarea>', '<option value="api-1" selected>'])
    expect(again.html).toContain(kept)
  const unknown = await house.send('/releases/new', [['version', '9'], ...slugs('gone')])
  expect([unknown.status, unknown.html.includes('names no component')]).toEqual([422, true])
})

test('a release is planned, deployed and superseded, and the list shows each state alone', async () => {
  await house.post('/api/deployment-zones', { name: 'Europe', type: 'SHARED' })
  const deploy = (releaseSlug: string) => house.post('/api/deployment-zones/europe/deployments', { releaseSlug })
  const inState = async (state: string) => {
    const { html } = await house.open(`/releases?state=${state}`)
    return [...html.matchAll(/href="\/releases\/(1-\d)"/g)].map(match => match[1])
  }
  expect(await inState('planned')).toEqual(['1-1', '1-0'])
  await deploy('1-0')
  expect([await inState('planned'), await inState('deployed'), await inState('superseded')]).toEqual([
    ['1-1'],
    ['1-0'],
    [],
  ])
  await deploy('1-1')
  expect([await inState('planned'), await inState('deployed'), await inState('superseded')]).toEqual([
    [],
    ['1-1'],
    ['1-0'],
  ])
  expect((await house.open('/releases')).html).toContain('href="/deployment-zones/europe"')
  expect((await house.open('/releases/1-0/deployments')).html).toContain('Europe')
  const zones = (await house.open('/releases/1-0/zones')).html
  expect(zones).toContain('href="/deployment-zones/europe/deploy?release=1-0"')
})

test('a release that was deployed is kept, and the page says so', async () => {
  const { html } = await house.open('/releases/1-0')
  expect([html.includes('/releases/1-0/delete'), html.includes('It was deployed, so it is kept')]).toEqual([
    false,
    true,
  ])
  const held = await house.send('/releases/1-0/delete', {})
  expect([held.status, held.html.includes('1.0 was deployed to 1 zone: Europe.')]).toEqual([409, true])
  await house.post('/api/releases', { version: '2.0' })
  await house.post('/api/releases', { version: '2.1', previousReleaseId: '2-0' })
  expect((await house.open('/releases/2-0/delete')).html).toContain('2.1 will come after no release then.')
  expect((await house.send('/releases/2-0/delete', {})).headers.get('location')).toBe('/releases')
})

test('a viewer sees releases, and makes and deploys none', async () => {
  const { status, html } = await house.open('/releases/1-0/zones', 'VIEWER')
  expect([status, html.includes('Deploy here'), html.includes('Make the next')]).toEqual([200, false, false])
  expect((await house.send('/releases/new', { version: '3' }, { role: 'VIEWER' })).status).toBe(403)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
