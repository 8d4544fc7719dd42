import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ending, entries, filling, header } from './tar.ts'

const place = mkdtempSync(join(tmpdir(), 'kaiten-tar-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const files = { empty: '', letter: 'Dear operator', block: 'x'.repeat(512), long: 'y'.repeat(100_001) }

const written = (): Buffer =>
  Buffer.concat([
    ...Object.entries(files).flatMap(([name, text]) => [
      header(name, text.length, Date.UTC(2026, 10, 21)),
      Buffer.from(text),
      filling(text.length),
    ]),
    ending(),
  ])

/** The bytes as they may come: in portions of any size. */
async function* inPortions(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, size = 1000): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const { name, content } of entries(inPortions(bytes, size))) {
    found[name] = ''
    for await (const chunk of content) found[name] += chunk.toString()
  }
  return found
}

test('what is written is listed and unpacked by the tar of the machine', () => {
  const path = join(place, 'ours.tar')
  writeFileSync(path, written())
  const listed = execFileSync('tar', ['-tvf', path, '--utc'], { encoding: 'utf8' })
  expect(listed).toMatch(/^-rw------- 0\/0 +13 2026-11-21 00:00 letter$/m)
  execFileSync('tar', ['-xf', path, '-C', place])
  expect(statSync(join(place, 'long')).size).toBe(100_001)
})

test.each([1, 7, 512, 513, 1 << 20])('what is written is read again, in portions of %i bytes', async size => {
  expect(await read(written(), size)).toEqual(files)
})

test('what the tar of the machine writes is read', async () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text)
  const theirs = execFileSync('tar', ['-cf', '-', '--format=ustar', ...Object.keys(files)], { cwd: place })
  expect(await read(theirs)).toEqual(files)
})

test('a file beyond eight gibibytes keeps its size', async () => {
  const size = 9 * 1024 ** 3
  const source = inPortions(header('large', size, 0), 512)
  for await (const entry of entries(source)) {
    expect(entry.size).toBe(size)
    break
  }
  const path = join(place, 'large.tar')
  writeFileSync(path, header('large', size, 0))
  // It lists the entry before it misses the content.
  const listed = execFileSync('sh', ['-c', `tar -tvf '${path}' 2>/dev/null || true`], { encoding: 'utf8' })
  expect(listed).toContain(String(size))
})

test('one that is cut short anywhere is refused', async () => {
  const whole = written()
  for (let length = 0; length < whole.length; length += 211)
    await expect(read(whole.subarray(0, length)), String(length)).rejects.toThrow('It ends too early.')
})

test('a header of which any byte was altered is refused', async () => {
  const whole = written()
  for (let at = 0; at < 512; at++) {
    const altered = Buffer.from(whole)
    altered[at] = (altered[at] ?? 0) ^ 0x11
    await expect(read(altered), String(at)).rejects.toThrow()
  }
})

test('links and other things that are no plain files are refused', async () => {
  execFileSync('ln', ['-sf', '/etc/passwd', join(place, 'link')])
  const theirs = execFileSync('tar', ['-cf', '-', '--format=ustar', 'link'], { cwd: place })
  await expect(read(theirs)).rejects.toThrow('"link" in it is no plain file.')
})
