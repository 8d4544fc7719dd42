import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole, themes, widths } from './console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
  const { house } = console
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/entitlements', { name: 'API calls', type: 'NUMBER' })
  await house.post('/api/entitlements', { name: 'Single sign-on', type: 'BOOLEAN' })
  await house.post('/api/entitlements', { name: 'Branding', type: 'CONFIG' })
  for (const [name, calls, isOn] of [
    ['Pro', 1000, true],
    ['Starter', 100, false],
  ] as const) {
    await house.post('/api/licenses', { name, type: 'PAID', isDefault: name === 'Pro' })
    const grants = `/api/licenses/${name.toLowerCase()}/entitlements`
    await house.post(grants, { entitlementSlug: 'api-calls', value: { type: 'number', value: calls } })
    await house.post(grants, { entitlementSlug: 'single-sign-on', value: { type: 'boolean', value: isOn } })
  }
  const branding = { entitlementSlug: 'branding', value: { type: 'object', value: { colour: 'blue', logo: null } } }
  await house.post('/api/licenses/pro/entitlements', branding)
  await house.post('/api/deployment-zones', { name: 'Europe', type: 'SHARED' })
  await house.post('/api/feature-flags', { name: 'New editor', type: 'boolean', enabled: true })
})
afterAll(() => console[Symbol.asyncDispose]())

browserTest('an instance is made with the keyboard, with its license, zone and metadata', async () => {
  const page = await console.visit('/customers/acme/instances')
  await page.getByRole('link', { name: 'New instance' }).first().press('Enter')
  await page.waitForURL('**/customers/instances/new?customer=acme')
  // Once the address says so, the form may still be on its way into the page.
  await page.locator('input[name=name]:focus').waitFor()
  await page.keyboard.type('Production EU')
  expect(await page.getByLabel('Slug').inputValue()).toBe('production-eu')
  expect(await page.getByLabel('Customer').inputValue()).toBe('acme')
  await page.getByLabel('Deployment zone').selectOption('Europe')
  await page.getByLabel('Key 1').fill('region')
  await page.getByLabel('Value 1').fill('eu-central')
  await page.getByRole('button', { name: 'Create instance' }).press('Enter')
  await page.getByText('Production EU was created.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/customers/acme/instances/production-eu')
  await page.getByText('"region": "eu-central"').waitFor()
})

browserTest('what another license would change is shown as soon as it is chosen, and done only then', async () => {
  await console.house.post('/api/instances', { name: 'Shop', customerSlug: 'acme' })
  await console.house.post('/api/instances/shop/entitlements/api-calls/usage', { value: 450 })
  const page = await console.visit('/customers/acme/instances/shop')
  await page.getByRole('link', { name: 'Change license' }).first().click()
  await page.getByLabel('License from now on').selectOption({ index: 1 })
  await page.getByRole('row', { name: 'API calls 1,000 100 lowered 450, over' }).waitFor()
  await page.waitForURL('**/license?to=starter')
  expect(await barriersOn(page)).toEqual([])
  await page.getByRole('button', { name: 'Change to Starter' }).click()
  await page.getByText('Shop is on Starter now.').waitFor()
})

