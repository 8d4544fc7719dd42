import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { builtProgram } from '../src/test-program.ts'
import { theBrowser } from './chromium.ts'

/** `node e2e/pictures.ts`: makes the README's pictures anew, from the demo. */

const folder = join(dirname(fileURLToPath(import.meta.url)), 'pictures')
const pictures = {
  dashboard: '/',
  'audit-trail': '/customers/sakura/instances/sakura-tokyo/audit-trail',
}

const program = await builtProgram()
const data = mkdtempSync(join(tmpdir(), 'kaiten-pictures-'))
const demo = await program.serve(data, {}, { command: 'demo' })
const [, email = '', password = ''] = (await demo.printed(/made-up data only/)).match(/ as (\S+) {2}with (\S+)/) ?? []

const browser = await theBrowser()
const context = await browser.newContext({
  viewport: { width: 1280, height: 860 },
  deviceScaleFactor: 1.5,
  colorScheme: 'light',
  reducedMotion: 'reduce',
  locale: 'en-GB',
  timezoneId: 'UTC',
})
const page = await context.newPage()
await page.goto(`${demo.url}/login`)
await page.getByLabel('E-mail').fill(email)
await page.getByLabel('Password', { exact: true }).fill(password)
await page.getByLabel('Password', { exact: true }).press('Enter')
await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
for (const [name, path] of Object.entries(pictures)) {
  await page.goto(demo.url + path)
  await page.waitForLoadState('networkidle').catch(() => undefined)
  await page.locator('canvas').first().waitFor()
  await page.waitForTimeout(500)
  const file = join(folder, `${name}.webp`)
  const bytes = await webp(await context.newPage(), await page.screenshot())
  writeFileSync(file, bytes)
  process.stdout.write(`${file}: ${Math.ceil(bytes.length / 1000)} kB\n`)
}
await browser.close()
await demo.end('SIGTERM')
await program[Symbol.asyncDispose]()
rmSync(data, { recursive: true })

/** The browser itself writes a third of what it takes as PNG. */
async function webp(blank: Page, png: Buffer): Promise<Buffer> {
  const url = await blank.evaluate(
    async source => {
      const image = new Image()
      image.src = source
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      canvas.getContext('2d')?.drawImage(image, 0, 0)
      return canvas.toDataURL('image/webp', 0.85)
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
  await blank.close()
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}
