import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pages } from '../src/console/index.ts'
import { askingWith, type Furnished, furnishForPages, use } from '../src/test-organization.ts'
import type { House } from '../src/web/house.ts'
import { browserTest } from './browser.ts'
import { barriersOn, look, overflowOf, type TestConsole, testConsole, themes, widths } from './console.ts'

/** Every page there is, opened in a real browser: a new one is looked at here before anybody thinks of it. */

// Pages touch the house only when they are asked.
const paths = pages({} as House)
  .filter(({ method, demand }) => method === 'GET' && demand !== 'nobody')
  .map(({ path }) => path)

/** What a page needs to be asked for. */
const queries: Record<string, string> = { '/search': '?q=long', '/feature-flags/{flag}/restore': '?revision=1' }

const folder = process.env.SCREENSHOTS

/** Each theme and each width once; for pictures, all of them. */
const looks = themes
  .flatMap(theme => widths.map(width => ({ theme, width })))
  .filter(({ theme, width }) => folder || (theme === 'dark') === (width === 360))
const longName = `Rhabarberbarbara${'-und-söhne'.repeat(8)}4`

let console: TestConsole
let own: Furnished
beforeAll(async () => {
  console = await testConsole()
  const { house } = console
  const ask = askingWith(house, house.token)
  own = await furnishForPages(ask, `long-${'x'.repeat(50)}`)
  await use(house, ask, own)
  await house.put(`/api/customers/${own.customer?.slug}`, { name: longName, externalCustomerId: 'x'.repeat(100) })
  for (const name of ['Acme, Inc.', 'Globex', 'Initech', 'Umbrella Corporation']) {
    house.pass(3_600_000)
    await house.post('/api/customers', { name })
  }
  if (folder) mkdirSync(folder, { recursive: true })
})
afterAll(() => console[Symbol.asyncDispose]())

test('names of 100 characters are among what is shown', () => {
  expect(longName.length).toBeGreaterThanOrEqual(97)
})

for (const path of paths)
  browserTest(`${path} is well, wide in the light and narrow in the dark`, async () => {
    const address = addressOf(path)
    const page = await console.visit(address)
    for (const { theme, width } of looks) {
      await look(page, { theme, width })
      const shot = `${path.replaceAll('/', '_')}-${width}-${theme}.png`
      if (folder) await page.screenshot({ path: join(folder, shot), fullPage: true })
      expect.soft(await page.locator('h1').count(), 'one title').toBe(1)
      expect.soft(await overflowOf(page), `${width} px`).toBe(0)
      expect.soft(await barriersOn(page), `${width} px, ${theme}`).toEqual([])
    }
    expect((await console.house.open(address)).html.length).toBeLessThan(60_000)
    expect(console.complaints).toEqual([])
  })

function addressOf(path: string): string {
  const named = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    expect(own, `${path} names a ${name}: furnish one in src/test-organization.ts.`).toHaveProperty(name)
    return own[name]?.slug ?? name
  })
  return named + (queries[path] ?? '')
}
