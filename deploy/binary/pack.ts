import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { stripped } from './elf.ts'
import type { Node, Target } from './node.ts'

/** One bundled file and a Node, in one executable, which starts as fast as plain Node on that file. */
export function pack(given: { program: string; node: Node; target: Target; executable: string; work: string }): void {
  const { program, node, target, executable } = given
  const home = join(given.work, 'home')
  prefill(home, target, node)
  // Given one plain file, pkg makes Node's own kind of single executable, with no file system of pkg's inside.
  const pkg = createRequire(import.meta.url).resolve('@yao-pkg/pkg/lib-es5/bin.js')
  rmSync(executable, { force: true })
  execFileSync(process.execPath, [pkg, '--sea', program, '-t', `node${node.version}-${target}`, '-o', executable], {
    cwd: home,
    env: { HOME: home },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Where pkg looks for Node before it would download one, and what it takes for a finished download. */
function prefill(home: string, target: Target, { version, binary }: Node): void {
  const name = `node-v${version}-${target}`
  const cache = join(home, '.pkg-cache/sea')
  const bin = join(cache, name, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const mark of [join(cache, `${name}.tar.gz`), join(cache, `${name}.tar.gz.ok`), join(bin, 'node.ok')])
    writeFileSync(mark, '')
  writeFileSync(join(bin, 'node'), stripped(readFileSync(binary)), { mode: 0o755 })
}
