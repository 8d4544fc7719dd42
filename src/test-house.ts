import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { routes } from './api/index.ts'
import { conforms } from './api/openapi.conforms.ts'
import { type OpenApi, openApi } from './api/openapi.ts'
import { openHouse, serve } from './app.ts'
import type { OpenHouse, Served } from './cli/doors.ts'
import { type Config, configure } from './config.ts'
import { packagedAddon } from './engine/sqlite.ts'
import type { House } from './web/house.ts'

/** An answer as tests read it. `body` is the parsed JSON, or the text where the answer is none. */
export interface TestAnswer {
  status: number
  headers: Headers
  // Tests reach into answers of every shape; matchers check what they find there.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  body: any
}

export interface TestHouse extends AsyncDisposable {
  url: string
  data: string
  /** A token with write:* of the default organization. */
  token: string
  inside: OpenHouse
  /** What the server takes for the present; move it with `pass`. */
  now: () => number
  pass: (milliseconds: number) => void
  /** Fails where the answer is not as the OpenAPI document says. */
  ask: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<TestAnswer>
  get: (path: string, headers?: Record<string, string>) => Promise<TestAnswer>
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<TestAnswer>
  put: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<TestAnswer>
  delete: (path: string, headers?: Record<string, string>) => Promise<TestAnswer>
  /** A further token of the default organization. */
  tokenWith: (scopes: string[], more?: object) => Promise<string>
  /** Stops and starts again on the same data, `later` ms after, with other settings where they are given. */
  restart: (environment?: Record<string, string>, later?: number) => Promise<void>
  faults: string[]
  /** Every line of the log. */
  told: TestLine[]
}

/** What the front door is given in place of the house's own. */
export type Around = (inside: OpenHouse) => Partial<House>

/** A line of the log, with its fields. */
export type TestLine = { level: string; message: string } & Record<string, unknown>

/** Every answer that any test gets is held against it. */
let documented: OpenApi | undefined

const bootstrapToken = `ksh_${'T'.repeat(40)}`
const start = Date.parse('2026-03-15T12:00:00.000Z')

/** The real server with a real file on a free port, and a clock that stands still until it is moved. */
export async function testHouse(environment: Record<string, string> = {}, around?: Around): Promise<TestHouse> {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-test-'))
  const settled = settle(data, environment)
  let now = start
  const faults: string[] = []
  const told: TestLine[] = []
  const surroundings = { clock: () => now, faults, told, around }
  let opened = await open(settled, surroundings)

  const ask: TestHouse['ask'] = async (method, path, sent, headers = {}) => {
    const response = await fetch(opened.served.url + path, {
      method,
      headers: {
        ...('Authorization' in headers || 'X-API-Key' in headers ? {} : { Authorization: `Bearer ${bootstrapToken}` }),
        ...(sent !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
    })
    const text = await response.text()
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    const body = isJson && text ? JSON.parse(text) : text
    documented ??= await openApi(routes(opened.inside), opened.inside.version)
    const wrong = method !== 'HEAD' && conforms(documented, method, path, response.status, text ? body : undefined)
    if (wrong) throw new Error(wrong)
    return { status: response.status, headers: response.headers, body }
  }

  const house: TestHouse = {
    get url() {
      return opened.served.url
    },
    get inside() {
      return opened.inside
    },
    data,
    token: bootstrapToken,
    faults,
    told,
    now: () => now,
    pass: milliseconds => {
      now += milliseconds
    },
    ask,
    get: (path, headers) => ask('GET', path, undefined, headers),
    post: (path, body, headers) => ask('POST', path, body, headers),
    put: (path, body, headers) => ask('PUT', path, body, headers),
    delete: (path, headers) => ask('DELETE', path, undefined, headers),
    tokenWith: async (scopes, more = {}) => {
      await ask('POST', '/api/service-accounts', { name: 'Tester', slug: 'tester' })
      const made = await ask('POST', '/api/service-accounts/tester/tokens', { name: 'Test', scopes, ...more })
      return made.body.token as string
    },
    restart: async (changed = {}, later = 0) => {
      await close(opened)
      now += later
      opened = await open(settle(data, { ...environment, ...changed }), surroundings)
    },
    [Symbol.asyncDispose]: async () => {
      await close(opened)
      rmSync(data, { recursive: true, force: true })
    },
  }
  return house
}

function settle(data: string, environment: Record<string, string>): Config {
  const settled = configure({
    options: { data, port: '0' },
    environment: { KAITEN_BOOTSTRAP_TOKEN: bootstrapToken, ...environment },
    file: undefined,
  })
  if ('wrong' in settled) throw new Error(settled.wrong.join('\n'))
  return settled.config
}

interface Opened {
  inside: OpenHouse
  served: Served
}

interface Surroundings {
  clock: () => number
  faults: string[]
  told: TestLine[]
  around: Around | undefined
}

async function open(config: Config, { clock, faults, told, around }: Surroundings): Promise<Opened> {
  const line = (level: string) => (fields: object, message: string) => told.push({ level, message, ...fields })
  const log = {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: (fields: object, message: string) => {
      line('error')(fields, message)
      faults.push(`${message} ${JSON.stringify(fields)}`)
    },
    security: line('security'),
    tellsRequests: config.logLevel === 'debug',
  }
  const inside = await openHouse(config, {
    addon: packagedAddon(),
    clock,
    log,
    died: reason => faults.push(reason),
  })
  return { inside, served: await serve(around ? { ...inside, ...around(inside) } : inside, config) }
}

async function close({ inside, served }: Opened): Promise<void> {
  await served.stop()
  await inside.close()
}
