import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { test } from 'vitest'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const place = [process.env.CHROMIUM, ...usualPlaces].find(path => path !== undefined && existsSync(path))

let launched: Promise<Browser> | undefined

/** One for all tests of a run; it goes with the process. */
export function theBrowser(): Promise<Browser> {
  // Without a sandbox of its own it also runs as root in a container; it sees nothing but our pages.
  launched ??= chromium.launch({ executablePath: place ?? '', args: ['--no-sandbox', '--disable-gpu'] })
  return launched
}

/** A test in a real browser. Where there is none, it is reported as skipped, saying why. */
export const browserTest = (name: string, run: () => Promise<void>): void => {
  if (place !== undefined) test(name, run)
  else test.skip(`${name} (no Chromium at ${usualPlaces.join(', ')}; set CHROMIUM to where it is)`)
}
