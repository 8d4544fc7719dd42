import { test } from 'vitest'
import { place, usualPlaces } from './chromium.ts'

/** A test in a real browser. Where there is none, it is reported as skipped, saying why. */
export const browserTest = (name: string, run: () => Promise<void>, within?: number): void => {
  if (place !== undefined) test(name, run, within)
  else test.skip(`${name} (no Chromium at ${usualPlaces.join(', ')}; set CHROMIUM to where it is)`)
}
