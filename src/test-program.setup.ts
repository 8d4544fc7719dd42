import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

/** Makes room for the program that all tests of one run start: the first of them builds it. */
// Vitest asks for it by this name.
// biome-ignore lint/style/noDefaultExport: see above
export default function setup(project: TestProject): () => void {
  const place = mkdtempSync(join(tmpdir(), 'kaiten-program-'))
  const forget = () => rmSync(place, { recursive: true, force: true })
  process.env.PROGRAM_OF_THIS_RUN = place
  // Something was changed, it may be the program.
  project.onTestsRerun(() => {
    forget()
    mkdirSync(place)
  })
  return forget
}
