import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** How a command ended. */
export interface Ended {
  code: number
  out: string
  error: string
}

/** The program as it is delivered: built into a folder of its own, started as a process. */
export interface BuiltProgram extends AsyncDisposable {
  /** Where it lies. */
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

export async function builtProgram(): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'kaiten-built-'))
  await promisify(execFile)(node, [join(root, 'build.mjs'), folder])
  const program = join(folder, 'kaiten.cjs')
  const started = new Set<ChildProcess>()
  const run = (input: string, argv: string[]) =>
    new Promise<Ended>(resolve => {
      const child = execFile(node, [program, ...argv], { env: {}, cwd: folder }, (failure, out, error) =>
        resolve({ code: failure ? Number(failure.code) : 0, out, error }),
      )
      child.stdin?.end(input)
    })
  return {
    folder,
    run: (...argv) => run('', argv),
    runWith: (input, ...argv) => run(input, argv),
    commandLine: (...argv) => [node, program, ...argv].join(' '),
    serve: async (data, environment = {}, { command = 'serve', through = [] } = {}) => {
      const [starter = node, ...argv] = [...through, node, program, command, '--data', data, '--port', '0']
      const process = spawn(starter, argv, {
        env: environment,
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      started.add(process)
      return serving(process)
    },
    [Symbol.asyncDispose]: async () => {
      for (const process of started) process.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function serving(process: ChildProcess): Promise<ServingProgram> {
  let out = ''
  let log = ''
  const ended = new Promise<number | null>(resolve => process.once('exit', resolve))
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
