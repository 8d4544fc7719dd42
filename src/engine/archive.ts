import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/**
 * Writes lines to a compressed file, which is there whole and on the disk when this resolves, or not at all. A file of
 * that name is replaced: an attempt before this one ended too early to count.
 */
export async function writeArchive(path: string, lines: AsyncIterable<string>): Promise<{ sha256: string }> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const partial = `${path}.partial`
  const digest = createHash('sha256')
  const file = await open(partial, 'w', 0o600)
  try {
    await pipeline(Readable.from(lines), createGzip(), async compressed => {
      for await (const chunk of compressed as AsyncIterable<Buffer>) {
        digest.update(chunk)
        await file.writeFile(chunk)
      }
    })
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(partial, { force: true })
    throw error
  }
  await file.close()
  await rename(partial, path)
  await syncFolder(folder)
  return { sha256: digest.digest('hex') }
}

/** Without it the new name may be gone after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const opened = await open(folder, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
