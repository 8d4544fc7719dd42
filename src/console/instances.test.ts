import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/customers', { name: 'Globex' })
  await house.post('/api/licenses', { name: 'Starter', type: 'PAID', isDefault: true })
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID' })
  await house.post('/api/licenses', { name: 'Old', type: 'PAID', isActive: false })
  await house.post('/api/deployment-zones', { name: 'EU', type: 'SHARED' })
})
afterAll(() => house[Symbol.asyncDispose]())

const day = 86_400_000
const draft = { slug: '', description: '', licenseSlug: 'starter', deploymentZoneSlug: '', startLicenseDate: '' }
const dates = { endLicenseDate: '', _neverEnds: 'false' }
const main = (html: string) => html.slice(html.indexOf('<main'))
const at = (slug: string, page = '') => `/customers/acme/instances/${slug}${page && `/${page}`}`

test('an instance made in a form has the default license for a year where nothing else is said', async () => {
  const form = main((await house.open('/customers/instances/new?customer=acme')).html)
  expect(form).toMatch(/<option value="acme" selected>/)
  expect(form).toMatch(/<option value="starter" selected>Starter \(version 1, paid, default\)/)
  expect(form).not.toContain('value="old"')

  const sent = await house.send('/customers/instances/new', [
    ...Object.entries({ ...draft, ...dates, name: 'Production', customerSlug: 'acme', _metadataJson: '' }),
    ['metadata.key[]', 'seats'],
    ['metadata.value[]', '5'],
    ['metadata.key[]', ''],
    ['metadata.value[]', ''],
  ])
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/customers/acme/instances/production'])
  expect((await house.get('/api/instances/production')).body).toMatchObject({
    licenseSlug: 'starter',
    deploymentZoneSlug: null,
    startLicenseDate: '2026-03-15T12:00:00.000Z',
    endLicenseDate: '2027-03-15T12:00:00.000Z',
    metadata: { seats: 5 },
  })
})

test('it may never end, and its metadata may be JSON', async () => {
  const more = { ...dates, _neverEnds: 'true', startLicenseDate: '2026-04-01T00:00', _metadataJson: '{"a":{"b":[1]}}' }
  const sent = await house.send('/customers/instances/new', {
    ...draft,
    ...more,
    name: 'Forever',
    customerSlug: 'acme',
    deploymentZoneSlug: 'eu',
  })
  expect(sent.status).toBe(303)
  expect((await house.get('/api/instances/forever')).body).toMatchObject({
    deploymentZoneSlug: 'eu',
    startLicenseDate: '2026-04-01T00:00:00.000Z',
    endLicenseDate: null,
    metadata: { a: { b: [1] } },
  })
  const { html } = await house.open(at('forever'))
  expect(html).toContain('Not started')
  expect(html).toContain('never')
})

test('what does not fit comes back with what was typed, each at its field', async () => {
  const wrong = {
    ...draft,
    endLicenseDate: '2020-01-01T00:00',
    _metadataJson: '{"a":',
    name: 'Typed',
    customerSlug: '',
  }
  const unread = await house.send('/customers/instances/new', wrong)
  expect([unread.status, unread.html.includes('JSON object is not JSON')]).toEqual([422, true])
  expect(unread.html).toContain('>{&quot;a&quot;:</textarea>')
  const undated = await house.send('/customers/instances/new', { ...wrong, _metadataJson: '', customerSlug: 'acme' })
  expect([undated.status, undated.html.includes('License ends must be after startLicenseDate')]).toEqual([422, true])
  expect(undated.html).toContain('value="2020-01-01T00:00"')
  expect(undated.html).toContain('value="Typed"')
  const unowned = await house.send('/customers/instances/new', { ...draft, ...dates, name: 'Typed', customerSlug: '' })
  expect(unowned.status).toBe(422)
  expect(unowned.html).toContain('field-error')
})

test('the list is filtered by what instances belong to, and finds them by their customer', async () => {
  await house.post('/api/instances', { name: 'Staging', customerSlug: 'globex', licenseSlug: 'pro' })
  const names = async (query: string) => {
    const { html } = await house.open(`/customers/instances?sort=name&${query}`)
    return [...html.matchAll(/<td data-label="Name"[^>]*><a[^>]*>([^<]+)</g)].map(match => match[1])
  }
  expect(await names('')).toEqual(['Forever', 'Production', 'Staging'])
  expect(await names('customer=globex')).toEqual(['Staging'])
  expect(await names('license=starter')).toEqual(['Forever', 'Production'])
  expect(await names('zone=eu')).toEqual(['Forever'])
  expect(await names('q=lobex')).toEqual(['Staging'])
  expect(await names('customer=nobody')).toEqual([])
})

