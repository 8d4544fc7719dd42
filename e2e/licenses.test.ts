import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
  const { house } = console
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/entitlements', { name: 'Single sign-on', type: 'BOOLEAN' })
  await house.post('/api/licenses', { name: 'Starter', type: 'TRIAL', isActive: false })
})
afterAll(() => console[Symbol.asyncDispose]())

const folder = process.env.SCREENSHOTS
if (folder) mkdirSync(folder, { recursive: true })

/** What is seen on the way is looked at as well: by axe, for its width, and as a picture where those are asked for. */
async function look(page: Page, name: string): Promise<void> {
  if (folder) await page.screenshot({ path: join(folder, `licenses-${name}.png`), fullPage: true })
  expect.soft(await overflowOf(page), name).toBe(0)
  expect.soft(await barriersOn(page), name).toEqual([])
}

browserTest('what is asked of an entitlement follows its type', async () => {
  const page = await console.visit('/entitlements/new')
  await page.getByLabel('Name').fill('API calls')
  expect(await page.getByText('Aggregation', { exact: true }).isVisible()).toBe(true)
  expect(await page.getByLabel('By the calendar').isVisible()).toBe(false)
  await page.getByLabel('Starts over').selectOption('MONTH')
  expect(await page.getByLabel('By the calendar').isVisible()).toBe(true)
  await page.getByLabel('On or off').check()
  expect(await page.getByText('Aggregation', { exact: true }).isVisible()).toBe(false)
  await page.getByLabel('Number').check()
  await page.getByRole('radio', { name: 'Count' }).check()
  await page.getByLabel('Unit of one').fill('call')
  await page.getByLabel('Unit of many').fill('calls')
  await page.getByLabel('Warns at').fill('120')
  await page.getByRole('button', { name: 'Create entitlement' }).click()
  await page.locator('.field-error').waitFor()
  await look(page, 'entitlement-error')
  await page.getByLabel('Warns at').fill('90')
  await page.getByRole('button', { name: 'Create entitlement' }).click()
  await page.getByText('API calls was created.').waitFor()
})

browserTest('a plan is made, granted in a dialog, and sold in a second version', async () => {
  const { house } = console
  const page = await console.visit('/licenses/new')
  await page.getByLabel('Name', { exact: true }).fill('Pro')
  await page.getByRole('button', { name: 'Create license' }).click()
  await page.getByText('Pro, version 1, was created.').waitFor()
  await look(page, 'license-empty')
  await page.getByRole('link', { name: 'Add entitlement' }).first().click()
  await page.getByRole('link', { name: 'Add API calls' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add API calls' })
  await dialog.getByLabel('Unlimited').check()
  expect(await dialog.getByLabel('Limit', { exact: true }).isVisible()).toBe(false)
  await dialog.getByLabel('Unlimited').uncheck()
  await dialog.getByLabel('Limit', { exact: true }).fill('1000')
  await look(page, 'grant-dialog')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await page.getByText('Pro grants API calls now.').waitFor()
  expect(await page.getByRole('row', { name: /API calls/ }).innerText()).toContain('1,000 calls per month')

  for (const [name, used] of Object.entries({ Production: 600, Staging: 5 })) {
    await house.post('/api/instances', { name, customerSlug: 'acme', licenseSlug: 'pro' })
    const path = `/api/instances/${name.toLowerCase()}/entitlements/api-calls/usage`
    await house.post(path, { value: used, behavior: 'set' })
  }
  await page.getByRole('link', { name: 'Edit API calls' }).click()
  await page.getByRole('dialog').getByLabel('Limit', { exact: true }).fill('500')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('1 instance would be over it').waitFor()
  await look(page, 'grant-preview')
  expect(await page.getByText('Nothing is saved yet').isVisible()).toBe(true)
  await page.getByRole('button', { name: 'Save all the same' }).click()
  await page.getByText('API calls was saved.').waitFor()

  await page.getByRole('link', { name: 'New version' }).click()
  await look(page, 'new-version')
  await page.getByRole('button', { name: 'Create version 2' }).click()
  await page.getByText('Pro, version 2, was created.').waitFor()
  await look(page, 'version-behind')
  await house.put('/api/licenses/pro-v2/entitlements/api-calls', { value: { type: 'number', value: 100 } })
  await page.getByRole('link', { name: 'Move instances' }).click()
  await look(page, 'move')
  await page.getByLabel('Production (acme)').check()
  await page.getByRole('button', { name: 'Move the chosen' }).click()
  await page.getByRole('heading', { name: '2 of 2 moved' }).waitFor()
  await look(page, 'moved')
  expect((await house.get('/api/instances/production')).body.licenseSlug).toBe('pro-v2')
  await page.goto(`${house.url}/licenses/pro-v2/versions`)
  await look(page, 'versions')
  await page.goto(`${house.url}/entitlements/api-calls/usage`)
  expect((await page.getByRole('row').nth(1).innerText()).replace(/\s+/g, ' ')).toContain('600 of 100 (600 %)')
  await look(page, 'usage')
})

browserTest('it all stands on a narrow screen in the dark too', async () => {
  for (const [path, name] of [
    ['/licenses', 'list'],
    ['/licenses/pro-v2', 'license'],
    ['/licenses/pro-v2/versions', 'versions'],
    ['/licenses/pro-v2/move?from=pro', 'move'],
    ['/licenses/pro/entitlements/single-sign-on/add', 'add'],
    ['/licenses/pro-v2/delete', 'delete'],
  ] as const)
    await look(await console.visit(path, { width: 360, theme: 'dark' }), `${name}-360`)
})

browserTest('a limit is lowered and instances are moved without JavaScript', async () => {
  const { house } = console
  await house.put('/api/instances/production', { licenseSlug: 'pro' })
  const page = await console.visit('/licenses/pro', { javaScript: false })
  await page.getByRole('link', { name: 'Edit API calls' }).click()
  await page.getByLabel('Limit', { exact: true }).fill('')
  await page.getByLabel('Unlimited').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('API calls was saved.').waitFor()
  await page.getByRole('link', { name: 'Edit API calls' }).click()
  await page.getByLabel('Unlimited').uncheck()
  await page.getByLabel('Limit', { exact: true }).fill('10')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save all the same' }).click()
  await page.getByText('API calls was saved.').waitFor()
  await page.goto(`${house.url}/licenses/pro-v2/move?from=pro`)
  await page.getByLabel('Production (acme)').check()
  await page.getByRole('button', { name: 'Move the chosen' }).click()
  await page.getByRole('heading', { name: '1 of 1 moved' }).waitFor()
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
