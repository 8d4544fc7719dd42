import { afterAll, beforeAll, expect, test } from 'vitest'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
const path = '/customers/acme/instances/prod/feature-flags'

beforeAll(async () => {
  house = await visitedHouse()
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/instances', { name: 'Prod', customerSlug: 'acme', metadata: { region: 'eu' } })
})
afterAll(() => house[Symbol.asyncDispose]())

const withContext = (context: unknown) => `${path}?${new URLSearchParams({ context: JSON.stringify(context) })}`

test('without a flag the page says what to do', async () => {
  expect((await house.open(path)).html).toContain('No feature flags yet')
})

test('every flag stands with its value and why, for this instance and for another context', async () => {
  const made = await house.post('/api/feature-flags', {
    name: 'New editor',
    type: 'boolean',
    enabled: true,
    targetingRules: [
      {
        type: 'basic',
        name: 'europeans',
        rule: '__kaiten.instance.metadata.region == "eu" && beta == true',
        variant: 'on',
      },
    ],
    variants: [
      { name: 'on', value: true },
      { name: 'off', value: false },
    ],
    defaultVariant: { type: 'basic', value: 'off' },
  })
  expect(made.body).toMatchObject({ slug: 'new-editor' })
  const own = (await house.open(path)).html
  expect(own).toContain('<code>DEFAULT</code>')
  expect(own).toContain('Rule europeans failed')
  expect(own).toContain('&quot;targetingKey&quot;: &quot;prod&quot;')
  const tried = (await house.open(withContext({ beta: true }))).html
  expect(tried).toContain('<code>TARGETING_MATCH</code>')
  expect(tried).toContain('<strong>europeans</strong>')
})

test('a context that is none is said to be so, and kept', async () => {
  const { status, html } = await house.open(`${path}?context=%7Boops`)
  expect([status, html.includes('Context as JSON is not JSON')]).toEqual([200, true])
  expect(html).toContain('{oops</textarea>')
  expect((await house.open(`${path}?context=[1]`)).html).toContain('Context as JSON must be a JSON object')
})

test('many flags are paged and found', async () => {
  for (let n = 10; n < 70; n++)
    await house.post('/api/feature-flags', { name: `Flag ${n}`, type: 'boolean', enabled: true })
  const first = (await house.open(path)).html
  expect(first).toContain('61 feature flags')
  expect(first.length).toBeLessThan(60_000)
  expect(first).toMatch(/rel="next" href="[^"]*page=2/)
  expect((await house.open(`${path}?page=2`)).html).toContain('New editor')
  expect((await house.open(`${path}?q=editor`)).html).toContain('1 feature flag')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
