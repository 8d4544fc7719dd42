import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { answered, loopback, passToNext, quiet } from '../src/test-deliveries.ts'
import { type Receiver, receiver } from '../src/test-receiver.ts'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
let hook: Receiver
beforeAll(async () => {
  console = await testConsole({ ...loopback, KAITEN_WEBHOOK_RETRIES: '0s,5s' })
  hook = await receiver()
  await console.house.post('/api/service-accounts', { name: 'Product' })
})
afterAll(async () => {
  await hook[Symbol.asyncDispose]()
  await console[Symbol.asyncDispose]()
})

/** For whoever wants to see: the states that no address leads to. */
const picture = async (page: Page, name: string) => {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

const isWell = async (page: Page) => {
  expect(await overflowOf(page)).toBe(0)
  expect(await barriersOn(page)).toEqual([])
}

const tokens = '/integrations/service-accounts/product'

browserTest('a token is made by module, tried with the command that is shown, and revoked in a dialog', async () => {
  const page = await console.visit(`${tokens}/tokens/new`)
  await page.getByLabel('Name').fill('Billing')
  expect(await page.getByLabel('Customers: write').isVisible()).toBe(false)
  await page.getByRole('radio', { name: 'By module' }).check()
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByText('Choose at least one module').waitFor()
  expect(await page.getByRole('radio', { name: 'By module' }).isChecked()).toBe(true)
  await picture(page, 'token-refused')
  await isWell(page)
  await page.getByLabel('Customers: write').check()
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('heading', { name: 'Token created' }).waitFor()
  await picture(page, 'token-created')
  await isWell(page)

  const shown = await page.locator('figure.curl pre').first().innerText()
  const [, url] = shown.match(/export KAITEN_URL='([^']+)'/) ?? []
  const [, token] = shown.match(/export KAITEN_TOKEN='([^']+)'/) ?? []
  const me = await fetch(`${url}/api/me`, { headers: { Authorization: `Bearer ${token}` } })
  expect(await me.json()).toMatchObject({ scopes: ['write:customers'] })

  await page.getByRole('link', { name: 'I have copied it' }).click()
  await page.getByRole('link', { name: 'Revoke' }).click()
  const dialog = page.getByRole('dialog', { name: 'Revoke the token Billing?' })
  await dialog.waitFor()
  await picture(page, 'token-revoke')
  await isWell(page)
  await dialog.getByRole('button', { name: 'Revoke token' }).click()
  await page.getByRole('status').getByText('Billing was revoked.').waitFor()
  expect((await fetch(`${url}/api/me`, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(401)
})

browserTest('a token is made without JavaScript, at the width of a phone', async () => {
  const page = await console.visit(`${tokens}/tokens/new`, { javaScript: false, width: 360, theme: 'dark' })
  await page.getByLabel('Name').fill('Phone')
  await page.getByRole('radio', { name: 'By module' }).check()
  await page.getByLabel('Usage: read').check()
  await picture(page, 'token-modules-360-dark')
  expect(await overflowOf(page)).toBe(0)
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('heading', { name: 'Token created' }).waitFor()
  await picture(page, 'token-created-360-dark')
  expect(await overflowOf(page)).toBe(0)
  expect(await page.getByText(/^ksh_\w{49}$/).count()).toBe(1)
})

browserTest('an endpoint is made for a domain of events, tested, and its secret shown', async () => {
  const page = await console.visit('/integrations/webhooks')
  await picture(page, 'webhooks-empty')
  await isWell(page)
  await page.getByRole('link', { name: 'New endpoint' }).first().click()
  await page.getByLabel('URL').fill('ftp://example.com')
  await page.getByRole('radio', { name: 'Only these' }).check()
  await page.getByRole('button', { name: 'All of Customer' }).click()
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByText('URL must begin with https:// or http://').waitFor()
  await picture(page, 'webhook-refused')
  await isWell(page)
  expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(3)
  await page.getByLabel('URL').fill(hook.url)
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByText('Nothing was sent yet').waitFor()

  await page.getByRole('link', { name: 'Show' }).click()
  const secret = page.getByRole('dialog', { name: 'Show the signing secret' })
  await secret.getByRole('button', { name: 'Show it' }).click()
  await page.getByRole('heading', { name: 'Signing secret' }).waitFor()
  hook.secrets = [await page.locator('.secret code').first().innerText()]
  await picture(page, 'secret-shown')
  await isWell(page)

  await page.getByRole('link', { name: 'Back to the endpoint' }).click()
  await page.getByRole('link', { name: 'Send a test' }).click()
  const test = page.getByRole('dialog', { name: 'Send a test' })
  await test.waitFor()
  await picture(page, 'test-dialog')
  await test.getByRole('button', { name: 'Send now' }).click()
  await page.getByRole('status').getByText('Delivered: answered 200').waitFor()
  await page.getByText('thanks').waitFor()
  await picture(page, 'delivery')
  expect(hook.refused).toEqual([])
})

browserTest('what failed is found in the history, looked at in a dialog, and sent again', async () => {
  const { house } = console
  hook.answer = (_, response) => answered(response, 500)
  const [endpoint] = (await house.get('/api/webhooks')).body.items
  await house.post('/api/customers', { name: 'Acme' })
  await quiet(house, endpoint.id)
  await passToNext(house, endpoint.id)
  hook.answer = (_, response) => response.end('at last')

  const page = await console.visit('/integrations/webhooks/history')
  await picture(page, 'history')
  await page.getByLabel('Status').selectOption('Dead')
  await page.getByText('1 attempt', { exact: true }).waitFor()
  await page.waitForURL('**/history?*status=DEAD*')
  await page.getByRole('link', { name: 'View' }).click()
  const dialog = page.getByRole('dialog', { name: 'CUSTOMER_CREATION' })
  await dialog.getByText('answered 500').first().waitFor()
  await picture(page, 'history-dialog')
  await isWell(page)
  await dialog.getByRole('button', { name: 'Send again now' }).click()
  await page.getByRole('status').getByText('Delivered: answered 200').waitFor()
  await page.getByText('at last').waitFor()
  await isWell(page)
})

browserTest('an endpoint that was given up is told of, and enabled with one press', async () => {
  const { house } = console
  hook.answer = (_, response) => answered(response, 410)
  await house.post('/api/customers', { name: 'Globex' })
  const isEnabled = async () => (await house.get('/api/webhooks')).body.items[0].enabled
  await expect.poll(isEnabled, { timeout: 20_000 }).toBe(false)
  const page = await console.visit('/integrations/webhooks')
  await page.getByText('A webhook endpoint was disabled').waitFor()
  await picture(page, 'webhook-disabled')
  await isWell(page)
  const phone = await console.visit('/integrations/webhooks', { width: 360, theme: 'dark' })
  await picture(phone, 'webhook-disabled-360-dark')
  await isWell(phone)
  await page.getByRole('alert').getByRole('link').click()
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('status').getByText('The endpoint is enabled.').waitFor()
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
