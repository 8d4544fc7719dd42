import type { Plugin } from 'vitest/config'

export const threadText: () => Promise<string>
export const docsText: () => Promise<string>
export const publicText: () => Promise<string>
export const iconsText: () => Promise<string>
export const ingredients: ReadonlySet<string>
export const addonOf: (target: string) => { path: string; name: string }
export const bundle: (out: string, target?: string) => Promise<void>
export const madeForVite: () => Plugin
