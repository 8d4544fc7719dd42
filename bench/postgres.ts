import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './harness.ts'

export interface Postgres {
  url: string
  pid: number
  stop: () => Promise<void>
}

/** A throwaway PostgreSQL from Debian's package, with the settings that it comes with. A sentence where it cannot be had. */
export async function startPostgres(): Promise<Postgres | string> {
  const programs = installedPrograms()
  if (programs === undefined) return 'It needs PostgreSQL: apt-get install postgresql'
  const folder = mkdtempSync(join(tmpdir(), 'kaiten-postgres-'))
  const who = owner()
  if (who) chownSync(folder, who.uid, who.gid)
  const as = { ...who, cwd: folder }
  const port = await freePort()
  const data = join(folder, 'data')
  execFileSync(join(programs, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'bench'], as)
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`].flatMap(each => ['-c', each])
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-p', String(port), ...settings], {
    ...as,
    stdio: 'ignore',
  })
  const stop = () =>
    new Promise<void>(resolve => {
      server.once('exit', () => {
        rmSync(folder, { recursive: true })
        resolve()
      })
      // Without waiting for those who are connected.
      server.kill('SIGINT')
    })
  while (spawnSync(join(programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).status !== 0) {
    if (server.exitCode !== null) throw new Error('PostgreSQL does not start')
    await wait(100)
  }
  return { url: `postgres://bench@127.0.0.1:${port}/postgres`, pid: server.pid ?? 0, stop }
}

const isRoot = process.getuid?.() === 0

function installedPrograms(): string | undefined {
  const found = () => globSync('/usr/lib/postgresql/*/bin/initdb').map(dirname).at(-1)
  if (found() === undefined && isRoot) spawnSync('apt-get', ['install', '-y', 'postgresql'], { stdio: 'ignore' })
  return found()
}

/** PostgreSQL refuses to run as root: then the user of the package runs it. */
function owner(): { uid: number; gid: number } | undefined {
  if (!isRoot) return undefined
  const idOf = (which: string) => Number(execFileSync('id', [which, 'postgres']).toString())
  return { uid: idOf('-u'), gid: idOf('-g') }
}
