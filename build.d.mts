import type { Plugin } from 'vitest/config'

export const threadText: () => Promise<string>
export const docsText: () => Promise<string>
export const publicText: () => Promise<string>
export const iconsText: () => Promise<string>
export const madeForVite: () => Plugin
