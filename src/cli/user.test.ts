import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BuiltProgram, builtProgram, type Ended, type ServingProgram } from '../test-program.ts'

const password = 'purple tractor beneath lantern'
let program: BuiltProgram
const folders: string[] = []

beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Commands on a data directory of their own. */
function onNewData() {
  const data = mkdtempSync(join(tmpdir(), 'kaiten-user-'))
  folders.push(data)
  const kaiten = (...words: string[]): Promise<Ended> => program.run(...words, '--data', data)
  return { data, kaiten }
}

const link = (page: string) => new RegExp(`http://127\\.0\\.0\\.1:\\d+/${page}\\?code=[\\w-]{43}`)

describe('a first start', () => {
  test('prints a set-up link while there is no user, each time another, and never to the log', async () => {
    const { data, kaiten } = onNewData()
    const codes = new Set<string>()
    for (let start = 0; start < 2; start++) {
      const server = await program.serve(data, { KAITEN_LOG_LEVEL: 'trace' })
      const printed = await server.printed(/\/setup\?code=\S+/)
      expect(printed).toMatch(link('setup'))
      const code = /code=([\w-]+)/.exec(printed)?.[1] ?? ''
      codes.add(code)
      const made = await kaiten('setup-link')
      expect(made).toMatchObject({ code: 0, out: expect.stringMatching(link('setup')) })
      codes.add(/code=([\w-]+)/.exec(made.out)?.[1] ?? '')
      expect(await server.end('SIGTERM')).toBe(0)
      for (const each of codes) expect(server.log()).not.toContain(each)
    }
    expect(codes.size).toBe(4)
    await kaiten('user', 'create', 'anna@example.com', '--role', 'owner')
    const server = await program.serve(data)
    await server.printed(/API/)
    expect(await kaiten('setup-link')).toMatchObject({
      code: 5,
      error: expect.stringContaining('Organization.HasUsers'),
    })
    await server.end('SIGTERM')
    expect(server.out()).not.toContain('/setup?')
  })
})

describe.each(['without a server', 'beside a running server'])('%s', where => {
  test('users are made, listed, changed and removed', async () => {
    const { data, kaiten } = onNewData()
    const server = where === 'beside a running server' ? await program.serve(data) : undefined
    const make = ['user', 'create', 'anna@example.com', '--role', 'owner', '--name', 'Anna', '--password-stdin']
    expect(await program.runWith(`${password}\n`, ...make, '--data', data)).toEqual({ code: 0, out: '', error: '' })
    const invited = await kaiten('user', 'create', 'Berta@example.com')
    expect(invited).toMatchObject({ code: 0, out: expect.stringMatching(link('invitation')) })

    const listed = JSON.parse((await kaiten('user', 'list', '--json')).out)
    expect(listed).toMatchObject([
      { email: 'berta@example.com', role: 'VIEWER', acceptedAt: null },
      { email: 'anna@example.com', name: 'Anna', role: 'OWNER', acceptedAt: expect.any(String) },
    ])
    expect((await kaiten('user', 'list')).out).toMatch(/anna@example\.com +OWNER +active +Anna/)

    expect(await kaiten('user', 'update', 'berta@example.com', '--role', 'admin', '--disable')).toMatchObject({
      code: 0,
    })
    expect((await kaiten('user', 'list')).out).toMatch(/berta@example\.com +ADMIN +disabled/)
    expect(await kaiten('user', 'update', listed[0].id, '--enable', '--name', 'B')).toMatchObject({ code: 0 })
    expect((await kaiten('user', 'list')).out).toMatch(/ADMIN +invited +B/)
    expect((await kaiten('user', 'reset-link', 'berta@example.com')).out).toMatch(link('invitation'))
    expect((await kaiten('user', 'reset-link', 'anna@example.com')).out).toMatch(link('reset'))
    expect(await kaiten('user', 'delete', 'berta@example.com')).toMatchObject({ code: 0, out: '' })
    expect(await kaiten('user', 'delete', 'anna@example.com')).toMatchObject({
      code: 5,
      error: expect.stringContaining('User.LastOwner'),
    })
    if (server) expect(await server.end('SIGTERM')).toBe(0)
  })
})

describe('a command that cannot be done', () => {
  const { data, kaiten } = onNewData()
  // Beside a server a command need not open the house itself.
  let server: ServingProgram
  beforeAll(async () => {
    server = await program.serve(data)
  })
  afterAll(async () => {
    expect(await server.end('SIGTERM')).toBe(0)
  })
  test.each([
    [['create', 'nobody'], 5, 'body.email'],
    [['create', 'a@example.com', '--role', 'boss'], 5, 'body.role'],
    [['create', 'a@example.com', '--password'], 2, 'no terminal'],
    [['create', 'a@example.com', '--password', '--password-stdin'], 2, 'either'],
    [['create', 'a@example.com', '--organization', 'nowhere'], 3, 'Auth.NoIdentity'],
    [['update', 'nobody@example.com', '--name', 'x'], 4, 'User.NotFound'],
    [['update', 'nobody@example.com'], 2, 'Say what is to change'],
    [['update', 'nobody@example.com', '--enable', '--disable'], 2, 'either'],
    [['delete', 'nobody@example.com'], 4, 'User.NotFound'],
    [['reset-link', 'nobody@example.com'], 4, 'User.NotFound'],
  ])('%j ends with %i and says %j', async (words, code, sentence) => {
    const ended = await kaiten('user', ...words)
    expect(ended).toMatchObject({ code, error: expect.stringContaining(sentence) })
  })

  test.each([
    ['', 2, 'no password'],
    ['password1234\n', 5, 'too easy'],
    ['short\n', 5, 'at least 12'],
  ])('the password %j is refused', async (given, code, sentence) => {
    const words = ['user', 'create', 'a@example.com', '--password-stdin', '--data', data]
    const ended = await program.runWith(given, ...words)
    expect(ended).toMatchObject({ code, error: expect.stringContaining(sentence) })
    expect((await kaiten('user', 'list')).out).toBe('')
  })
})

// A terminal is what util-linux' script makes; whether it is here the machine decides, so it is asked first.
test.skipIf(process.platform !== 'linux')(
  'a password asked for on a terminal is typed twice and not shown',
  async () => {
    const { data, kaiten } = onNewData()
    const command = program.commandLine('user', 'create', 'anna@example.com', '--password', '--data', data)
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] })
    let shown = ''
    const typed = ['Password: ', 'Once more: ']
    terminal.stdout.on('data', chunk => {
      shown += chunk
      if (typed[0] && shown.includes(typed[0])) {
        typed.shift()
        terminal.stdin.write(`${password}\r`)
      }
    })
    const code = await new Promise(resolve => terminal.once('exit', resolve))
    expect([code, shown]).toEqual([0, expect.not.stringContaining('tractor')])
    expect((await kaiten('user', 'list')).out).toMatch(/anna@example\.com +VIEWER +active/)
  },
)
