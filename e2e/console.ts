import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'
import type { Role } from '../src/domain/user.ts'
import { type VisitedHouse, visitedHouse } from '../src/test-visitor.ts'
import { theBrowser } from './chromium.ts'

export type Theme = 'light' | 'dark'
export const widths = [360, 1280] as const
export const themes: readonly Theme[] = ['light', 'dark']

interface Visit {
  theme?: Theme
  width?: number
  role?: Role
  javaScript?: boolean
}

/** Whatever is at an address until it is done with. */
type Visitable = { url: string } & AsyncDisposable

export interface TestConsole<House extends Visitable = VisitedHouse> extends AsyncDisposable {
  house: House
  /** Opens a page, in the visitor's own browser: the same for the same visit. */
  visit: (path: string, visit?: Visit) => Promise<Page>
  /** What no page may do: errors in the console, what the policy forbids, requests to anybody else. */
  complaints: string[]
}

/** A real house with people at real browsers, signed in by their role. */
export const testConsole = async (environment: Record<string, string> = {}): Promise<TestConsole> =>
  consoleOf(await visitedHouse(environment))

/** The same for a house whose people come through its own door. */
export function consoleOf<House extends Visitable>(house: House): TestConsole<House> {
  const complaints: string[] = []
  /** One browser for each way to look: files are fetched once, as they are by people. */
  const pages = new Map<string, Page>()
  return {
    house,
    complaints,
    visit: async (path, visit = {}) => {
      const known = pages.get(JSON.stringify(visit))
      const page = known ?? (await opened(visit))
      pages.set(JSON.stringify(visit), page)
      await page.goto(house.url + path)
      // A page gives its focus with the first picture of it: nobody types before, and what a program types is lost.
      if (visit.javaScript !== false) await page.evaluate(() => new Promise(requestAnimationFrame))
      return page
    },
    [Symbol.asyncDispose]: async () => {
      for (const page of pages.values()) await page.context().close()
      await house[Symbol.asyncDispose]()
    },
  }

  async function opened({ theme = 'light', width = 1280, role = 'OWNER', javaScript = true }: Visit): Promise<Page> {
    const browser = await theBrowser()
    const context = await browser.newContext({
      viewport: viewport(width),
      colorScheme: theme,
      javaScriptEnabled: javaScript,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    })
    await context.addCookies([{ name: 'visitor', value: role, url: house.url }])
    const page = await context.newPage()
    listen(page, house.url, complaints)
    return page
  }
}

function listen(page: Page, home: string, complaints: string[]): void {
  const complain = (text: string) => complaints.push(`${page.url()}: ${text}`)
  page.on('pageerror', error => complain(error.message))
  page.on('console', message => {
    // Pages that are meant to be refused are no fault; the browser notes each of them.
    const isRefusal = message.text().startsWith('Failed to load resource') && message.location().url === page.url()
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complain(message.text())
  })
  page.on('request', request => {
    const isOurs = request.url().startsWith(home) || request.url().startsWith('data:')
    if (!isOurs) complain(`asked for ${request.url()}`)
  })
}

/** Makes a page that is open be looked at otherwise, as when a window is narrowed and the evening comes. */
export async function look(
  page: Page,
  { theme = 'light', width = 1280 }: Pick<Visit, 'theme' | 'width'>,
): Promise<void> {
  // What is looked at in the middle of a transition has neither look.
  await page.evaluate(() => {
    const still = new CSSStyleSheet()
    still.replaceSync('*, ::before, ::after { transition: none !important }')
    document.adoptedStyleSheets.push(still)
  })
  await page.emulateMedia({ colorScheme: theme })
  await page.setViewportSize(viewport(width))
}

const viewport = (width: number) => ({ width, height: width < 600 ? 740 : 800 })

const axeScript = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const axeOptions: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  // The others are told of by one node each.
  resultTypes: ['violations'],
}

/** What of WCAG 2.2 AA a page does not keep, a line each. */
export async function barriersOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await axeScript)
  return page.evaluate(async options => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run(options)
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`))
  }, axeOptions)
}

/** By how many pixels a page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
