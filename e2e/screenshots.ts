import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

/** `node e2e/screenshots.ts DIR`: a picture of each page in both themes and at both widths. */
const folder = process.argv[2]
if (!folder) {
  process.stderr.write('Where to? node e2e/screenshots.ts DIR\n')
  process.exit(2)
}
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const { status } = spawnSync(process.execPath, [vitest, 'run', 'e2e/pages.test.ts', 'e2e/pieces.test.tsx'], {
  stdio: 'inherit',
  env: { ...process.env, SCREENSHOTS: resolve(folder) },
})
process.exitCode = status ?? 1
