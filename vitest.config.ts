import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { madeForVite } from './build.mjs'

export default defineConfig({
  plugins: [madeForVite()],
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'views/**/*.test.tsx', 'e2e/**/*.test.{ts,tsx}'],
    globalSetup: 'src/test-program.setup.ts',
    // Most wait for disks, processes and browsers: of two processors vitest itself would use one worker.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
