import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Request, Response } from 'express'

/** A text that is kept compressed. */
export interface Held {
  contentType: string
  gzip: Buffer
  /** Its ETag: the same for the same content in whatever process. */
  tag: string
}

const compressed = promisify(gzip)
const decompressed = promisify(gunzip)

export async function held(text: string, contentType: string): Promise<Held> {
  const tag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`
  return { contentType, gzip: await compressed(text), tag }
}

/** The files of a built module by the path they are asked for with. */
export const heldFiles = (files: Record<string, ServedFile>): Map<string, Held> =>
  new Map(
    Object.values(files).map(({ path, contentType, gzip }) => [
      path,
      { contentType, gzip: Buffer.from(gzip, 'base64'), tag: `"${path}"` },
    ]),
  )

/** Where pages find the files: `docs.css` → `/api/docs/0a1b2c3d4e5f.docs.css`. */
export const pathsBelow = <Name extends string>(below: string, files: Record<Name, ServedFile>): Record<Name, string> =>
  Object.fromEntries(Object.entries<ServedFile>(files).map(([name, { path }]) => [name, `${below}/${path}`])) as Record<
    Name,
    string
  >

/** Browsers may keep it and ask whether it is still so. */
export const fresh = { 'Cache-Control': 'no-cache' }
/** The address changes with the content. */
export const kept = { 'Cache-Control': 'public, max-age=31536000, immutable' }

export async function send(
  request: Request,
  response: Response,
  file: Held,
  headers: Record<string, string>,
): Promise<void> {
  response.set({ ...headers, 'Content-Type': file.contentType, ETag: file.tag, Vary: 'Accept-Encoding' })
  if (request.headers['if-none-match']?.includes(file.tag)) {
    response.status(304).end()
    return
  }
  const isCompressed = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(request.headers['accept-encoding'] ?? '')
  if (isCompressed) response.set('Content-Encoding', 'gzip')
  // Node leaves the body out of answers to HEAD.
  response.end(isCompressed ? file.gzip : await decompressed(file.gzip))
}

/** Makes something when it is first asked for, and only then. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
