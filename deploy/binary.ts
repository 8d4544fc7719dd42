import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addonOf, bundle, ingredients } from '../build.mjs'
import { billOfMaterials } from './binary/bill.ts'
import { licenses } from './binary/licenses.ts'
import { nodeFor, type Target, targets } from './binary/node.ts'
import { pack } from './binary/pack.ts'

/**
 * `npm run binary [target…]`: the program and its Node as one executable file for each target, with SQLite's addon for
 * where a data directory may hold no code, a bill of materials, the licences, and the sums of it all. Nothing but the
 * npm registry is needed.
 */
const chosen = process.argv.length > 2 ? process.argv.slice(2).map(named) : targets
const dist = join(import.meta.dirname, '../dist')
const work = join(dist, 'binary')
const written: string[] = []

for (const target of chosen) {
  const name = `kaiten-${target}`
  const addon = addonOf(target)
  const node = nodeFor(target, join(dist, 'node'))
  await bundle(join(work, target), target)
  pack({ program: join(work, target, 'kaiten.cjs'), node, target, executable: join(dist, name), work })
  copyFileSync(addon.path, join(dist, addon.name))
  chmodSync(join(dist, addon.name), 0o644)
  const sha256 = sumOf(join(dist, name))
  write(`${name}.cdx.json`, `${JSON.stringify(billOfMaterials({ name, sha256, ingredients, node }), null, 2)}\n`)
  written.push(name, addon.name)
  say(`dist/${name}: ${(statSync(join(dist, name)).size / 1e6).toFixed(1)} MB with Node ${node.version}`)
}
write('kaiten-licenses.txt', licenses(ingredients))
writeFileSync(
  join(dist, 'SHA256SUMS'),
  written
    .sort()
    .map(name => `${sumOf(join(dist, name))}  ${name}\n`)
    .join(''),
)
rmSync(work, { recursive: true })
say(`dist/SHA256SUMS: sums of ${written.length} files`)

function named(target: string): Target {
  const asked = target === 'host' ? `${process.platform}-${process.arch}` : target
  const found = targets.find(each => each === asked)
  if (found) return found
  throw new Error(`There is no executable for ${asked}. Choose from ${targets.join(', ')}, or host for this machine's.`)
}

function write(name: string, text: string): void {
  mkdirSync(dist, { recursive: true })
  writeFileSync(join(dist, name), text)
  written.push(name)
}

function sumOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
