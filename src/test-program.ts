import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** How a command ended. */
export interface Ended {
  code: number
  out: string
  error: string
}

/** The program as it is delivered: built, and started as a process in a folder of its own. */
export interface BuiltProgram extends AsyncDisposable {
  /** Where it lies. It is every test's, but for who asked for a copy. */
  folder: string
  /** Runs a command to its end. */
  run: (...argv: string[]) => Promise<Ended>
  /** The same with this on standard input. */
  runWith: (input: string, ...argv: string[]) => Promise<Ended>
  /** What a shell would run. */
  commandLine: (...argv: string[]) => string
  /** Starts the server, or the demo, and resolves once it serves; `through` is a command that starts it. */
  serve: (data: string, environment?: Record<string, string>, how?: Starting) => Promise<ServingProgram>
}

interface Starting {
  command?: 'serve' | 'demo'
  through?: string[]
  /** Further options. */
  more?: string[]
}

export interface ServingProgram {
  url: string
  process: ChildProcess
  /** What it wrote to standard error so far: its log. */
  log: () => string
  /** What it wrote to standard output so far. */
  out: () => string
  /** Resolves with all of it once it has this in it. */
  printed: (wanted: RegExp) => Promise<string>
  /** Sends the signal and resolves with the exit code; null where the signal itself ended it. */
  end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<number | null>
  ended: Promise<number | null>
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = process.execPath

export async function builtProgram({ copied = false } = {}): Promise<BuiltProgram> {
  const own = mkdtempSync(join(tmpdir(), 'kaiten-built-'))
  const place = process.env.PROGRAM_OF_THIS_RUN ?? own
  const built = await builtOnce(place)
  if (copied) cpSync(built, own, { recursive: true })
  const folder = copied ? own : built
  const program = join(folder, 'kaiten.cjs')
  const always = keepingCompiled(place)
  const started = new Set<ChildProcess>()
  const run = (input: string, argv: string[]) =>
    new Promise<Ended>(resolve => {
      const child = execFile(node, [program, ...argv], { env: always, cwd: own }, (failure, out, error) =>
        resolve({ code: failure ? Number(failure.code) : 0, out, error }),
      )
      child.stdin?.end(input)
    })
  return {
    folder,
    run: (...argv) => run('', argv),
    runWith: (input, ...argv) => run(input, argv),
    commandLine: (...argv) => [node, program, ...argv].join(' '),
    serve: async (data, environment = {}, { command = 'serve', through = [], more = [] } = {}) => {
      const [starter = node, ...argv] = [...through, node, program, command, '--data', data, '--port', '0', ...more]
      const process = spawn(starter, argv, {
        env: { ...always, ...environment },
        cwd: own,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      started.add(process)
      return serving(process)
    },
    [Symbol.asyncDispose]: async () => {
      for (const process of started) process.kill('SIGKILL')
      rmSync(own, { recursive: true, force: true })
    },
  }
}

/** Of all who ask at the same time one builds, and the others wait. */
async function builtOnce(place: string): Promise<string> {
  const built = join(place, 'built')
  const lock = join(place, 'lock')
  const done = join(place, 'done')
  while (!existsSync(done)) {
    if (!taken(lock)) {
      await wait(50)
      continue
    }
    try {
      await promisify(execFile)(node, [join(root, 'build.mjs'), built])
      // What is kept of it is what the first command to end has used: one that uses most.
      const first = [join(built, 'kaiten.cjs'), 'org', 'list', '--data', join(place, 'data')]
      await promisify(execFile)(node, first, { env: keepingCompiled(place) })
      mkdirSync(done)
    } catch (error) {
      rmSync(lock, { recursive: true })
      throw error
    }
  }
  return built
}

/** What Node has compiled is kept for the next start: a third of a short command's time. */
const keepingCompiled = (place: string) => ({ NODE_COMPILE_CACHE: join(place, 'compiled') })

function taken(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function serving(process: ChildProcess): Promise<ServingProgram> {
  let out = ''
  let log = ''
  // Not at its exit, when some of what it wrote may not have been read yet.
  const ended = new Promise<number | null>(resolve => process.once('close', resolve))
  process.stderr?.on('data', chunk => {
    log += chunk
  })
  return new Promise((resolve, reject) => {
    void ended.then(code => reject(new Error(`The program ended with ${code}: ${log}`)))
    process.stdout?.on('data', chunk => {
      out += chunk
      const url = out.match(/ is at (https?:\S+)/)?.[1]
      if (url)
        resolve({
          url,
          process,
          log: () => log,
          out: () => out,
          printed: async wanted => {
            while (!wanted.test(out)) await new Promise(resolve => process.stdout?.once('data', resolve))
            return out
          },
          ended,
          end: signal => {
            process.kill(signal)
            return ended
          },
        })
    })
  })
}
