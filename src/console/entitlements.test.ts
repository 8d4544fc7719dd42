import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

/** The form as browsers send it: what is hidden for other types is sent all the same. */
const typed = (fields: Record<string, string>): Record<string, string> => ({
  name: 'API calls',
  slug: '',
  description: '',
  type: 'NUMBER',
  meterType: 'RAW_EVENT',
  aggregationMethod: 'COUNT',
  resetPeriod: '',
  resetAnchor: 'CALENDAR',
  unitSingular: '',
  unitPlural: '',
  warningThresholdPercent: '80',
  ...fields,
})

test('a quota is made with its meter, and the other types without one', async () => {
  const sent = await house.send(
    '/entitlements/new',
    typed({ resetPeriod: 'MONTH', resetAnchor: 'LICENSE_START', unitSingular: 'call', unitPlural: 'calls' }),
  )
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/entitlements/api-calls'])
  expect((await house.get('/api/entitlements/api-calls')).body).toMatchObject({
    type: 'NUMBER',
    aggregationMethod: 'COUNT',
    resetPeriod: 'MONTH',
    resetAnchor: 'LICENSE_START',
    unitPlural: 'calls',
    warningThresholdPercent: 80,
  })
  expect((await house.send('/entitlements/new', typed({ name: 'Lifetime' }))).status).toBe(303)
  expect((await house.get('/api/entitlements/lifetime')).body).toMatchObject({ resetPeriod: null, resetAnchor: null })
  for (const type of ['BOOLEAN', 'CONFIG']) {
    expect((await house.send('/entitlements/new', typed({ name: `Of ${type}`, type }))).status).toBe(303)
    const { body } = await house.get(`/api/entitlements/of-${type.toLowerCase()}`)
    expect(body).toMatchObject({ type, meterType: null, aggregationMethod: null, warningThresholdPercent: null })
  }
})

test('the form explains each choice, and comes back with what was typed', async () => {
  const { html } = await house.open('/entitlements/new')
  for (const words of ['How many reports there were', 'A report replaces', 'At the full hour', 'Never: it counts'])
    expect(html).toContain(words)
  const wrong = await house.send(
    '/entitlements/new',
    typed({ name: 'Kept', aggregationMethod: 'MAX', warningThresholdPercent: '101' }),
  )
  expect(wrong.status).toBe(422)
  expect(wrong.html).toMatch(/value="MAX"[^>]*checked|checked[^>]*value="MAX"/)
  expect(wrong.html).toContain('value="101"')
  expect(wrong.html).toContain('Warns at must be at most 100')
})

test('how it is measured can be changed until it is granted, which the form then says', async () => {
  await house.post('/api/entitlements', { name: 'Seats', type: 'NUMBER' })
  const edit = '/entitlements/seats/edit'
  const { slug: _, ...changed } = typed({ name: 'Seats', aggregationMethod: 'LATEST' })
  expect((await house.send(edit, { _revision: '1', ...changed })).status).toBe(303)
  await house.post('/api/licenses', { name: 'Seated', type: 'PAID' })
  const grant = { entitlementSlug: 'seats', value: { type: 'number', value: 5 } }
  await house.post('/api/licenses/seated/entitlements', grant)
  const { html } = await house.open(edit)
  expect(html).toContain('How it is measured stays as it is')
  expect(html).not.toContain('name="aggregationMethod"')
  const raced = await house.send(edit, { _revision: '2', ...changed, aggregationMethod: 'SUM' })
  expect([raced.status, raced.html.includes('aggregationMethod')]).toEqual([409, true])
  const left = { _revision: '2', name: 'Seats taken', description: 'Who is in', warningThresholdPercent: '0' }
  expect((await house.send(edit, { ...left, unitSingular: 'seat', unitPlural: '' })).status).toBe(303)
  expect((await house.get('/api/entitlements/seats')).body).toMatchObject({
    name: 'Seats taken',
    aggregationMethod: 'LATEST',
    unitSingular: 'seat',
    warningThresholdPercent: 0,
  })
})

