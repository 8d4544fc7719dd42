import { Router } from 'express'
import { Problem } from '../domain/problem.ts'
import { heldFiles, kept, once, pathsBelow, send } from '../web/files.ts'

// 300 kB of text that programs never need, so it is compiled when a person first comes.
const files = once(async () => (await import('kaiten:public')).default)
const held = once(async () => heldFiles(await files()))

/** Where pages find their files: `console.css` → `/public/0a1b2c3d4e5f.console.css`. */
export const publicPaths = once(async () => pathsBelow('/public', await files()))

/** Styles, scripts and the icon, from memory. */
export const publicFiles = (): Router =>
  Router({ caseSensitive: true, strict: true }).get('/public/:file', async (request, response) => {
    const file = (await held()).get(request.params.file)
    if (!file) throw new Problem('Route.NotFound', 'There is no such file. Load the page again.')
    await send(request, response, file, kept)
  })
