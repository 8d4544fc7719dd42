import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
  await console.house.post('/api/feature-flags', { name: 'Banner', type: 'boolean', enabled: true })
})
afterAll(() => console[Symbol.asyncDispose]())

const flag = async () => (await console.house.get('/api/feature-flags/banner')).body
const folder = process.env.SCREENSHOTS

async function look(page: Page, state: string): Promise<void> {
  // To hide the caret it would put a style into the page, which the policy forbids.
  if (folder) await page.screenshot({ path: join(folder, `trial-${state}.png`), fullPage: true, caret: 'initial' })
  expect.soft(await overflowOf(page), state).toBe(0)
  expect.soft(await barriersOn(page), state).toEqual([])
}

browserTest('rules that are not saved are tried, and tried again whenever they are changed', async () => {
  const page = await console.visit('/feature-flags/banner/targeting')
  const outcome = page.locator('#outcome')
  await page.getByText('Try it before you save').press('Enter')
  await page.getByLabel('Context').fill('{"plan": "pro", "seats": 3}')
  expect(await page.locator('form[data-guarded=changed]').count(), 'nothing to save yet').toBe(0)
  await page.getByRole('button', { name: 'Try these rules' }).press('Enter')
  await outcome.getByText('STATIC').waitFor()

  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.locator('[name="targetingRules[0].name"]:focus').waitFor()
  await page.keyboard.type('Pro')
  await page.getByLabel('If').fill('plan == "pro"')
  await outcome.getByText('TARGETING_MATCH').waitFor()
  expect(await outcome.locator('.decisions-match').innerText()).toMatch(/Pro\s+True\s+decides/)
  await page.getByLabel('If').fill('plan == "pro" && seats > 5')
  await outcome.getByText('DEFAULT', { exact: true }).waitFor()
  await look(page, 'verdict')
  await page.getByLabel('If').fill('plan = "pro"')
  await outcome.getByText('It cannot be tried like this').waitFor()
  await outcome.getByText('(line 1, column 6)').waitFor()
  await look(page, 'findings')
  await page.getByLabel('If').fill('plan == "pro"')
  await outcome.getByText('TARGETING_MATCH').waitFor()
  expect(await flag()).toMatchObject({ revision: 1, targetingRules: [] })

  // What is tried with is not what is saved.
  await page.getByLabel('Context').fill('{"plan": ')
  await outcome.getByText('Context').waitFor()
  await page.getByRole('button', { name: 'Save targeting' }).click()
  await page.getByText('The targeting of Banner was saved.').waitFor()
  expect((await flag()).targetingRules).toMatchObject([{ name: 'Pro', rule: 'plan == "pro"', variant: 'on' }])
})

browserTest('without JavaScript a trial comes back in the form, with all that was typed', async () => {
  const page = await console.visit('/feature-flags/banner/targeting', { javaScript: false, width: 360 })
  await page.getByLabel('If').fill('plan == "basic"')
  await page.getByText('Try it before you save').click()
  await page.getByLabel('Context').fill('{"plan": "basic"}')
  await page.getByRole('button', { name: 'Try these rules' }).click()
  await page.getByText('TARGETING_MATCH').waitFor()
  expect(new URL(page.url()).hash).toBe('#trial')
  expect(await page.getByLabel('If').inputValue()).toBe('plan == "basic"')
  expect(await page.getByLabel('Context').inputValue()).toBe('{"plan": "basic"}')
  expect((await flag()).targetingRules[0].rule).toBe('plan == "pro"')
  expect(await overflowOf(page)).toBe(0)
  await page.getByRole('button', { name: 'Save targeting' }).click()
  await page.getByText('The targeting of Banner was saved.').waitFor()
  expect((await flag()).targetingRules[0].rule).toBe('plan == "basic"')
})

browserTest('a trial is well on a narrow screen in the dark', async () => {
  const page = await console.visit('/feature-flags/banner/targeting', { width: 360, theme: 'dark' })
  await page.getByText('Try it before you save').click()
  await page.getByLabel('Context').fill(`{"plan": "${'x'.repeat(100)}"}`)
  await page.getByRole('button', { name: 'Try these rules' }).click()
  await page.locator('#outcome').getByText('DEFAULT', { exact: true }).waitFor()
  await look(page, 'narrow')
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
