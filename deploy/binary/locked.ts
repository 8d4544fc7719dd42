import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What package-lock.json says of a package. */
export interface Locked {
  version: string
  /** Such as sha512-… in base64. */
  integrity: string
  license?: string
  /** Its own name, where it is installed under another. */
  name?: string
}

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

/** By folder, such as node_modules/zod. */
export function locked(folder: string): Locked {
  const found = packages[folder]
  if (!found) throw new Error(`package-lock.json knows no ${folder}.`)
  return found
}

/** kaiten's own. */
export const { version: ownVersion = '' } = packages[''] ?? {}

export const packageName = (folder: string): string => folder.slice(folder.lastIndexOf('node_modules/') + 13)
