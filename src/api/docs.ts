import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type Request, type Response, Router } from 'express'
import { Problem } from '../domain/problem.ts'
import { pageHeaders } from '../web/headers.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { docsPage } from './docs.page.ts'
import { openApi } from './openapi.ts'
import { problemsPage } from './problems.ts'

/**
 * The pages about the API: the OpenAPI document, a page to read it and try it, and what the codes of problems mean. All
 * of it is in the program, made and compressed at the first request, and nothing is fetched from outside.
 */
export const docs = (house: House, routes: readonly Route[]): Router => {
  const document = once(async () => held(JSON.stringify(await openApi(routes, house.version)), 'application/json'))
  const read = once(async () => held(docsPage(await pathsOf()), 'text/html; charset=utf-8'))
  const problems = once(async () => held(problemsPage(await pathsOf()), 'text/html; charset=utf-8'))
  const router = Router({ caseSensitive: true, strict: true })
    .get('/openapi.json', async (request, response) => send(request, response, await document(), fresh))
    .get('/docs', async (request, response) => send(request, response, await read(), pageHeaders))
    .get('/docs/:file', async (request, response) => {
      const file = (await assets()).get(request.params.file)
      if (!file) throw new Problem('Route.NotFound', 'There is no such file. See /api/docs.')
      await send(request, response, file, kept)
    })
    .get('/problems', async (request, response) => send(request, response, await problems(), pageHeaders))
  return router.all(['/openapi.json', '/docs', '/docs/:file', '/problems'], onlyRead)
}

/** Where somebody who knows only the address is sent: people by their browser, programs by the body. */
export const welcome = Router()
  .get('/', (_, response) => {
    const about = { docs: '/api/docs', openapi: '/api/openapi.json', problems: '/api/problems' }
    response.status(302).location(about.docs).json(about)
  })
  .all('/', onlyRead)

/** A text that is kept compressed. */
interface Held {
  contentType: string
  gzip: Buffer
  /** Its ETag: the same for the same content in whatever process. */
  tag: string
}

const compressed = promisify(gzip)
const decompressed = promisify(gunzip)

async function held(text: string, contentType: string): Promise<Held> {
  const tag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`
  return { contentType, gzip: await compressed(text), tag }
}

/** Browsers may keep it and ask whether it is still so. */
const fresh = { 'Cache-Control': 'no-cache' }
/** The address changes with the content. */
const kept = { 'Cache-Control': 'public, max-age=31536000, immutable' }

async function send(request: Request, response: Response, file: Held, headers: Record<string, string>): Promise<void> {
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

// 640 kB of text that only these pages need, so it is compiled when they are first asked for.
const files = once(async () => (await import('kaiten:docs')).default)

const assets = once(async () => {
  const each = Object.values(await files())
  return new Map(
    each.map(({ path, contentType, gzip }): [string, Held] => [
      path,
      { contentType, gzip: Buffer.from(gzip, 'base64'), tag: `"${path}"` },
    ]),
  )
})

/** Where pages find a file: `docs.css` → `/api/docs/0a1b2c3d4e5f.docs.css`. */
export type Paths = Record<keyof Awaited<ReturnType<typeof files>>, string>

const pathsOf = async (): Promise<Paths> =>
  Object.fromEntries(Object.entries(await files()).map(([name, { path }]) => [name, `/api/docs/${path}`])) as Paths

function onlyRead({ method }: Request): never {
  throw new Problem('Route.MethodNotAllowed', `${method} is not known here; GET, HEAD is.`, {
    headers: { Allow: 'GET, HEAD' },
  })
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
