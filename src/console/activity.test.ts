import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  await house.send('/customers/new', { name: 'Acme' })
  house.pass(86_400_000)
  await house.send('/customers/acme/edit', { name: 'Acme, Inc.', externalCustomerId: '=cmd()' })
  await house.post('/api/components', { name: 'API', version: '1' })
  await house.post('/api/components', { name: 'API', version: '2', previousComponentId: 'api-1' })
  await house.delete('/api/components/api-1')
})
afterAll(() => house[Symbol.asyncDispose]())

const titles = async (query: string) => {
  const { html } = await house.open(`/activity${query}`)
  return [...html.matchAll(/<td data-label="What"><div><div>([^<]+)</g)].map(match => match[1])
}

test('changes are listed newest first, with what they were before and who made them', async () => {
  expect((await titles('')).slice(0, 3)).toEqual(['Component deleted', 'Component updated', 'Component created'])
  const { html } = await house.open('/activity?event=CUSTOMER_UPDATE')
  expect(html).toMatch(/<strong>name<\/strong> <del[^>]*>Acme<\/del>.*<ins>Acme, Inc\.<\/ins>/)
  expect(html).toContain('ada@example.com')
  expect(html).toContain('<a href="/customers/acme">Acme, Inc.</a>')
})

test('they are filtered by event, domain, person, day and text', async () => {
  expect(await titles('?event=customer')).toEqual(['Customer updated', 'Customer created'])
  expect(await titles('?event=CUSTOMER_CREATION')).toEqual(['Customer created'])
  expect(await titles('?actor=ada@')).toEqual(['Customer updated', 'Customer created'])
  expect(await titles('?actor=ada@&event=CUSTOMER_UPDATE')).toEqual(['Customer updated'])
  expect(await titles('?actor=nobody')).toEqual([])
  expect(await titles('?event=customer&until=2026-03-15')).toEqual(['Customer created'])
  expect(await titles('?event=customer&from=2026-03-16')).toEqual(['Customer updated'])
  expect(await titles('?q=inc.')).toEqual(['Customer updated'])
  expect((await house.open('/activity?from=yesterday')).status).toBe(422)
})

test('pages go on by key, both ways, and keep the filter', async () => {
  const link = (html: string, rel: string) =>
    (html.match(new RegExp(`rel="${rel}" href="([^"]+)"`))?.[1] ?? '').replaceAll('&amp;', '&')
  const { html } = await house.open('/activity?event=component&limit=2')
  const second = (await house.open(link(html, 'next'))).html
  expect(link(second, 'prev')).toContain('event=component')
  expect(await titles(link(html, 'next').replace('/activity', ''))).toEqual(['Component created', 'Component created'])
  expect(await titles(link(second, 'prev').replace('/activity', ''))).toEqual([
    'Component deleted',
    'Component updated',
  ])
})

test('a change has an address, with its differences and all of its data', async () => {
  const { body } = await house.get('/api/events?eventName=COMPONENT_UPDATE')
  const { id, data } = body.items[0]
  const { status, html } = await house.open(`/activity/${id}`)
  expect([
    status,
    html.includes('<code>previousComponentId</code>'),
    html.includes('&quot;changedFields&quot;'),
  ]).toEqual([200, true, true])
  expect(html).toContain(data.id)
  for (const none of ['0', '999999', 'abc', '9'.repeat(40)])
    expect((await house.open(`/activity/${none}`)).status, none).toBe(404)
})

test('what was before is said only where it is known for certain', async () => {
  await house.post('/api/releases', { version: '1.0' })
  await house.post('/api/releases', { version: '2.0' })
  await house.post('/api/deployment-zones', { name: 'Europe', type: 'SHARED' })
  // Deploying moves the zone on without telling what the zone was.
  await house.post('/api/deployment-zones/europe/deployments', { releaseSlug: '1-0' })
  await house.put('/api/deployment-zones/europe', { releaseSlug: '2-0' })
  const { html } = await house.open('/activity?event=DEPLOYMENT_ZONE_UPDATE')
  expect(html).toContain('<strong>releaseId</strong>')
  expect(html).not.toContain('<del')
})

test('the file for spreadsheets has what the list shows, and no formula in it', async () => {
  await house.put('/api/customers/acme', { name: '=HYPERLINK("http://evil.example")' })
  const { headers, html: csv } = await house.open('/activity?event=customer&format=csv')
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(headers.get('content-disposition')).toBe('attachment; filename="activity.csv"')
  const lines = csv.trimEnd().split('\r\n')
  expect(lines[0]).toBe('id,occurredAt,actorKind,actor,event,type,subjectId,changedFields,before,data')
  expect(lines).toHaveLength(4)
  expect(lines[2]).toMatch(/,user,ada@example\.com,CUSTOMER_UPDATE,.*,name externalCustomerId,/)
  expect(lines[2]).toContain('"{""name"":""Acme"",""externalCustomerId"":null}"')
  for (const line of lines) expect(line).not.toMatch(/(^|,)"?[=+@-]/)
})

test('a file of more than a slice has every change once', async () => {
  for (let n = 0; n < 30; n++)
    await Promise.all(Array.from({ length: 40 }, (_, m) => house.post('/api/customers', { name: `Many ${n}-${m}` })))
  const { html: csv } = await house.open('/activity?event=CUSTOMER_CREATION&format=csv')
  const ids = csv
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map(line => line.split(',')[0])
  expect([ids.length, new Set(ids).size]).toEqual([1201, 1201])
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
