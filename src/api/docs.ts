import { type Request, Router } from 'express'
import { Problem } from '../domain/problem.ts'
import { fresh, held, heldFiles, kept, once, pathsBelow, send } from '../web/files.ts'
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

// 640 kB of text that only these pages need, so it is compiled when they are first asked for.
const files = once(async () => (await import('kaiten:docs')).default)

const assets = once(async () => heldFiles(await files()))

export type Paths = Record<keyof Awaited<ReturnType<typeof files>>, string>

const pathsOf = async (): Promise<Paths> => pathsBelow('/api/docs', await files())

function onlyRead({ method }: Request): never {
  throw new Problem('Route.MethodNotAllowed', `${method} is not known here; GET, HEAD is.`, {
    headers: { Allow: 'GET, HEAD' },
  })
}
