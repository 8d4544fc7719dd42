import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  for (const [name, type] of Object.entries({ 'API calls': 'NUMBER', SSO: 'BOOLEAN', Regions: 'CONFIG' }))
    await house.post('/api/entitlements', { name, type })
  await house.post('/api/customers', { name: 'Acme' })
})
afterAll(() => house[Symbol.asyncDispose]())

const license = { name: 'Pro', slug: '', type: 'PAID', description: '', versionName: '', copyGrantsFrom: '' }
const grantOf = async (path: string) => (await house.get(`/api/licenses/${path}`)).body
const quota = (value: string, more: Record<string, string> = {}) => ({
  'value.type': 'number',
  'value.value': value,
  _unlimited: 'false',
  limitCapExceededOveragePercent: '0',
  ...more,
})

test('a license is made in a form, and comes back with what does not fit', async () => {
  const sent = await house.send('/licenses/new', { ...license, isActive: 'true', isDefault: 'true' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/licenses/pro'])
  expect(await grantOf('pro')).toMatchObject({ name: 'Pro', version: '1', isDefault: true })
  const wrong = await house.send('/licenses/new', { ...license, slug: 'No slug', isActive: 'false', isDefault: 'true' })
  expect([wrong.status, wrong.html.includes('value="No slug"')]).toEqual([422, true])
  const idle = await house.send('/licenses/new', { ...license, name: 'Idle', isActive: 'false', isDefault: 'true' })
  expect([idle.status, idle.html.includes('Default needs an active license')]).toEqual([409, true])
})

test('each type of entitlement is added in the form that fits it', async () => {
  const choose = await house.open('/licenses/pro/entitlements/new')
  for (const name of ['API calls', 'SSO', 'Regions']) expect(choose.html).toContain(name)
  const add = (slug: string, fields: Record<string, string>) =>
    house.send(`/licenses/pro/entitlements/${slug}/add`, fields)
  expect((await add('api-calls', quota('1000', { limitCapExceededOveragePercent: '10' }))).status).toBe(303)
  expect(await grantOf('pro/entitlements/api-calls')).toMatchObject({
    value: { type: 'number', value: 1000 },
    limitCapExceededOveragePercent: 10,
  })
  expect((await add('sso', { 'value.type': 'boolean', 'value.value': 'true' })).status).toBe(303)
  for (const [text, words] of [
    ['{"eu":', 'is not JSON'],
    ['null', 'other than null'],
    [' ', 'other than null'],
  ] as const) {
    const wrong = await add('regions', { 'value.type': 'object', 'value.value': text })
    expect([wrong.status, wrong.html.includes(words)], text).toEqual([422, true])
    expect(wrong.html, text).toContain(text.replaceAll('"', '&quot;'))
  }
  expect((await add('regions', { 'value.type': 'object', 'value.value': '{"eu":true}' })).status).toBe(303)
  expect((await grantOf('pro/entitlements/regions')).value).toEqual({ type: 'object', value: { eu: true } })
  const overview = (await house.open('/licenses/pro')).html
  for (const words of ['1,000', '10 %', 'On', '{&quot;eu&quot;:true}']) expect(overview).toContain(words)
  expect((await house.open('/licenses/pro/entitlements/new')).html).toContain('grants every entitlement')
  expect((await house.open('/licenses/pro/entitlements/sso/add')).html).toContain('grants it already')
})

test('unlimited is a box, whatever stands beside it', async () => {
  const edit = '/licenses/pro/entitlements/api-calls/edit'
  const wrong = await house.send(edit, quota('many'))
  expect([wrong.status, wrong.html.includes('value="many"')]).toEqual([422, true])
  expect(wrong.html).toContain('Limit must be a number')
  expect((await house.send(edit, quota('', { _unlimited: 'true' }))).status).toBe(303)
  expect(await grantOf('pro/entitlements/api-calls')).toMatchObject({
    value: { value: -1 },
    limitCapExceededOveragePercent: 0,
  })
  expect((await house.open(edit)).html).toMatch(/name="_unlimited"[^>]*value="true"[^>]*checked/)
})

test('a limit below what is used is shown before it is saved, and saved when that is meant', async () => {
  await house.post('/api/instances', { name: 'Production', customerSlug: 'acme', licenseSlug: 'pro' })
  await house.post('/api/instances', { name: 'Staging', customerSlug: 'acme', licenseSlug: 'pro' })
  await house.post('/api/instances/production/entitlements/api-calls/usage', { value: 600 })
  await house.post('/api/instances/staging/entitlements/api-calls/usage', { value: 5 })
  const edit = '/licenses/pro/entitlements/api-calls/edit'
  const asked = await house.send(edit, quota('500'))
  expect(asked.status).toBe(200)
  expect(asked.html).toContain('1 instance would be over it')
  expect(asked.html).toContain('Production')
  expect(asked.html).not.toContain('Staging')
  expect((await grantOf('pro/entitlements/api-calls')).value.value, 'nothing is saved yet').toBe(-1)
  expect((await house.send(edit, quota('600'))).status, 'exactly what is used fits').toBe(303)
  expect((await house.send(edit, quota('500', { limitCapExceededOveragePercent: '20' }))).status).toBe(303)
  expect((await house.send(edit, quota('400', { _confirmed: 'true' }))).status).toBe(303)
  expect((await grantOf('pro/entitlements/api-calls')).value.value).toBe(400)
})

test('a new version copies, shows what differs, and takes instances over, each by its own change', async () => {
  const fields = {
    name: 'Pro',
    type: 'PAID',
    description: '',
    versionName: 'Spring',
    isActive: 'true',
    isDefault: 'true',
  }
  const made = await house.send('/licenses/pro/new-version', fields)
  expect([made.status, made.headers.get('location')]).toEqual([303, '/licenses/pro-v2'])
  expect((await house.get('/api/licenses/pro-v2/entitlements')).body.total).toBe(3)
  expect(await grantOf('pro')).toMatchObject({ isDefault: false })
  expect((await house.open('/licenses/pro-v2/versions')).html).toContain('They grant the same.')
  await house.delete('/api/licenses/pro-v2/entitlements/sso')
  await house.send('/licenses/pro-v2/entitlements/api-calls/edit', quota('100', { _confirmed: 'true' }))
  const versions = (await house.open('/licenses/pro-v2/versions')).html
  for (const words of ['Lowered', 'Removed', 'not granted', 'Move to version 2']) expect(versions).toContain(words)

  expect((await house.open('/licenses/pro-v2')).html).toContain('2 instances are still on version 1')
  const { html } = await house.open('/licenses/pro-v2/move?from=pro')
  expect(html).toContain('Over: API calls (600 used)')
  const boxes = [...html.matchAll(/<input[^>]*type="checkbox"[^>]*name="instances"[^>]*>/g)].map(([box]) => box)
  expect(
    boxes.map(box => box.includes('checked')),
    'who would be over is left out',
  ).toEqual([false, true])
  const none = await house.send('/licenses/pro-v2/move', { from: 'pro', instances: '' })
  expect([none.status, none.html.includes('choose at least one')]).toEqual([422, true])

  const ids = (await house.get('/api/instances?license=pro')).body.items.map(({ id }: { id: string }) => id)
  await house.put('/api/instances/staging', { licenseSlug: 'pro-v2' })
  const moved = await house.send('/licenses/pro-v2/move', [
    ['from', 'pro'],
    ...ids.map((id: string): [string, string] => ['instances', id]),
  ])
  expect(moved.html).toContain('1 of 2 moved')
  expect(moved.html).toContain('It has another license by now.')
  expect((await house.get('/api/instances/production')).body).toMatchObject({
    licenseSlug: 'pro-v2',
    updatedBy: 'ada@example.com',
  })
})

test('the list stands by family, the newest version first, and is filtered', async () => {
  await house.post('/api/licenses', { name: 'Pro Max', type: 'TRIAL', isActive: false })
  const slugs = (html: string) =>
    [...html.matchAll(/data-label="Slug"><span class="copy"><code>([\w-]+)/g)].map(m => m[1])
  const { html } = await house.open('/licenses')
  expect(slugs(html)).toEqual(['pro-v2', 'pro', 'pro-max'])
  expect(html.match(/scope="rowgroup"/g)).toHaveLength(2)
  expect(slugs((await house.open('/licenses?type=TRIAL')).html)).toEqual(['pro-max'])
  expect(slugs((await house.open('/licenses?state=active')).html)).toEqual(['pro-v2', 'pro'])
  const first = (await house.open('/licenses?limit=2')).html
  const [, next = ''] = first.match(/rel="next" href="([^"]+)"/) ?? []
  expect(slugs((await house.open(next.replaceAll('&amp;', '&'))).html)).toEqual(['pro-max'])
  expect((await house.open('/licenses?sort=-createdAt')).html).not.toContain('rowgroup')
})

test('it is activated, deactivated and made the default by a button each', async () => {
  expect((await house.open('/licenses/pro-max/deactivate')).html).toContain('keep it, with all that it grants')
  expect((await house.send('/licenses/pro-max/activate', {})).status).toBe(303)
  expect((await house.open('/licenses/pro-max/make-default')).html).toContain('Until now they get Pro, version 2.')
  expect((await house.send('/licenses/pro-max/make-default', {})).status).toBe(303)
  expect(await grantOf('pro-max')).toMatchObject({ isActive: true, isDefault: true })
  const refused = await house.send('/licenses/pro-max/deactivate', {})
  expect([refused.status, refused.html.includes('must stay true for the default license')]).toEqual([409, true])
  expect((await house.send('/licenses/pro/deactivate', { _revision: '1' })).status, 'it was changed since').toBe(412)
})

test('an entitlement is taken away, and a license deleted only when no instance has it', async () => {
  expect((await house.send('/licenses/pro-v2/entitlements/regions/remove', {})).status).toBe(303)
  expect((await house.get('/api/licenses/pro-v2/entitlements/regions')).status).toBe(404)
  const held = await house.open('/licenses/pro-v2/delete')
  expect(held.html).toContain('It is the license of 2 instances')
  expect(held.html).not.toContain('name="_name"')
  const tried = await house.send('/licenses/pro-v2/delete', { _name: 'Pro, version 2' })
  expect(tried.status).toBe(409)
  const untyped = await house.send('/licenses/pro/delete', { _name: 'Pro' })
  expect([untyped.status, untyped.html.includes('Pro, version 1')]).toEqual([422, true])
  expect((await house.send('/licenses/pro/delete', { _name: 'Pro, version 1' })).headers.get('location')).toBe(
    '/licenses',
  )
})

test('a viewer sees all of it and changes nothing', async () => {
  const { html } = await house.open('/licenses/pro-v2', 'VIEWER')
  expect(html).toContain('API calls')
  expect(html).not.toMatch(/\/licenses\/pro-v2\/(edit|delete|new-version|make-default|deactivate|entitlements)/)
  for (const path of ['edit', 'delete', 'new-version', 'move', 'deactivate', 'entitlements/sso/add'])
    for (const answer of [await house.open(`/licenses/pro-v2/${path}`, 'VIEWER')]) expect(answer.status, path).toBe(403)
  expect((await house.send('/licenses/new', license, { role: 'VIEWER' })).status).toBe(403)
})

test('what there is not, is not found', async () => {
  for (const path of ['', '/instances', '/versions', '/move', '/entitlements/sso/edit'])
    expect((await house.open(`/licenses/nothing${path}`)).status, path).toBe(404)
  expect((await house.open('/licenses/pro-v2/entitlements/sso/edit')).status).toBe(404)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
