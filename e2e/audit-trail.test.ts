import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { busyInstance } from './busy-instance.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole } from './console.ts'

let console: TestConsole
let instance = ''
beforeAll(async () => {
  console = await testConsole()
  instance = (await busyInstance(console.house, 10)).address
})
afterAll(() => console[Symbol.asyncDispose]())

const report = (slug: string, value: number) =>
  console.house.post(`/api/instances/acme-production/entitlements/${slug}/usage`, { value })

browserTest(
  'a report appears by itself: in the log, the cards and the chart, and what is switched off stays so',
  async () => {
    const page = await console.visit(`${instance}/audit-trail`)
    const off = page.locator('#chart-activity').getByRole('button', { name: 'Read' })
    await off.click()
    await page.getByText('Events per day in numbers').click()
    const total = page.locator('#figures .h1').first()
    const before = Number((await total.innerText()).replace(',', ''))
    await report('storage', 123.5)
    const row = page.locator('tr.is-new')
    await row.waitFor()
    expect(await row.innerText()).toContain('123.5')
    expect(Number((await total.innerText()).replace(',', ''))).toBe(before + 1)
    expect(await off.getAttribute('aria-pressed')).toBe('false')
    expect(await page.locator('#chart-activity table').isVisible()).toBe(true)
    expect(await page.locator('canvas').count()).toBe(2)
  },
)

browserTest('an entry opens over the log with its payload, by keyboard, and closes with Escape', async () => {
  const page = await console.visit(`${instance}/audit-trail`)
  const eye = page.getByRole('link', { name: /^Show entry/ }).first()
  await eye.press('Enter')
  const dialog = page.getByRole('dialog', { name: /^Entry \d+$/ })
  await dialog.waitFor()
  expect(await dialog.innerText()).toContain('"requestId"')
  expect(await barriersOn(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})

browserTest('another entitlement and another range change cards, charts and log, and Back undoes it', async () => {
  const page = await console.visit(`${instance}/audit-trail`)
  await page.getByLabel('Entitlement').selectOption('exports')
  await page.waitForURL('**entitlement=exports**')
  await page.locator('#list').getByText('exports').first().waitFor()
  expect(await page.locator('#list').getByText('api-calls').count()).toBe(0)
  await page.getByRole('link', { name: '90 days' }).click()
  await page.waitForURL('**days=90**')
  expect(await page.getByLabel('Entitlement').inputValue()).toBe('exports')
  await page.getByLabel('Event type').selectOption('rejected')
  await page.waitForURL('**type=rejected**')
  expect(page.url()).toContain('entitlement=exports')
  await page.goBack()
  await page.waitForURL(url => url.search.includes('days=30') && !url.search.includes('type='))
  await page.locator('[aria-current=true]').getByText('30 days').waitFor()
})

browserTest('all of it can be read without JavaScript', async () => {
  const page = await console.visit(`${instance}/audit-trail`, { javaScript: false, width: 360 })
  expect(await page.locator('#chart-activity').getByRole('row').count()).toBe(31)
  expect(await page.getByText('Live', { exact: true }).isVisible()).toBe(false)
  await page.getByLabel('Entitlement').selectOption('seats')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.waitForURL('**entitlement=seats**')
  await page
    .getByRole('link', { name: /^Show entry/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: /^Entry/ }).waitFor()
  expect(await overflowOf(page)).toBe(0)
  await page.goto(`${console.house.url}${instance}/entitlements`)
  expect(await page.locator('#quotas').innerText()).toMatch(/API calls[\s\S]*of 2,500/)
})

browserTest('a chart that has not followed its narrowed window yet does not widen the page', async () => {
  const page = await console.visit(`${instance}/audit-trail`)
  await page.locator('canvas').first().waitFor()
  await page.evaluate(() => {
    for (const canvas of document.querySelectorAll('canvas')) canvas.style.width = '3000px'
  })
  expect(await overflowOf(page)).toBe(0)
})

browserTest('the longest charts stay small', async () => {
  for (const days of [90, 365])
    expect((await console.house.open(`${instance}/audit-trail?days=${days}`)).html.length).toBeLessThan(60_000)
})

browserTest('nothing that the pages of an instance do was complained of', async () => {
  const page = await console.visit(`${instance}/entitlements`, { theme: 'dark' })
  expect(await barriersOn(page)).toEqual([])
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
