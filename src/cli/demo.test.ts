import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { person } from '../test-person.ts'
import { type BuiltProgram, builtProgram } from '../test-program.ts'

let program: BuiltProgram
const data = mkdtempSync(join(tmpdir(), 'kaiten-demo-'))
const record = join(data, 'demo.json')
beforeAll(async () => {
  program = await builtProgram()
})
afterAll(async () => {
  await program[Symbol.asyncDispose]()
  rmSync(data, { recursive: true, force: true })
})

/** Signs in as the terminal says, and looks at a page. */
async function visit(url: string, out: string, path: string): Promise<string> {
  const [, email = '', password = ''] = out.match(/ as (\S+) {2}with (\S+)/) ?? []
  const owner = person({ url })
  expect(await owner.fill('/login', { email, password })).toMatchObject({ status: 303 })
  return (await owner.open(path)).html
}

test('the demo is made once, with somebody to sign in as, and is there again at the next start', async () => {
  const first = await program.serve(data, {}, { command: 'demo' })
  const out = await first.printed(/made-up data only/)
  expect(out).toContain('Making Umami Software')
  expect(await visit(first.url, out, '/customers?q=sakura')).toContain('Sakura Tokyo')
  expect(await first.end('SIGTERM')).toBe(0)
  expect(first.log()).not.toMatch(/"level":[56]0/)

  const second = await program.serve(data, {}, { command: 'demo' })
  const again = await second.printed(/made-up data only/)
  expect(again).not.toContain('Making')
  expect(await visit(second.url, again, '/customers?q=sakura')).toContain('Sakura Tokyo')
  expect(await second.end('SIGTERM')).toBe(0)

  const doctor = await program.run('doctor', '--full', '--data', data)
  expect(doctor.out).toContain('ok')
  expect(doctor.code).toBe(0)
}, 300_000)

test('a demo that was not finished is begun anew', async () => {
  writeFileSync(record, readFileSync(record, 'utf8').replace('"finished": true', '"finished": false'))
  const held = await program.serve(data)
  expect(await program.run('demo', '--data', data)).toMatchObject({
    code: 5,
    error: expect.stringContaining('Another'),
  })
  expect(await held.end('SIGTERM')).toBe(0)
  const begun = await program.serve(data, {}, { command: 'demo', more: ['--days', '4'] })
  expect(begun.out()).toContain('Making Umami Software')
  expect(await begun.end('SIGTERM')).toBe(0)
}, 300_000)

test('data that is no demo is left alone', async () => {
  const real = mkdtempSync(join(tmpdir(), 'kaiten-no-demo-'))
  writeFileSync(join(real, 'thesis.txt'), 'mine')
  expect(await program.run('demo', '--data', real)).toMatchObject({
    code: 5,
    error: expect.stringContaining('is not empty and no demo'),
  })
  expect(readFileSync(join(real, 'thesis.txt'), 'utf8')).toBe('mine')
  expect(await program.run('demo', '--seed', 'x', '--data', real)).toMatchObject({ code: 2 })
  expect(await program.run('demo', '--days', '3', '--data', real)).toMatchObject({
    code: 2,
    error: expect.stringContaining('--days must be from 4 to 35'),
  })
  rmSync(real, { recursive: true })
})
