import { defineConfig } from 'vitest/config'
import { threadForVite } from './build.mjs'

export default defineConfig({
  plugins: [threadForVite()],
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'views/**/*.test.tsx'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
