import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type BuiltProgram, builtProgram } from '../test-program.ts'

let program: BuiltProgram
let beside: string
let shipped: Buffer
let data: string
const inData = () => join(data, basename(beside))
const listed = () => program.run('org', 'list', '--data', data)

beforeAll(async () => {
  program = await builtProgram({ copied: true })
  beside = join(program.folder, `kaiten-sqlite-${process.platform}-${process.arch}.node`)
  shipped = readFileSync(beside)
})
afterAll(() => program[Symbol.asyncDispose]())
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kaiten-addon-'))
  rmSync(beside, { force: true })
})
afterEach(() => rmSync(data, { recursive: true, force: true }))

test('SQLite is loaded from beside the program, and nothing is unpacked', async () => {
  writeFileSync(beside, shipped, { mode: 0o644 })
  expect(await listed()).toMatchObject({ code: 0, error: '' })
  expect(existsSync(inData())).toBe(false)
})

test('what needs no database unpacks nothing', async () => {
  const never = join(data, 'never')
  expect(await program.run('version', '--data', never)).toMatchObject({ code: 0 })
  expect(await program.run('config', '--data', never)).toMatchObject({ code: 0 })
  expect(existsSync(never)).toBe(false)
})

test('the program alone unpacks SQLite into the data directory, for its owner only, and once', async () => {
  data = join(data, 'new')
  expect(await listed()).toMatchObject({ code: 0, error: '' })
  expect(readFileSync(inData()).equals(shipped)).toBe(true)
  expect(lstatSync(inData()).mode & 0o777).toBe(0o600)
  expect(lstatSync(data).mode & 0o777).toBe(0o700)
  const { ino } = lstatSync(inData())
  expect(await listed()).toMatchObject({ code: 0 })
  expect(lstatSync(inData()).ino).toBe(ino)
  expect(globSync(`${inData()}.*`)).toEqual([])
})

test.each([
  ['half of it', () => truncateSync(inData(), 1000)],
  ['one that others may write to', () => chmodSync(inData(), 0o666)],
  [
    'a link to one elsewhere',
    () => {
      const elsewhere = join(data, 'elsewhere.node')
      renameSync(inData(), elsewhere)
      symlinkSync(elsewhere, inData())
    },
  ],
])('%s in the data directory is replaced', async (_, spoil) => {
  await listed()
  spoil()
  expect(await listed()).toMatchObject({ code: 0, error: '' })
  expect(readFileSync(inData()).equals(shipped)).toBe(true)
  expect(lstatSync(inData()).isFile()).toBe(true)
  expect(lstatSync(inData()).mode & 0o777).toBe(0o600)
})

test('one of another version beside the program is passed over', async () => {
  writeFileSync(beside, shipped.subarray(1))
  expect(await listed()).toMatchObject({ code: 0, error: '' })
  expect(existsSync(inData())).toBe(true)
})

test('one beside the program that others may write to is passed over', async () => {
  writeFileSync(beside, shipped)
  chmodSync(beside, 0o666)
  expect(await listed()).toMatchObject({ code: 0, error: '' })
  expect(existsSync(inData())).toBe(true)
})

test('nothing is loaded from a data directory that others may write to', async () => {
  chmodSync(data, 0o777)
  expect(await listed()).toMatchObject({
    code: 5,
    error: expect.stringContaining('others may write to it. chmod go-w it'),
  })
  expect(existsSync(inData())).toBe(false)
})
