import { afterAll, beforeAll, expect, test } from 'vitest'
import { foundOrganization } from '../test-organization.ts'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

const day = 86_400_000
const trail = '/customers/acme/instances/prod/audit-trail'
const use = '/api/instances/prod/entitlements/calls'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  for (const name of ['Calls', 'Seats']) {
    await house.post('/api/entitlements', { name, type: 'NUMBER' })
    const grant = { entitlementSlug: name.toLowerCase(), value: { type: 'number', value: 10 } }
    await house.post('/api/licenses/pro/entitlements', grant)
  }
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/customers', { name: 'Other' })
  await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme' })
})
afterAll(() => house[Symbol.asyncDispose]())

/** Numbers of the cards by their names. */
const cards = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/class="subheader">([^<]+)<\/div><div class="h1">([^<]+)</g)].map(([, name, value]) => [
      name,
      value,
    ]),
  )
/** Rows of the table of numbers under a chart. */
const numbers = (html: string, chart: string): Record<string, (string | undefined)[]> => {
  const figure = html.slice(html.indexOf(`id="${chart}"`)).split('</figure>')[0] ?? ''
  const rows = figure.matchAll(/<th scope="row">([^<]+)<\/th>(.*?)<\/tr>/g)
  return Object.fromEntries(
    [...rows].map(([, label, cells = '']) => [label, [...cells.matchAll(/>([^<]+)<\/td>/g)].map(match => match[1])]),
  )
}
const ids = (html: string) => [...html.matchAll(/class="entry-id">(\d+)</g)].map(match => Number(match[1]))
const link = (html: string, rel: string) =>
  html.match(new RegExp(`rel="${rel}" href="([^"]+)"`))?.[1]?.replaceAll('&amp;', '&') ?? ''
