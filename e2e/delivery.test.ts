import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole, themes, widths } from './console.ts'

const folder = process.env.SCREENSHOTS

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
  const { house } = console
  for (const [name, version] of [
    ['API server', '4.1.0'],
    ['API server', '4.2.0'],
    ['Web console', '4.1.0'],
    ['Web console', '4.2.1'],
    ['Report worker', '1.9.3'],
    ['Mail relay', '0.8.0'],
  ]) {
    house.pass(3_600_000)
    await house.post('/api/components', { name, version })
  }
  const componentSlugs = ['api-server-4-1-0', 'web-console-4-1-0', 'report-worker-1-9-3', 'mail-relay-0-8-0']
  await house.post('/api/releases', { version: '2026.10', description: 'October', componentSlugs })
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/deployment-zones', { name: 'EU shared', type: 'SHARED', description: 'Frankfurt' })
  for (const name of ['Acme', 'Globex', 'Initech']) {
    await house.post('/api/customers', { name })
    const customerSlug = name.toLowerCase()
    await house.post('/api/instances', { name: `${name} production`, customerSlug, deploymentZoneSlug: 'eu-shared' })
  }
})
afterAll(() => console[Symbol.asyncDispose]())

browserTest('a release is made from another, deployed in a dialog, and the log says so', async () => {
  const { house } = console
  await house.post('/api/deployment-zones/eu-shared/deployments', { releaseSlug: '2026-10' })
  house.pass(3_600_000)
  const page = await console.visit('/releases')
  await page.getByRole('link', { name: 'New release' }).click()
  await page.getByLabel('Version').fill('2026.11')
  await page.getByLabel('Made from').selectOption({ label: 'none: start empty' })
  await page.waitForURL('**/releases/new?from=-')
  await page.locator('input[name=previousReleaseId][value=""]').waitFor({ state: 'attached' })
  await page.getByLabel('Made from').selectOption({ label: '2026.10' })
  await page.getByLabel('API server').locator('option:checked', { hasText: 'as before' }).waitFor({ state: 'attached' })
  expect(await page.getByLabel('Version').inputValue(), 'what was typed stays').toBe('2026.11')
  await page.getByLabel('API server').selectOption({ label: '4.2.0 · newest' })
  await page.getByLabel('Mail relay').selectOption({ label: 'not in it' })
  await page.getByRole('button', { name: 'Create release' }).click()
  await page.getByText('Since 2026.10: 1 changed, 1 removed').waitFor()

  await page.goto(`${house.url}/deployment-zones/eu-shared`)
  await page.getByRole('link', { name: 'Deploy', exact: true }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Deploy to EU shared' })
  await dialog.getByRole('button', { name: 'Deploy 2026.11' }).waitFor()
  expect(await dialog.getByText('Initech production').count()).toBe(1)
  expect(await barriersOn(page)).toEqual([])
  await dialog.getByLabel('Release').selectOption({ label: '2026.10 · running now' })
  await dialog.getByText('2026.10 runs here already').waitFor()
  await dialog.getByLabel('Release').selectOption({ label: '2026.11' })
  await dialog.getByRole('button', { name: 'Deploy 2026.11' }).press('Enter')
  await page.getByText('2026.11 was deployed.').waitFor()
  await page.getByRole('link', { name: 'Deployments' }).click()
  await page.getByRole('row').filter({ hasText: '2026.11' }).getByText('running').waitFor()
})

browserTest('releases are made and deployed without JavaScript', async () => {
  const page = await console.visit('/releases/new', { javaScript: false })
  await page.getByLabel('Made from').selectOption({ label: '2026.10' })
  await page.getByRole('button', { name: 'Start from it' }).click()
  await page.getByLabel('Version').fill('2026.10')
  await page.getByLabel('Web console').selectOption({ label: '4.2.1 · newest' })
  await page.getByRole('button', { name: 'Create release' }).click()
  await page.getByText('Version is taken').waitFor()
  await page.getByLabel('Version').fill('2026.10.1')
  await page.getByRole('button', { name: 'Create release' }).click()
  await page.getByText('Since 2026.10: 1 changed').waitFor()
  await page.goto(`${console.house.url}/deployment-zones/eu-shared/deploy`)
  await page.getByLabel('Release').selectOption({ label: '2026.10.1' })
  await page.getByRole('button', { name: 'Show changes' }).click()
  await page.getByRole('button', { name: 'Deploy 2026.10.1' }).click()
  await page.getByText('2026.10.1 was deployed.').waitFor()
})

const seen = [
  '/releases',
  '/releases/new?from=2026-10',
  '/releases/2026-11',
  '/releases/2026-11/zones',
  '/components',
  '/deployment-zones',
  '/deployment-zones/eu-shared',
  '/deployment-zones/eu-shared/deployments',
  '/deployment-zones/eu-shared/deploy?release=2026-11',
]
for (const path of folder ? seen : [])
  browserTest(`${path} has its picture`, async () => {
    for (const theme of themes)
      for (const width of widths) {
        const page = await console.visit(path, { theme, width })
        const shot = `real${path.replaceAll(/[/?=]/g, '_')}-${width}-${theme}.png`
        await page.screenshot({ path: join(folder ?? '', shot), fullPage: true })
        expect(await overflowOf(page)).toBe(0)
      }
  })

browserTest('no page complained', async () => {
  expect(console.complaints).toEqual([])
  expect(console.house.faults).toEqual([])
})
