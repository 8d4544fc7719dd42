import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where the browser is; undefined where there is none. */
export const place = [process.env.CHROMIUM, ...usualPlaces].find(path => path !== undefined && existsSync(path))

let launched: Promise<Browser> | undefined

/** One for all that a process does with it; it goes with the process. */
export function theBrowser(): Promise<Browser> {
  // Without a sandbox of its own it also runs as root in a container; it sees nothing but our pages.
  launched ??= chromium.launch({ executablePath: place ?? '', args: ['--no-sandbox', '--disable-gpu'] })
  return launched
}
