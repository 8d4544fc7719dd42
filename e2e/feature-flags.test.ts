import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
})
afterAll(() => console[Symbol.asyncDispose]())

const flagOf = async (slug: string) => (await console.house.get(`/api/feature-flags/${slug}`)).body
const ruleNames = async (slug: string) =>
  (await flagOf(slug)).targetingRules.map(({ name }: { name: string }) => name).join(' ')

const folder = process.env.SCREENSHOTS

/** What the list of all pages does not show: a state on the way. */
async function look(page: Page, state: string): Promise<void> {
  if (folder) {
    mkdirSync(folder, { recursive: true })
    // To hide the caret it would put a style into the page, which the policy forbids.
    await page.screenshot({ path: join(folder, `flags-${state}.png`), fullPage: true, caret: 'initial' })
  }
  expect.soft(await overflowOf(page), state).toBe(0)
  expect.soft(await barriersOn(page), state).toEqual([])
}

browserTest('where there are none, the list says how to begin', async () => {
  const page = await console.visit('/feature-flags')
  await page.getByText('No feature flags yet').waitFor()
  await look(page, 'empty')
})

browserTest('a flag of texts is made with the keyboard, its fields following the type', async () => {
  const page = await console.visit('/feature-flags/new')
  await page.keyboard.type('Home Page Theme')
  expect(await page.getByLabel('Slug').inputValue()).toBe('home-page-theme')
  await page.getByLabel('String').press('Space')
  await page.locator('textarea[name="variants[0].value"]').waitFor()
  expect(await page.getByLabel('String').evaluate(field => field === document.activeElement)).toBe(true)
  expect(await page.getByLabel('Slug').inputValue()).toBe('home-page-theme')
  for (const [index, name] of ['warm', 'cold'].entries()) {
    await page
      .getByLabel('Name')
      .nth(index + 1)
      .fill(name)
    await page.getByLabel('Value').nth(index).fill(`#${name}`)
  }
  await page.getByRole('button', { name: 'Add a variant' }).press('Enter')
  await page.locator('[name="variants[2].name"]:focus').waitFor()
  await page.keyboard.type('plain')
  await page.getByRole('button', { name: 'Move variant 3 up' }).press('Enter')
  await page.getByLabel('Default: warm').check()
  await look(page, 'new-string')
  await page.getByLabel('Name').first().press('Enter')
  await page.getByText('Home Page Theme was created.').waitFor()
  const { variants, defaultVariant } = await flagOf('home-page-theme')
  expect(variants.map(({ name, value }: { name: string; value: string }) => name + value)).toEqual([
    'warm#warm',
    'plain',
    'cold#cold',
  ])
  expect(defaultVariant.value).toBe('warm')
})

browserTest('a switch in the list turns the flag alone, and keeps the focus', async () => {
  await console.house.post('/api/feature-flags', { name: 'Switched', type: 'boolean' })
  const page = await console.visit('/feature-flags')
  const flip = page.getByRole('switch', { name: 'Switched' })
  await flip.press('Enter')
  await page.getByRole('switch', { name: 'Switched', checked: true }).waitFor()
  expect((await flagOf('switched')).enabled).toBe(true)
  await page.waitForFunction(() => document.activeElement?.id === 'switch-switched')
  await look(page, 'list')
  await page.keyboard.press('Space')
  await page.getByRole('switch', { name: 'Switched', checked: false }).waitFor()
})

browserTest('a rule is checked while it is typed, its mistake marked at its place', async () => {
  await console.house.post('/api/feature-flags', { name: 'Typed', type: 'boolean' })
  const page = await console.visit('/feature-flags/typed/targeting', { width: 360, theme: 'dark' })
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.locator('[name="targetingRules[0].name"]:focus').waitFor()
  await page.keyboard.type('Pro')
  const rule = page.getByLabel('If')
  await rule.pressSequentially('plan = "pro"')
  await page.getByText('(line 1, column 6)').waitFor()
  await look(page, 'issue')
  await rule.fill('plan == ')
  await page.getByText('Functions and examples').click()
  await page.getByRole('button', { name: 'plan == "pro"' }).click()
  await rule.fill('')
  await page.getByRole('button', { name: 'plan == "pro"' }).click()
  await page.getByText('Reads plan').waitFor()
  await page.getByLabel('Serve').first().selectOption('by percentages')
  await page.getByLabel('on', { exact: true }).fill('5')
  await page.getByText('Together 55. That makes on 9.091 %, off 90.909 %.').waitFor()
  await page.getByRole('button', { name: 'Save targeting' }).click()
  await page.getByText('The targeting of Typed was saved.').waitFor()
  expect((await flagOf('typed')).targetingRules).toEqual([
    {
      type: 'rolloutPercentage',
      name: 'Pro',
      rule: 'plan == "pro"',
      value: { rolloutPercentage: { distribution: { on: 5, off: 50 } } },
    },
  ])
})

browserTest(
  'rules are moved by buttons and by the pointer, taken away, and asked about when left unsaved',
  async () => {
    const targetingRules = ['One', 'Two', 'Three'].map(name => ({ name, rule: `is${name}`, variant: 'on' }))
    await console.house.post('/api/feature-flags', { name: 'Moved', type: 'boolean', targetingRules })
    const page = await console.visit('/feature-flags/moved/targeting')
    await page.getByRole('button', { name: 'Move Three up' }).press('Enter')
    await page
      .locator('[data-order-handle]')
      .first()
      .dragTo(page.locator('[data-order-item]').nth(1), {
        targetPosition: { x: 20, y: 180 },
      })
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.locator('[name="targetingRules[3].name"]:focus').waitFor()
    expect(await page.locator('form[data-guarded=changed]').count()).toBe(1)
    await page.getByRole('button', { name: 'Remove rule 4' }).click()
    await page.getByRole('button', { name: 'Remove Two' }).click()
    await page.getByRole('button', { name: 'Save targeting' }).click()
    await page.getByText('The targeting of Moved was saved.').waitFor()
    expect(await ruleNames('moved')).toBe('Three One')
  },
)

