import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The law of the house: which floor may lean on which. Files directly in src stand on top of all. */
const mayLeanOn: Record<string, string[]> = {
  domain: [],
  store: ['domain'],
  engine: ['domain', 'store'],
  actions: ['domain', 'store', 'engine'],
  snapshot: ['domain', 'store', 'engine', 'actions'],
  web: ['domain', 'store', 'engine', 'actions', 'snapshot'],
  api: ['domain', 'store', 'engine', 'actions', 'snapshot', 'web'],
  console: ['domain', 'store', 'engine', 'actions', 'snapshot', 'web', 'views'],
  views: ['domain'],
  courier: ['domain', 'store', 'engine', 'actions', 'snapshot', 'web'],
  safekeeping: ['domain', 'store', 'engine'],
  // The demo lives by the doors that people and apps use: no page, no route and no table of its own.
  demo: ['domain', 'store', 'actions', 'web'],
  cli: ['domain', 'store', 'engine', 'actions', 'snapshot', 'web', 'safekeeping', 'demo', 'config', 'settings'],
}

/** Third parties have one room each. */
const rooms: Record<string, RegExp> = {
  kysely: /^src\/(store|engine)\//,
  'better-sqlite3': /^src\/engine\//,
  express: /^src\/(web|api|console|app\.ts)/,
  commander: /^src\/(cli|main\.ts)/,
  '@marcbachmann/cel-js': /^src\/domain\/rule\//,
  re2js: /^src\/domain\/rule\//,
  undici: /^src\/courier\//,
  'ipaddr.js': /^src\/domain\//,
  // Its types of HTML's elements.
  preact: /^views\/html\.ts$/,
  'prom-client': /^src\/web\//,
}

// Oracles and arbitraries serve tests only, so they may use what tests use.
const sources = globSync('{src,views}/**/*.{ts,tsx}').filter(
  file => !/\.(test|oracle|arbitrary|d)\.tsx?$/.test(file) && file !== 'src/test-house.ts',
)
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(match => match[1] as string)

const floorOf = (file: string): string | undefined =>
  file
    .match(/^(?:src\/([\w-]+)|(views))\//)
    ?.slice(1)
    .find(Boolean)

const floorsImportedBy = (file: string): string[] =>
  importsOf(file)
    .filter(path => path.startsWith('.'))
    .map(path => new URL(path, `file:///${file}`).pathname.slice(1))
    .map(path => floorOf(path) ?? path.replace(/^src\/|\.ts$/g, ''))

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(40)
})

test.each(sources.filter(file => floorOf(file) !== undefined))('%s keeps to its floor', file => {
  const floor = floorOf(file) as string
  for (const below of floorsImportedBy(file))
    if (below !== floor) expect(mayLeanOn[floor], `${floor} must not lean on ${below}`).toContain(below)
})

test.each(sources)('%s has no third party that lives in another room', file => {
  for (const name of importsOf(file)) {
    const room = rooms[name]
    if (room) expect(file, `${name} lives in ${room}`).toMatch(room)
  }
})

test('only the engine opens database files, and never by plain file calls, which would drop SQLite’s locks', () => {
  for (const file of sources)
    expect(readFileSync(file, 'utf8'), file).not.toMatch(
      /(readFile|writeFile|copyFile|createReadStream|createWriteStream|open)(Sync)?\([^)]*kaiten\.(db|lock)/,
    )
})

test('no file is longer than 300 lines without saying why', () => {
  for (const file of sources) {
    const text = readFileSync(file, 'utf8')
    if (text.split('\n').length > 300) expect(text, file).toMatch(/longer than 300 lines/i)
  }
})