test('dates that ended or end within 30 days stand out', async () => {
  const soon = new Date(house.now() + 20 * day).toISOString()
  await house.post('/api/instances', { name: 'Ending', customerSlug: 'acme', endLicenseDate: soon })
  expect((await house.open(at('ending'))).html).toContain('Ends soon')
  expect((await house.open('/customers/instances?q=ending')).html).toContain('text-urgent')
  expect((await house.open('/customers/instances?q=production')).html).not.toContain('text-urgent')
})

test('an instance is edited; an end that is emptied must be meant', async () => {
  const { html } = await house.open(at('production', 'edit'))
  expect(html).toContain('name="endLicenseDate" value="2027-03-15T12:00"')
  const fields = { _revision: '1', name: 'Live', description: 'The real one', startLicenseDate: '2026-03-15T12:00' }
  const emptied = await house.send(at('production', 'edit'), { ...fields, ...dates })
  expect([emptied.status, emptied.html.includes('License ends is needed, unless')]).toEqual([422, true])
  const saved = await house.send(at('production', 'edit'), { ...fields, ...dates, _neverEnds: 'true' })
  expect(saved.headers.get('location')).toBe(at('production'))
  expect((await house.get('/api/instances/production')).body).toMatchObject({
    name: 'Live',
    description: 'The real one',
    endLicenseDate: null,
    metadata: { seats: 5 },
  })
  expect((await house.send(at('production', 'edit'), { ...fields, ...dates, _neverEnds: 'true' })).status).toBe(412)
})

test('it is put into a zone and taken out', async () => {
  expect((await house.send(at('production', 'zone'), { deploymentZoneSlug: 'eu' })).status).toBe(303)
  expect((await house.open(at('production'))).html).toContain('>EU<')
  expect((await house.send(at('production', 'zone'), { deploymentZoneSlug: '' })).status).toBe(303)
  expect((await house.get('/api/instances/production')).body.deploymentZoneSlug).toBeNull()
})

test('a deleted instance is shown by its id, and comes back', async () => {
  const { body } = await house.post('/api/instances', { name: 'Gone', customerSlug: 'acme' })
  expect((await house.send(at('gone', 'delete'), { _name: 'Gon' })).status).toBe(422)
  const deleted = await house.send(at('gone', 'delete'), { _name: 'Gone', _revision: '1' })
  expect(deleted.headers.get('location')).toBe(at(body.id))
  expect((await house.open(at('gone'))).status).toBe(404)
  const { html } = await house.open(at(body.id))
  expect(html).toContain('Gone is deleted')
  expect(html).toContain(at(body.id, 'restore'))
  expect(html).not.toContain(at(body.id, 'edit'))
  expect((await house.open(at(body.id, 'edit'))).status).toBe(404)
  expect((await house.open('/customers/instances?q=gone')).html).not.toContain(body.id)
  expect((await house.open('/customers/instances?deleted=true')).html).toContain(at(body.id))
  const back = await house.send(at(body.id, 'restore'), { _revision: '2' })
  expect(back.headers.get('location')).toBe(at('gone'))
  expect((await house.open(at('gone', 'restore'))).html).toContain('Gone is not deleted')
})

test('an instance is nobody else’s: another customer’s address is 404', async () => {
  expect((await house.open('/customers/globex/instances/production')).status).toBe(404)
  for (const page of ['edit', 'zone', 'license', 'delete', 'feature-flags', 'metadata'])
    expect((await house.open(`/customers/globex/instances/production/${page}`)).status, page).toBe(404)
  expect((await house.send('/customers/globex/instances/production/delete', { _name: 'Live' })).status).toBe(404)
  expect((await house.open(at('nothing'))).status).toBe(404)
})

test('viewers see it and cannot change it', async () => {
  const { html } = await house.open(at('production'), 'VIEWER')
  expect(html).toContain('Feature flags')
  for (const page of ['edit', 'license', 'zone', 'delete']) {
    expect(html).not.toContain(`"${at('production', page)}"`)
    expect((await house.open(at('production', page), 'VIEWER')).status, page).toBe(403)
    expect((await house.send(at('production', page), {}, { role: 'VIEWER' })).status, page).toBe(403)
  }
  expect((await house.open('/customers/instances', 'VIEWER')).html).not.toContain('/customers/instances/new')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
