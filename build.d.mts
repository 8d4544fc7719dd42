import type { Plugin } from 'vitest/config'

export const threadText: () => Promise<string>
export const threadForVite: () => Plugin