const live = (html: string) => html.match(/hx-get="([^"]*since=[^"]*)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''

test('before anything was reported it says how to, and what will be here', async () => {
  const { html, status } = await house.open(trail)
  expect(status).toBe(200)
  expect(html).toContain('Prod has not asked or reported anything yet')
  expect(html).toContain('/api/instances/prod/entitlements/calls/usage')
  expect(html).toContain('How it works')
})

test('cards and charts count what was read, accepted and rejected, day by day', async () => {
  for (const value of [4, 3]) await house.post(`${use}/usage`, { value, transactionId: `order-${value}` })
  house.pass(day)
  await house.post(`${use}/usage`, { value: 2, metadata: { route: 'Zürich' } })
  await house.post(`${use}/usage`, { value: 5 })
  await house.get(use)
  await house.post('/api/instances/prod/entitlements/seats/usage', { value: 1 })
  const { html } = await house.open(trail)
  expect(cards(html)).toEqual({ 'Total events': '6', Accepted: '4', Rejected: '1', Today: '4' })
  expect(html).toContain('80 % of reports')
  const activity = numbers(html, 'chart-activity')
  expect(Object.keys(activity)).toHaveLength(30)
  expect([activity['2026-03-14'], activity['2026-03-15'], activity['2026-03-16']]).toEqual([
    ['0', '0', '0'],
    ['0', '2', '0'],
    ['1', '2', '1'],
  ])
  const values = numbers(html, 'chart-values')
  expect([values['2026-03-15'], values['2026-03-16']]).toEqual([
    ['7', '–'],
    ['9', '1'],
  ])

  const ofSeats = (await house.open(`${trail}?entitlement=seats&days=365`)).html
  expect(cards(ofSeats)).toEqual({ 'Total events': '1', Accepted: '1', Rejected: '0', Today: '1' })
  const weeks = numbers(ofSeats, 'chart-activity')
  expect(Object.keys(weeks)).toHaveLength(53)
  expect(weeks['2026-03-16']).toEqual(['0', '1', '0'])
})

test('the log is searched, filtered and paged, and each entry opens with its whole payload', async () => {
  const all = ids((await house.open(trail)).html)
  expect(all).toEqual([...all].sort((a, b) => b - a))
  const first = (await house.open(`${trail}?limit=4`)).html
  const second = (await house.open(link(first, 'next'))).html
  expect([...ids(first), ...ids(second)]).toEqual(all)
  expect(ids((await house.open(link(second, 'first'))).html)).toEqual(ids(first))
  expect((await house.open(`${trail}?type=rejected`)).html).toContain('Refused 5: 9 of 10 were used')
  expect(ids((await house.open(`${trail}?type=rejected`)).html)).toHaveLength(1)
  expect(ids((await house.open(`${trail}?status=REJECTED&type=read`)).html)).toEqual([])
  const [found = 0, ...more] = ids((await house.open(`${trail}?q=zurich`)).html)
  expect(more).toEqual([])
  const entry = await house.open(`${trail}/${found}`)
  expect(entry.html).toContain('Reported 2: 7 → 9 of 10')
  expect(entry.html).toContain('&quot;route&quot;: &quot;Zürich&quot;')
})

test('whoever looks is told of what is new, and of nothing while there is nothing', async () => {
  const asks = live((await house.open(`${trail}?type=accepted`)).html)
  expect(asks).toContain('type=accepted')
  const idle = await house.open(asks)
  expect([idle.status, idle.html]).toEqual([204, ''])
  await house.post('/api/instances/prod/entitlements/seats/usage', { value: 1 })
  const news = await house.open(asks)
  expect(news.status).toBe(200)
  expect(news.html.match(/class="is-new"/g)).toHaveLength(1)
  expect((await house.open(live(news.html))).status).toBe(204)
  expect((await house.open('/', 'VIEWER')).status).toBe(200)
})

test('quotas show what is used, what is left, when it resets and how it went', async () => {
  const { html, status } = await house.open('/customers/acme/instances/prod/entitlements', 'VIEWER')
  expect(status).toBe(200)
  expect(html).toMatch(/9 of 10.*\(90 %\)/)
  expect(html).toContain('Near its limit')
  expect(html).toContain('History of Calls')
  expect(numbers(html, 'chart-history-calls')['2026-03-15']).toEqual(['7', '7', '10'])
  expect(html).toContain('Calls: from 7 to 9 in 30 days, at most 9')
  const ofSeats = (await house.open('/customers/acme/instances/prod/entitlements?entitlement=seats')).html
  expect(ofSeats).toContain('History of Seats')
  expect(ofSeats).toContain('Reported 1: 1 → 2 of 10')
})

test('the trail of a deleted instance stays, its entitlements do not', async () => {
  await house.post('/api/instances', { name: 'Old', customerSlug: 'acme' })
  await house.get('/api/instances/old/entitlements')
  const { id } = (await house.get('/api/instances/old')).body
  await house.delete('/api/instances/old')
  expect((await house.open(`/customers/acme/instances/${id}/audit-trail`)).html).toContain('Read 2 at once')
  expect((await house.open(`/customers/acme/instances/${id}/entitlements`)).status).toBe(404)
})

test('what is not there, or is another’s, is not found', async () => {
  const [newest] = ids((await house.open(trail)).html)
  for (const path of [
    '/customers/other/instances/prod/audit-trail',
    '/customers/other/instances/prod/entitlements',
    '/customers/acme/instances/nothing/audit-trail',
    `${trail}?entitlement=nothing`,
    `${trail}/999999`,
    `${trail}/${newest}x`,
    `/customers/other/instances/prod/audit-trail/${newest}`,
  ])
    expect((await house.open(path)).status, path).toBe(404)
  const { token } = await foundOrganization(house, 'second')
  const theirs = { Authorization: `Bearer ${token}` }
  await house.post('/api/licenses', { name: 'Theirs', type: 'PAID', isDefault: true }, theirs)
  await house.post('/api/customers', { name: 'Their customer' }, theirs)
  await house.post('/api/instances', { name: 'Their instance', customerSlug: 'their-customer' }, theirs)
  for (const tab of ['audit-trail', 'entitlements'])
    expect((await house.open(`/customers/their-customer/instances/their-instance/${tab}`)).status).toBe(404)
  expect((await house.open(`${trail}?days=5`)).status).toBe(422)
  expect((await house.open(trail, 'nobody')).status).toBe(303)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})

test('a year is charted by week: what its days have in all, the last use and the highest', async () => {
  await using house = await visitedHouse()
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/entitlements', { name: 'Seats', type: 'NUMBER' })
  await house.post('/api/licenses/pro/entitlements', {
    entitlementSlug: 'seats',
    value: { type: 'number', value: 5000 },
  })
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme' })
  const weeks = new Map<string, number[]>()
  let use = 0
  // Up and down on several days of a week; there is a week in which nothing happens.
  for (const [passed, values] of [
    [0, [700, -300]],
    [1, [1200]],
    [2, [-900, 40]],
    [3, [3]],
    [5, [500, -450, 1]],
    [19, [2000, -1990]],
  ] as const) {
    house.pass(passed * day)
    const today = house.now()
    const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * day
    const name = new Date(monday).toISOString().slice(0, 10)
    const week = weeks.get(name) ?? []
    weeks.set(name, week)
    for (const value of values) {
      await house.post('/api/instances/prod/entitlements/seats/usage', { value })
      use += value
      week.push(use)
    }
  }
  const { html } = await house.open(`${trail}?entitlement=seats&days=365`)
  const shown = (value = 0) => value.toLocaleString('en-US')
  const expected = (row: (uses: number[]) => string[]) =>
    Object.fromEntries([...weeks].map(([monday, uses]) => [monday, row(uses)]))
  const charted = (chart: string, none: string) =>
    Object.fromEntries(Object.entries(numbers(html, chart)).filter(([, row]) => row.some(value => value !== none)))
  expect(charted('chart-activity', '0')).toEqual(expected(uses => ['0', shown(uses.length), '0']))
  expect(charted('chart-values', '–')).toEqual(expected(uses => [shown(uses.at(-1)), shown(Math.max(...uses))]))
})
