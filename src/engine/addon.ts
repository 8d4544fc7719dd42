import { createRequire } from 'node:module'

/**
 * SQLite as a loaded addon. All threads name one and the same file: two copies would not see each other's file locks.
 * The single executable's own `require` knows only what is built into Node, so better-sqlite3 cannot load it itself.
 */
export const loadAddon = (file: string): string =>
  // better-sqlite3 takes the loaded addon just as well as a path; its types know of the path only.
  createRequire(file)(file) as string
