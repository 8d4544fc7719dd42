import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isKey } from './domain/seal.ts'
import { CannotOpen } from './engine/migrate.ts'

/** The key that was given, or that of the data directory, which a first start makes (mode 0600). Throws CannotOpen. */
export function keyOf(data: string, given: string | undefined): Uint8Array {
  if (given !== undefined) return Buffer.from(given, 'base64')
  const file = join(data, 'kaiten.key')
  if (!existsSync(file)) makeKey(file)
  const text = readFileSync(file, 'utf8').trim()
  if (!isKey(text))
    throw new CannotOpen(`${file} holds no key: 32 bytes in base64 are one. Put back the file from a backup.`)
  return Buffer.from(text, 'base64')
}

function makeKey(file: string): void {
  const descriptor = openSync(file, 'wx', 0o600)
  writeSync(descriptor, `${randomBytes(32).toString('base64')}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
}
