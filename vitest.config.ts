import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { madeForVite } from './build.mjs'

/** What takes a minute or more. */
const long =
  /(e2e\/pages|src\/(api\/histories|backup|crash|fuzz|faults|upgrade|cli\/(user|program|demo)|courier\/(kill|weather|waiting)))\.test/

/** The long ones first, so that none is left to run alone at the end: vitest itself goes by the size of the file. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => Number(long.test(b.moduleId)) - Number(long.test(a.moduleId)))
  }
}

export default defineConfig({
  plugins: [madeForVite()],
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'views/**/*.test.tsx', 'e2e/**/*.test.{ts,tsx}'],
    globalSetup: 'src/test-program.setup.ts',
    sequence: { sequencer: LongFirst },
    // Most wait for disks, processes and browsers: of two processors vitest itself would use one worker.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // Files of a worker share what they import, a third of a short one's time: each puts back what it replaces.
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