browserTest('metadata opens over the list, and a deleted instance comes back with two clicks', async () => {
  await console.house.post('/api/instances', { name: 'Lost', customerSlug: 'acme', metadata: { seats: 5 } })
  const page = await console.visit('/customers/instances?q=lost')
  await page.getByRole('link', { name: '1 entry of Lost' }).click()
  const dialog = page.getByRole('dialog', { name: 'Metadata of Lost' })
  await dialog.getByText('"seats": 5').waitFor()
  expect(await barriersOn(page)).toEqual([])
  await dialog.getByRole('link', { name: 'Close' }).click()
  await page.getByRole('link', { name: 'Lost', exact: true }).click()
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Lost')
  await page.getByRole('button', { name: 'Delete instance' }).click()
  await page.getByText('Lost is deleted').waitFor()
  await page.getByRole('link', { name: 'Restore' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore instance' }).click()
  await page.waitForURL('**/customers/acme/instances/lost')
  await page.getByText('Lost is back as lost.').waitFor()
})

browserTest('a context is tried by its address', async () => {
  await console.house.post('/api/instances', { name: 'Tried', customerSlug: 'acme' })
  const page = await console.visit('/customers/acme/instances/tried/feature-flags')
  await page.getByRole('row', { name: /New editor.*STATIC/ }).waitFor()
  await page.getByLabel('Context as JSON').fill('{"plan":"gold"}')
  await page.getByRole('button', { name: 'Try this context' }).click()
  await page.waitForURL('**/feature-flags?context=*')
  expect(await page.getByLabel('Context as JSON').inputValue()).toBe('{"plan":"gold"}')
  await page.getByRole('link', { name: 'Back to its own' }).click()
  expect(await page.getByLabel('Context as JSON').inputValue()).toContain('"targetingKey": "tried"')
})

browserTest('all of it goes without JavaScript', async () => {
  const page = await console.visit('/customers/instances/new', { javaScript: false })
  await page.getByLabel('Name').fill('Plain')
  await page.getByLabel('Customer').selectOption('Acme')
  await page.getByLabel('The license never ends').check()
  await page.getByText('Metadata as JSON').click()
  await page.getByLabel('JSON object').fill('[]')
  await page.getByRole('button', { name: 'Create instance' }).click()
  await page.getByText('Not saved').waitFor()
  expect(await page.getByLabel('JSON object').inputValue()).toBe('[]')
  expect(await page.getByLabel('The license never ends').isChecked()).toBe(true)
  await page.getByLabel('JSON object').fill('{"a":{"b":1}}')
  await page.getByRole('button', { name: 'Create instance' }).click()
  await page.getByText('Plain was created.').waitFor()
  await page.getByRole('link', { name: 'Change license' }).first().click()
  await page.getByLabel('License from now on').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Show what would change' }).click()
  await page.getByRole('button', { name: 'Change to Starter' }).click()
  await page.getByText('Plain is on Starter now.').waitFor()
})

const folder = process.env.SCREENSHOTS
const looks = themes
  .flatMap(theme => widths.map(width => ({ theme, width })))
  .filter(({ theme, width }) => folder || (theme === 'dark') === (width === 360))

/** States that a list of addresses does not show. */
const states: Record<string, (gone: string) => string> = {
  list: () => '/customers/instances?deleted=true',
  nothing: () => '/customers/instances?q=nothing',
  overview: () => '/customers/acme/instances/ends',
  deleted: gone => `/customers/acme/instances/${gone}`,
  restore: gone => `/customers/acme/instances/${gone}/restore`,
  license: () => '/customers/acme/instances/ends/license',
  preview: () => '/customers/acme/instances/ends/license?to=starter',
  flags: () => '/customers/acme/instances/ends/feature-flags?context=%7Boops',
}

for (const [name, addressOf] of Object.entries(states))
  browserTest(`${name}: well in both themes and widths`, async () => {
    const address = addressOf(await furnished())
    for (const { theme, width } of looks) {
      const page = await console.visit(address, { theme, width })
      if (folder) await page.screenshot({ path: `${folder}/state-${name}-${width}-${theme}.png`, fullPage: true })
      expect.soft(await overflowOf(page), `${width}`).toBe(0)
      expect.soft(await barriersOn(page), `${width} ${theme}`).toEqual([])
    }
  })

/** One that ends soon and uses much, and one that is deleted, whose id it gives back. */
async function furnished(): Promise<string> {
  const { house } = console
  const known = await house.get('/api/instances?includeDeleted=true&q=gone')
  if (known.body.items.length > 0) return known.body.items[0].id
  const end = new Date(house.now() + 12 * 86_400_000).toISOString()
  await house.post('/api/instances', { name: 'Ends', customerSlug: 'acme', endLicenseDate: end, description: 'A shop' })
  await house.post('/api/instances/ends/entitlements/api-calls/usage', { value: 450 })
  const gone = await house.post('/api/instances', { name: 'Gone', customerSlug: 'acme' })
  await house.delete('/api/instances/gone')
  return gone.body.id
}

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