test('use is listed with the highest percent first, page by page', async () => {
  await house.post('/api/entitlements', { name: 'Exports', type: 'NUMBER', resetPeriod: 'DAY' })
  await house.post('/api/customers', { name: 'Acme' })
  const limits = { small: 10, large: 1000, endless: -1 }
  for (const [name, value] of Object.entries(limits)) {
    await house.post('/api/licenses', { name, type: 'PAID' })
    const grant = { entitlementSlug: 'exports', value: { type: 'number', value } }
    await house.post(`/api/licenses/${name}/entitlements`, grant)
    await house.post('/api/instances', { name: `Of ${name}`, customerSlug: 'acme', licenseSlug: name })
    await house.post(`/api/instances/of-${name}/entitlements/exports/usage`, { value: 9 })
  }
  await house.post('/api/instances', {
    name: 'Of ended',
    customerSlug: 'acme',
    licenseSlug: 'small',
    startLicenseDate: '2020-01-01T00:00:00Z',
    endLicenseDate: '2021-01-01T00:00:00Z',
  })
  const order = (html: string) => [...html.matchAll(/Of (\w+)(?=<)/g)].map(match => match[1]).join(' ')
  const { html } = await house.open('/entitlements/exports/usage')
  expect(order(html)).toBe('small large endless ended')
  expect(html).toContain('9 of 10 <span class="text-secondary">(90 %)</span>')
  expect(html).toContain('License not active')
  expect(order((await house.open('/entitlements/exports/usage?sort=name')).html)).toBe('ended endless large small')
  const first = (await house.open('/entitlements/exports/usage?limit=2')).html
  const [, next = ''] = first.match(/rel="next" href="([^"]+)"/) ?? []
  expect([order(first), order((await house.open(next.replaceAll('&amp;', '&'))).html)]).toEqual([
    'small large',
    'endless ended',
  ])
  house.pass(86_400_000)
  const another = (await house.open('/entitlements/exports/usage')).html
  expect(another, 'a new day began').toContain('0 of 10')
})

test('licenses show what they grant, customers who has it', async () => {
  const { html } = await house.open('/entitlements/exports/licenses')
  for (const words of ['Unlimited', '1,000 per day', 'small']) expect(html).toContain(words)
  expect((await house.open('/entitlements/exports/customers')).html).toContain('Acme')
  expect((await house.open('/entitlements/lifetime/licenses')).html).toContain('No license grants it yet')
})

test('a granted or used entitlement is not deleted, which is said before anybody tries', async () => {
  const held = await house.open('/entitlements/exports/delete')
  expect(held.html).toContain('It is granted by 3 licenses')
  expect(held.html).not.toContain('name="_name"')
  const tried = await house.send('/entitlements/exports/delete', { _name: 'Exports' })
  expect([tried.status, tried.html.includes('is granted by 3 licenses')]).toEqual([409, true])
  for (const name of ['small', 'large', 'endless']) await house.delete(`/api/licenses/${name}/entitlements/exports`)
  expect((await house.open('/entitlements/exports/delete')).html).toContain('It has usage of 3 instances')
  const done = await house.send('/entitlements/lifetime/delete', { _name: 'Lifetime' })
  expect([done.status, done.headers.get('location')]).toEqual([303, '/entitlements'])
  expect((await house.open('/entitlements/lifetime')).status).toBe(404)
})

test('a viewer sees all of it and changes nothing', async () => {
  const { html } = await house.open('/entitlements/exports', 'VIEWER')
  expect(html).toContain('Aggregation')
  expect(html).not.toMatch(/\/entitlements\/exports\/(edit|delete)/)
  for (const path of ['/entitlements/new', '/entitlements/exports/edit', '/entitlements/exports/delete']) {
    expect((await house.open(path, 'VIEWER')).status, path).toBe(403)
    expect((await house.send(path, typed({}), { role: 'VIEWER' })).status, path).toBe(403)
  }
})

test('the list is filtered by type', async () => {
  const { html } = await house.open('/entitlements?type=BOOLEAN')
  expect(html).toContain('Of BOOLEAN')
  expect(html).not.toContain('Of CONFIG')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
