import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
  await console.house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
})
afterAll(() => console[Symbol.asyncDispose]())

browserTest('a customer is made with the keyboard alone, its slug filled in from the name', async () => {
  const page = await console.visit('/customers')
  await page.getByRole('link', { name: 'New customer' }).first().press('Enter')
  // Once the address says so, the form may still be on its way into the page.
  await page.locator('input[name=name]:focus').waitFor()
  await page.keyboard.type('Café Zürich')
  expect(await page.getByLabel('Slug').inputValue()).toBe('cafe-zurich')
  await page.keyboard.press('Tab')
  await page.keyboard.type('cafe')
  await page.getByLabel('Name').fill('Café Zürich AG')
  expect(await page.getByLabel('Slug').inputValue(), 'typed by somebody').toBe('cafe')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers/cafe')
  await page.getByRole('status').getByText('Café Zürich AG was created.').waitFor()
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Café Zürich AG')
})

browserTest('what does not fit is marked, focused and kept', async () => {
  await console.house.post('/api/customers', { name: 'Taken' })
  const page = await console.visit('/customers/new')
  await page.getByLabel('Name').fill('Café')
  await page.getByLabel('Slug').fill('taken')
  await page.getByRole('button', { name: 'Create customer' }).click()
  await page.getByText('Slug is taken').waitFor()
  expect(await page.title()).toMatch(/^Not saved · New customer/)
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('slug')
  expect(await page.getByLabel('Slug').getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByLabel('Name').inputValue()).toBe('Café')
  expect(await barriersOn(page)).toEqual([])
  page.once('dialog', dialog => dialog.accept())
  await page.goto('about:blank')
})

browserTest('leaving unsaved changes asks first, and leaving nothing does not', async () => {
  await console.house.post('/api/customers', { name: 'Left' })
  const page = await console.visit('/customers/left/edit')
  let asked = 0
  const answer = (dialog: { accept: () => Promise<void> }) => {
    asked++
    void dialog.accept()
  }
  page.on('dialog', answer)
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.waitForURL('**/customers/left')
  expect(asked).toBe(0)
  await page.getByRole('link', { name: 'Edit' }).click()
  await page.getByLabel('Name').pressSequentially(' 2')
  await page.getByRole('link', { name: 'Cancel' }).click()
  await page.waitForURL('**/customers/left')
  expect(asked).toBe(1)
  page.off('dialog', answer)
})

browserTest('a deletion opens over the page, closes with Escape, and asks for the name', async () => {
  await console.house.post('/api/customers', { name: 'Gone' })
  const page = await console.visit('/customers/gone')
  const dialog = page.getByRole('dialog', { name: 'Delete the customer Gone?' })
  await page.getByRole('link', { name: 'Delete' }).click()
  await dialog.waitFor()
  expect(await barriersOn(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Delete' }).press('Enter')
  await dialog.getByRole('link', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Delete' }).press('Enter')
  await dialog.getByLabel('Name').fill('Gone')
  await dialog.getByRole('button', { name: 'Delete customer' }).click()
  await page.getByText('Gone was deleted.').waitFor()
  expect(new URL(page.url()).pathname).toBe('/customers')
})

browserTest('the list follows what is typed, in the address as well, and Back works', async () => {
  for (const name of ['Umbrella', 'Initech', 'Globex']) await console.house.post('/api/customers', { name })
  const page = await console.visit('/customers')
  await page.getByLabel('Filter customers').pressSequentially('init')
  await page.getByText('1 customer').waitFor()
  await page.waitForURL('**/customers?*q=init*')
  expect(await page.getByLabel('Filter customers').evaluate(field => field === document.activeElement)).toBe(true)
  await page.getByRole('link', { name: 'Initech' }).click()
  await page.waitForURL('**/customers/initech')
  await page.goBack()
  await page.getByText('1 customer').waitFor()
  await page.getByLabel('Filter customers').fill('nobody')
  await page.getByText('No customers match.').waitFor()
  await page.getByRole('link', { name: 'Show all' }).click()
  await page.getByRole('link', { name: 'Name' }).click()
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending')
})

browserTest('search is two keys away, from everywhere', async () => {
  await console.house.post('/api/customers', { name: 'Found' })
  const page = await console.visit('/customers')
  await page.keyboard.press('/')
  await page.keyboard.type('foun')
  await page.keyboard.press('Enter')
  await page.getByRole('main').getByRole('link', { name: 'Found' }).waitFor()
  await page.goto(`${console.house.url}/customers/new`)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('/')
  expect(await page.getByRole('searchbox').inputValue()).toBe('/')
})

browserTest('the menu, the account and the theme need no pointer', async () => {
  const page = await console.visit('/customers', { width: 360 })
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
  await page.getByRole('button', { name: 'Menu' }).press('Enter')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Dashboard' }).press('Enter')
  await page.waitForURL('**/')
  await page.getByRole('button', { name: 'account of' }).press('Enter')
  await page.getByRole('button', { name: 'Dark' }).press('Enter')
  await page.locator('html[data-bs-theme=dark]').waitFor()
  await page.getByRole('button', { name: 'account of' }).click()
  await page.getByRole('button', { name: 'As the system' }).click()
  await page.locator('html[data-bs-theme=light]').waitFor()
})

browserTest('times are the reader’s, with the exact UTC to point at', async () => {
  await console.house.post('/api/customers', { name: 'Timed' })
  const page = await console.visit('/customers/timed')
  const time = page.locator('time').first()
  expect(await time.innerText()).toBe('15 Mar 2026, 13:00')
  expect(await time.getAttribute('title')).toBe('2026-03-15 12:00:00.000 UTC')
})

browserTest('all of it goes without JavaScript', async () => {
  const page = await console.visit('/customers', { javaScript: false })
  await page.getByLabel('Filter customers').fill('timed')
  await page.getByRole('button', { name: 'Filter' }).click()
  expect(await page.locator('time').first().innerText()).toBe('2026-03-15 12:00 UTC')
  await page.goto(`${console.house.url}/customers/new`)
  await page.getByLabel('Name').fill('Plain')
  await page.getByRole('button', { name: 'Create customer' }).click()
  await page.getByText('Plain was created.').waitFor()
  await page.getByRole('link', { name: 'Delete' }).click()
  await page.getByLabel('Name').fill('Plain')
  await page.getByRole('button', { name: 'Delete customer' }).click()
  await page.getByText('Plain was deleted.').waitFor()
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