browserTest('what is refused is marked and kept, in the rule and in its percentages', async () => {
  await console.house.post('/api/feature-flags', { name: 'Refused', type: 'boolean' })
  const page = await console.visit('/feature-flags/refused/targeting')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.locator('[name="targetingRules[0].name"]:focus').waitFor()
  await page.getByLabel('If').fill('country in ["JP", "DE"')
  await page.getByLabel('Serve').first().selectOption('by percentages')
  await page.getByLabel('on', { exact: true }).fill('half')
  await page.getByRole('button', { name: 'Save targeting' }).click()
  await page.getByText('Not saved. Please look at what is marked.').waitFor()
  expect(await page.getByLabel('If').inputValue()).toBe('country in ["JP", "DE"')
  expect(await page.getByLabel('If').evaluate(field => field === document.activeElement)).toBe(true)
  expect(await page.getByLabel('on', { exact: true }).inputValue()).toBe('half')
  await look(page, 'refused')
  page.once('dialog', dialog => dialog.accept())
  await page.goto('about:blank')
})

browserTest('a trial for an instance knows its license, and tells what every rule said', async () => {
  const { house } = console
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/customers', { name: 'Sakura' })
  await house.post('/api/instances', { name: 'Tokyo', customerSlug: 'sakura' })
  const targetingRules = [
    { name: 'Broken', rule: 'country == "JP"', variant: 'on' },
    { name: 'Trials', rule: '__kaiten.license.type == "TRIAL"', variant: 'off' },
    { name: 'Paying', rule: '__kaiten.license.type == "PAID"', variant: 'on' },
    { name: 'Everybody', rule: 'true', variant: 'off' },
  ]
  await house.post('/api/feature-flags', { name: 'Tried', type: 'boolean', enabled: true, targetingRules })
  const page = await console.visit('/feature-flags/tried/evaluation', { role: 'VIEWER' })
  await page.getByLabel('Instance').fill('tokyo')
  await page.getByLabel('Context').fill('{}')
  await page.getByRole('button', { name: 'Evaluate' }).click()
  await page.getByText('TARGETING_MATCH').waitFor()
  expect(await page.locator('.decisions-match').innerText()).toMatch(/Paying\s+True\s+decides/)
  expect(await page.getByLabel('Instance').inputValue()).toBe('tokyo')
  await page.getByText('Facts of the instance').click()
  await page.getByText('"family": "pro"').waitFor()
  await look(page, 'trial')
  const narrow = await console.visit('/feature-flags/tried/evaluation', { width: 360, theme: 'dark' })
  await narrow.getByLabel('Instance').fill('nowhere')
  await narrow.getByRole('button', { name: 'Evaluate' }).click()
  await narrow.getByText('Instance names nothing that exists').waitFor()
  await look(narrow, 'trial-refused')
})

browserTest('an earlier revision is restored from a dialog that says what it changes', async () => {
  const { house } = console
  await house.post('/api/feature-flags', { name: 'Old', type: 'boolean' })
  const rule = { name: 'Pro', rule: 'plan == "pro" && country in ["JP", "DE"]', variant: 'on' }
  await house.put('/api/feature-flags/old', { description: 'Second', enabled: true, targetingRules: [rule] })
  const page = await console.visit('/feature-flags/old/history')
  await look(page, 'history')
  await page.getByRole('link', { name: 'Restore' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Restore revision 1 of Old?' })
  await dialog.waitFor()
  await look(page, 'restore')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('Old is again what it was at revision 1.').waitFor()
  expect(await flagOf('old')).toMatchObject({ revision: 3, enabled: false, targetingRules: [] })
})

browserTest('variants and rules are edited without JavaScript', async () => {
  await console.house.post('/api/feature-flags', { name: 'Plain', type: 'boolean' })
  const page = await console.visit('/feature-flags/plain/targeting', { javaScript: false })
  for (const [index, name] of ['One', 'Two'].entries()) {
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await page.locator(`[name="targetingRules[${index}].name"]`).fill(name)
    await page.locator(`[name="targetingRules[${index}].rule"]`).fill(`is${name}`)
  }
  await page.locator('[name="targetingRules[1].type"]').selectOption('rolled out over time')
  await page.getByRole('button', { name: 'Show its fields' }).nth(1).click()
  await page.getByLabel('At').first().fill('2026-03-01T00:00')
  await page.getByLabel('At').last().fill('2026-04-01T00:00')
  await page.getByRole('button', { name: 'Move Two up' }).click()
  await page.locator('[name="targetingRules[1].name"]').press('Enter')
  await page.getByText('The targeting of Plain was saved.').waitFor()
  expect(await ruleNames('plain')).toBe('Two One')
  await page.getByRole('switch', { name: 'Plain' }).click()
  await page.getByText('Plain is on.').waitFor()
  await page.getByRole('link', { name: 'Variants' }).click()
  await page.getByLabel('Name').first().fill('visible')
  await page.getByRole('button', { name: 'Save variants' }).click()
  await page.getByText('The variants of Plain were saved.').waitFor()
  expect((await flagOf('plain')).targetingRules[0].end.variant).toBe('visible')
})

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
