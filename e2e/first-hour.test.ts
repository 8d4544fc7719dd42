import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { loopback } from '../src/test-deliveries.ts'
import { ownerDraft } from '../src/test-person.ts'
import { builtProgram, type ServingProgram } from '../src/test-program.ts'
import { type Receiver, receiver } from '../src/test-receiver.ts'
import { browserTest } from './browser.ts'
import { consoleOf, type TestConsole } from './console.ts'

/** The first hour of a new owner, with the program as it is delivered: the tests stand in the order of that hour. */

interface Delivered extends AsyncDisposable {
  url: string
  program: ServingProgram
}

let console: TestConsole<Delivered>
let hook: Receiver
let token = ''
const instance = '/customers/acme/instances/acme-production'

beforeAll(async () => {
  const built = await builtProgram()
  const data = mkdtempSync(join(tmpdir(), 'kaiten-first-hour-'))
  const program = await built.serve(data, loopback)
  console = consoleOf({
    url: program.url,
    program,
    [Symbol.asyncDispose]: async () => {
      expect(await program.end('SIGTERM')).toBe(0)
      await built[Symbol.asyncDispose]()
      rmSync(data, { recursive: true })
    },
  })
  hook = await receiver()
})
afterAll(async () => {
  await hook[Symbol.asyncDispose]()
  await console[Symbol.asyncDispose]()
})

const folder = process.env.SCREENSHOTS
if (folder) mkdirSync(folder, { recursive: true })

/** For whoever wants to see what the owner sees. */
const picture = async (page: Page, name: string) => {
  if (folder) await page.screenshot({ path: join(folder, `first-hour-${name}.png`), fullPage: true })
}

/** What a curl of the app would send. */
const report = (value: number) =>
  fetch(`${console.house.url}/api/instances/acme-production/entitlements/api-calls/usage`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ value }),
  })

browserTest('the link that the terminal shows makes the first owner', async () => {
  const out = await console.house.program.printed(/set up \S+/)
  const [, link = ''] = out.match(/set up (\S+)/) ?? []
  const page = await console.visit(link.slice(new URL(link).origin.length))
  await page.getByLabel('Name').fill(ownerDraft.name)
  await page.getByLabel('E-mail').fill(ownerDraft.email)
  await page.getByLabel('Password', { exact: true }).fill(ownerDraft.password)
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Welcome, Anna' }).waitFor()
  await picture(page, '1-welcome')
})

browserTest('what is sold is made: an entitlement, and a license that grants it', async () => {
  const page = await console.visit('/entitlements/new')
  await page.getByLabel('Name').fill('API Calls')
  await page.getByRole('button', { name: 'Create entitlement' }).click()
  await page.getByText('API Calls was created.').waitFor()
  await page.goto(`${console.house.url}/licenses/new`)
  await page.getByLabel('Name', { exact: true }).fill('Growth')
  await page.getByRole('button', { name: 'Create license' }).click()
  await page.getByText('Growth, version 1, was created.').waitFor()
  await page.getByRole('link', { name: 'Add entitlement' }).first().click()
  await page.getByRole('link', { name: 'Add API Calls' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add API Calls' })
  await dialog.getByLabel('Limit', { exact: true }).fill('1000')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await page.getByText('Growth grants API Calls now.').waitFor()
})

browserTest('somebody has bought it: a customer with an instance', async () => {
  const page = await console.visit('/customers/new')
  await page.getByLabel('Name').fill('Acme')
  await page.getByRole('button', { name: 'Create customer' }).click()
  await page.getByText('Acme was created.').waitFor()
  await page.goto(`${console.house.url}/customers/instances/new?customer=acme`)
  await page.getByLabel('Name').fill('Acme Production')
  await page.getByLabel('License', { exact: true }).selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Create instance' }).click()
  await page.getByText('Acme Production was created.').waitFor()
  expect(new URL(page.url()).pathname).toBe(instance)
})

browserTest('a webhook waits for whoever reaches a limit', async () => {
  const page = await console.visit('/integrations/webhooks/new')
  await page.getByLabel('URL').fill(hook.url)
  await page.getByRole('button', { name: 'Create endpoint' }).click()
  await page.getByRole('link', { name: 'Show', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Show it' }).click()
  await page.getByRole('heading', { name: 'Signing secret' }).waitFor()
  hook.secrets = [await page.locator('.secret code').first().innerText()]
})

browserTest('the app gets a token and reports until it is refused', async () => {
  const page = await console.visit('/integrations/service-accounts/new')
  await page.getByLabel('Name').fill('Acme app')
  await page.getByRole('button', { name: 'Create service account' }).click()
  await page.getByText('Acme app was created.').waitFor()
  await page.getByRole('link', { name: 'New token' }).first().click()
  await page.getByLabel('Name').fill('Production')
  await page.getByRole('button', { name: 'Create token' }).click()
  await page.getByRole('heading', { name: 'Token created' }).waitFor()
  await picture(page, '2-token')
  token = await page.getByText(/^ksh_\w{49}$/).innerText()
  const statuses = []
  for (const value of [400, 350, 200, 100]) statuses.push((await report(value)).status)
  expect(statuses).toEqual([200, 200, 200, 409])
})

browserTest('the charts show what was accepted and what was refused', async () => {
  const page = await console.visit(`${instance}/entitlements`)
  expect(await page.locator('#quotas').innerText()).toMatch(/API Calls[\s\S]*950[\s\S]*of 1,000/)
  await page.goto(`${console.house.url}${instance}/audit-trail`)
  expect(await page.locator('#figures').innerText()).toMatch(/4[\s\S]*3[\s\S]*1/)
  await page.locator('#chart-activity canvas').waitFor()
  const today = page.locator('#chart-activity').getByRole('row').last()
  await page.getByText('Events per day in numbers').click()
  expect(await today.innerText()).toMatch(/0\s+3\s+1$/)
  await picture(page, '3-audit-trail')
  await page.goto(console.house.url)
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
  await picture(page, '4-dashboard')
})

browserTest('the webhook has arrived, signed, and is in the history', async () => {
  const names = () => hook.received.map(({ event }) => event.name)
  await expect.poll(names).toContain('INSTANCE_ENTITLEMENT_USAGE_REACHED')
  expect(hook.refused.filter(text => text.includes('USAGE_REACHED'))).toEqual([])
  const page = await console.visit('/integrations/webhooks/history')
  const row = page.getByRole('row', { name: /INSTANCE_ENTITLEMENT_USAGE_REACHED/ })
  expect(await row.innerText()).toMatch(/Success\s*200/)
  await picture(page, '5-history')
})

browserTest('nothing in that hour was complained of', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.program.log()).not.toMatch(/"level":[56]0/)
})
