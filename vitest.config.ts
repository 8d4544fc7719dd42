import { defineConfig } from 'vitest/config'
import { madeForVite } from './build.mjs'

export default defineConfig({
  plugins: [madeForVite()],
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'views/**/*.test.tsx', 'e2e/**/*.test.{ts,tsx}'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
