import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

test('a customer made in a form is the one of the API, and the next page says so once', async () => {
  const sent = await house.send('/customers/new', { name: 'Acme, Inc.', slug: '', externalCustomerId: '' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/customers/acme-inc'])
  const made = (await house.get('/api/customers/acme-inc')).body
  expect(made).toMatchObject({ name: 'Acme, Inc.', externalCustomerId: null, createdBy: 'ada@example.com' })

  const cookie = sent.headers.get('set-cookie')?.split(';')[0] ?? ''
  const next = await house.open('/customers/acme-inc', 'OWNER', { Cookie: `visitor=OWNER; ${cookie}` })
  expect(next.html).toContain('Acme, Inc. was created.')
  expect(next.headers.get('set-cookie')).toMatch(/^toast=; .*Max-Age=0/)
  const forged = `toast=${Buffer.from('Send money').toString('base64url')}.AAAA`
  expect((await house.open('/', 'OWNER', { Cookie: `visitor=OWNER; ${forged}` })).html).not.toContain('Send money')
})

test('what does not fit comes back with what was typed and a sentence at its field', async () => {
  await house.send('/customers/new', { name: 'Taken', slug: 'taken' })
  const wrong = await house.send('/customers/new', { name: ' ', slug: 'Not a slug', externalCustomerId: '<b>' })
  expect(wrong.status).toBe(422)
  expect(wrong.html).toContain('Name must not be empty')
  expect(wrong.html).toContain('value="Not a slug"')
  expect(wrong.html).toContain('value="&lt;b>"')
  const taken = await house.send('/customers/new', { name: 'Other', slug: 'taken' })
  expect([taken.status, taken.html.includes('Slug is taken')]).toEqual([409, true])
})

test('saving over the change of somebody else is not done unseen', async () => {
  await house.post('/api/customers', { name: 'Shared' })
  const { html } = await house.open('/customers/shared/edit')
  expect(html).toContain('name="_revision" value="1"')
  await house.put('/api/customers/shared', { name: 'Theirs' })
  const late = await house.send('/customers/shared/edit', { _revision: '1', name: 'Mine', externalCustomerId: 'x' })
  expect(late.status).toBe(412)
  expect(late.html).toContain('Somebody else has changed this')
  expect(late.html).toContain('value="Mine"')
  expect(late.html).toContain('name="_revision" value="2"')
  expect((await house.get('/api/customers/shared')).body.name).toBe('Theirs')
  expect(
    (await house.send('/customers/shared/edit', { _revision: '2', name: 'Mine', externalCustomerId: '' })).status,
  ).toBe(303)
  expect((await house.get('/api/customers/shared')).body).toMatchObject({ name: 'Mine', externalCustomerId: null })
  expect((await house.send('/customers/shared/edit', { name: '' })).html).toContain('Name must not be empty')
})

test('a customer with instances is not deleted, and the page says why', async () => {
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/customers', { name: 'Holder' })
  await house.post('/api/instances', { name: 'Production', customerSlug: 'holder' })
  const held = await house.send('/customers/holder/delete', { _revision: '1', _name: 'Holder' })
  expect(held.status).toBe(409)
  expect(held.html).toContain('Holder has 1 instance: Production. Delete them first.')
  await house.delete('/api/instances/production')
  const untyped = await house.send('/customers/holder/delete', { _name: 'Holde' })
  expect([untyped.status, untyped.html.includes('Name must be typed as it stands here: Holder')]).toEqual([422, true])
  const done = await house.send('/customers/holder/delete', { _name: 'Holder' })
  expect([done.status, done.headers.get('location')]).toEqual([303, '/customers'])
  expect((await house.open('/customers/holder')).status).toBe(404)
})

test('the list is searched, sorted and paged both ways in its address', async () => {
  for (const letter of 'ABCDEFG') await house.post('/api/customers', { name: `Leaf ${letter}` })
  const names = (html: string) => [...html.matchAll(/>(Leaf \w)</g)].map(match => match[1]?.at(-1)).join('')
  const link = (html: string, rel: string) => {
    const [, address = ''] = html.match(new RegExp(`rel="${rel}" href="([^"]+)"`)) ?? []
    return address.replaceAll('&amp;', '&')
  }
  const first = (await house.open('/customers?q=leaf&sort=name&limit=3&utm=x&cursor=')).html
  expect([names(first), link(first, 'prev')]).toEqual(['ABC', ''])
  const second = (await house.open(link(first, 'next'))).html
  expect(names(second)).toBe('DEF')
  const third = (await house.open(link(second, 'next'))).html
  expect([names(third), link(third, 'next')]).toEqual(['G', ''])
  const back = (await house.open(link(third, 'prev'))).html
  expect(names(back)).toBe('DEF')
  const start = (await house.open(link(back, 'prev'))).html
  expect([names(start), link(start, 'prev'), link(start, 'first')]).toEqual(['ABC', '', ''])
  expect(names((await house.open(link(third, 'first'))).html)).toBe('ABC')
  expect(names((await house.open(link(start, 'next'))).html)).toBe('DEF')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
