import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Problem } from '../domain/problem.ts'
import { type BuiltProgram, builtProgram, type ServingProgram } from '../test-program.ts'
import type { Doors } from './doors.ts'
import { run } from './program.ts'

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-cli-'))
const kaiten = (...words: string[]) => program.run(...words, '--data', data)

beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

const me = async (url: string, token: string) =>
  (await fetch(`${url}/api/me`, { headers: { 'X-API-Key': token } })).status

describe.each(['without a server', 'beside a running server'])('%s', where => {
  test('organizations and tokens are made, listed and revoked', async () => {
    const server = where === 'beside a running server' ? await program.serve(data) : undefined
    const name = where.split(' ')[0] ?? ''
    expect(await kaiten('org', 'create', `Acme ${name}`)).toMatchObject({ code: 0, out: `acme-${name}\n` })
    expect((await kaiten('org', 'list')).out).toContain(`acme-${name}`)
    expect(JSON.parse((await kaiten('org', 'list', '--json')).out)[0]).toMatchObject({ slug: 'default' })

    const made = await kaiten('token', 'create', name, '--scope', 'read:customers', '--organization', `acme-${name}`)
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^ksh_[0-9A-Za-z]{49}\n$/) })
    const listed = await kaiten('token', 'list', '--organization', `acme-${name}`)
    expect(listed.out).toContain(`${name}`)
    expect(listed.out).toContain('read:customers')
    expect(listed.out).not.toContain(made.out.trim())
    if (server) expect(await me(server.url, made.out.trim())).toBe(200)
    expect(await kaiten('token', 'revoke', name, '--organization', `acme-${name}`)).toMatchObject({ code: 0, out: '' })
    if (server) expect(await me(server.url, made.out.trim())).toBe(401)
    expect((await kaiten('token', 'list', '--organization', `acme-${name}`)).out).toContain('revoked')
    if (server) expect(await server.end('SIGTERM')).toBe(0)
  })
})

describe('a command that cannot be done', () => {
  // Beside a server a command need not open the house itself.
  let server: ServingProgram
  beforeAll(async () => {
    server = await program.serve(data)
  })
  afterAll(async () => {
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test.each([
    [['token', 'create', 'x'], 2, 'Say what the token may do'],
    [['token', 'create', 'x', '--scope', 'read:everything'], 5, 'body.scopes[0]'],
    [['token', 'revoke', 'nothing', '--account', 'nobody'], 4, 'ServiceAccount.NotFound'],
    [['token', 'list', '--organization', 'nowhere'], 3, 'Auth.NoIdentity'],
    [['org', 'create', 'Default', '--slug', 'default'], 5, 'Organization.SlugTaken'],
    [['org', 'create'], 2, 'missing required argument'],
    [['sreve'], 2, 'unknown command'],
    [['serve', '--prot', '1'], 2, 'unknown option'],
    [['serve', '--port', 'x'], 2, 'port (option) must be a number'],
    [['healthcheck', '--port', '1'], 6, 'does not answer'],
  ])('%j ends with %i and says %j', async (words, code, sentence) => {
    const ended = await kaiten(...words)
    expect(ended.code).toBe(code)
    expect(ended.error).toContain(sentence)
  })
})

test('the configuration in force is shown with its sources, and the version and help are printed', async () => {
  const shown = JSON.parse((await kaiten('config', '--json')).out)
  expect(shown.find((each: { name: string }) => each.name === 'data')).toMatchObject({ value: data, source: 'option' })
  expect(await program.run('version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})

describe('help', () => {
  test('has the commands before the settings, and says where secrets go', async () => {
    const { code, out } = await program.run('--help')
    expect(code).toBe(0)
    const order = ['Serving:', 'Who may come in:', 'Keeping the data:', 'More:', 'Settings:', '--port', 'secret-key']
    expect(order.map(each => out.indexOf(each))).toEqual(order.map(each => out.indexOf(each)).toSorted((a, b) => a - b))
    expect(out).toContain('130 interrupted')
  })

  test.each([
    [['token', 'create']],
    [['backup']],
    [['user', 'list']],
  ])('of %j has no settings but its own', async words => {
    const { out } = await program.run(...words, '--help')
    expect(out.match(/^ {2}--(data|config|host|port|log-level)/gm)?.toSorted()).toEqual(['  --config', '  --data'])
    expect(out).toContain('All settings: kaiten serve --help')
  })

  test('may be cut off by whoever reads it', async () => {
    const cut = promisify(execFile)('bash', [
      '-c',
      `(sleep 0.1; ${program.commandLine('--help')}) | true; echo "\${PIPESTATUS[0]}"`,
    ])
    expect(await cut).toEqual({ stdout: '0\n', stderr: '' })
  })
})

test('a database that fails while the program begins ends it with what to do', async () => {
  const said: string[] = []
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => said.push(String(text)) > 0)
  const failing = {
    version: '0.0.0',
    addon: () => '',
    openHouse: () => Promise.reject(new Problem('Storage.Failed', 'The database cannot be written.')),
  }
  try {
    expect(await run(['node', 'kaiten', 'serve', '--data', data], failing as unknown as Doors)).toBe(1)
  } finally {
    write.mockRestore()
  }
  expect(said.join('')).toMatch(/^The database cannot be written. What was acknowledged is kept. Look after the disk/)
})
