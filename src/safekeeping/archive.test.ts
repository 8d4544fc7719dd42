import { hash } from 'node:crypto'
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Manifest } from '../domain/backup.ts'
import { pack, partOf, unpack } from './archive.ts'
import { Refused } from './refused.ts'

const place = mkdtempSync(join(tmpdir(), 'kaiten-archive-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

// Two parts, small, so that every byte of the whole can be tried.
const contents = { 'kaiten.db': hash('sha512', 'rows').repeat(4), 'kaiten.key': 'a key' }
const path = join(place, 'backup')
let whole: Buffer
let manifest: Manifest

beforeAll(async () => {
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(place, name), text)
  const parts = [
    await partOf('kaiten.db', join(place, 'kaiten.db')),
    await partOf('kaiten.key', join(place, 'kaiten.key')),
  ]
  manifest = {
    form: 1,
    version: '1.0.0',
    schema: 3,
    sqlite: '3.54.1',
    createdAt: '2026-11-21T12:00:00.000Z',
    organizations: [{ slug: 'default', name: 'Default' }],
    parts: parts.map(({ path: _, ...part }) => part),
  }
  await pack(path, manifest, parts, () => undefined)
  whole = readFileSync(path)
})

let folders = 0
async function read(bytes: Buffer): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(place, `out-${folders++}-`))
  try {
    const said = await unpack(Readable.from([bytes]), { called: 'FILE', folder })
    expect(said).toEqual(manifest)
    return Object.fromEntries(readdirSync(folder).map(name => [name, readFileSync(join(folder, name), 'utf8')]))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The contents, or the sentence of the refusal. */
const outcome = (bytes: Buffer) =>
  read(bytes).catch(error => {
    expect(error).toBeInstanceOf(Refused)
    return error.message as string
  })

test('what was packed is unpacked', async () => {
  expect(await read(whole)).toEqual(contents)
  expect(await unpack(createReadStream(path), { called: 'FILE' })).toEqual(manifest)
})

test('cut short anywhere it is refused', async () => {
  for (let length = 0; length < whole.length; length++)
    expect(await outcome(whole.subarray(0, length)), String(length)).toMatch(/^FILE is (cut short|no backup)/)
})

test('whichever byte is altered, it is refused, or what comes out is what went in', async () => {
  let unnoticed = 0
  for (let at = 0; at < whole.length; at++) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    const came = await outcome(bytes)
    if (typeof came === 'string') expect(came, String(at)).toMatch(/^FILE is (cut short|no backup)/)
    else {
      expect(came, String(at)).toEqual(contents)
      unnoticed++
    }
  }
  // Time and machine in gzip's header, and another way to say the same: an earlier one of equal passages.
  expect(unnoticed).toBeLessThan(whole.length / 20)
})

test('a disk that cannot be written is not called a bad backup', async () => {
  const nowhere = unpack(createReadStream(path), { called: 'FILE', folder: join(place, 'nowhere') })
  await expect(nowhere).rejects.toThrow(/ENOENT/)
  await expect(nowhere).rejects.not.toBeInstanceOf(Refused)
})
