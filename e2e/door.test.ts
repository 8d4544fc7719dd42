import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { type TestHouse, testHouse } from '../src/test-house.ts'
import { ownerDraft, setUpPath } from '../src/test-person.ts'
import { browserTest } from './browser.ts'
import { barriersOn, consoleOf, overflowOf, type TestConsole, themes, widths } from './console.ts'

/** The way in, in a real browser with real sessions: the tests stand in the order in which an owner meets the pages. */

const folder = process.env.SCREENSHOTS
const looks = themes.flatMap(theme => widths.map(width => ({ theme, width })))

let console: TestConsole<TestHouse>
beforeAll(async () => {
  console = consoleOf(await testHouse())
  if (folder) mkdirSync(folder, { recursive: true })
})
afterAll(() => console[Symbol.asyncDispose]())

async function isWell(name: string, address: string, fill?: Record<string, string>): Promise<void> {
  for (const look of looks) {
    const page = await console.visit(address, look)
    for (const [label, text] of Object.entries(fill ?? {})) await page.getByLabel(label, { exact: true }).fill(text)
    if (fill) await Promise.all([page.waitForLoadState(), page.getByRole('main').getByRole('button').last().click()])
    if (fill) await page.locator('.is-invalid, .alert-danger').first().waitFor()
    const shot = `door_${name}-${look.width}-${look.theme}.png`
    if (folder) await page.screenshot({ path: join(folder, shot), fullPage: true })
    expect.soft(await page.locator('h1').count(), 'one title').toBe(1)
    expect.soft(await overflowOf(page), `${name}, ${look.width} px`).toBe(0)
    expect.soft(await barriersOn(page), JSON.stringify(look)).toEqual([])
  }
}

browserTest('without a link the first page says where it is', () => isWell('setup-help', '/setup'))

browserTest('the first owner is asked for no more than it takes, and weak passwords are told', async () => {
  const path = await setUpPath(console.house)
  await isWell('setup', path)
  await isWell('setup-refused', path, { 'Your name': 'Anna', 'E-mail': 'anna@example.com', Password: 'password1234' })
})

browserTest('the link makes the owner, with the keyboard alone', async () => {
  const page = await console.visit(await setUpPath(console.house))
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name')
  for (const text of [ownerDraft.name, ownerDraft.email, ownerDraft.password]) {
    await page.keyboard.type(text)
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  expect(await page.getByLabel('Password', { exact: true }).getAttribute('type'), 'it can be looked at').toBe('text')
  await page.getByLabel('Password', { exact: true }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Welcome, Anna' }).waitFor()
})

browserTest('signing in is told what is wrong, and leads on to where one was going', async () => {
  await isWell('login', '/login')
  await isWell('login-refused', '/login', { 'E-mail': 'anna@example.com', Password: 'not the right one' })
  const page = await console.visit('/customers', { width: 1000 })
  await page.getByLabel('E-mail').fill(ownerDraft.email)
  await page.getByLabel('Password', { exact: true }).fill(ownerDraft.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers')
  await page.getByRole('button', { name: 'account of' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.goBack()
  await page.reload()
  expect(await page.getByRole('heading', { level: 1 }).innerText(), 'the page of before is not shown').toBe('Sign in')
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
