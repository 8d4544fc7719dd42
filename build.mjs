import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = dirname(fileURLToPath(import.meta.url))

/** Settings that the program and its threads share. Names are kept, so that errors can be read. */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // The addon is handed to better-sqlite3 already loaded; its own look-up never runs.
  define: { 'import.meta.url': '"file:///kaiten"' },
}

/** `import code from 'kaiten:thread'`: the threads beside main, bundled as text, so that they need no file of their own. */
export const threadText = async () => {
  const { outputFiles } = await build({ ...shared, entryPoints: [join(root, 'src/thread.ts')], write: false })
  return outputFiles[0].text
}

const docsFiles = {
  'swagger-ui.js': ['node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  'swagger-ui.css': ['node_modules/swagger-ui-dist/swagger-ui.css', 'text/css; charset=utf-8'],
  'docs.js': ['src/api/docs.browser.js', 'text/javascript; charset=utf-8'],
  'docs.css': ['src/api/docs.browser.css', 'text/css; charset=utf-8'],
}

/** `import files from 'kaiten:docs'`: what the pages about the API need, compressed once, named by what is in them. */
export const docsText = async () => {
  const files = Object.entries(docsFiles).map(async ([name, [path, contentType]]) => {
    const content = await readFile(join(root, path))
    const fingerprint = createHash('sha256').update(content).digest('hex').slice(0, 12)
    return [
      name,
      { path: `${fingerprint}.${name}`, contentType, gzip: gzipSync(content, { level: 9 }).toString('base64') },
    ]
  })
  return `export default ${JSON.stringify(Object.fromEntries(await Promise.all(files)))}`
}

/** Modules that exist only once they are built. */
const made = {
  'kaiten:thread': async () => `export default ${JSON.stringify(await threadText())}`,
  'kaiten:docs': docsText,
}

const madePlugin = {
  name: 'kaiten',
  setup(builder) {
    builder.onResolve({ filter: /^kaiten:/ }, ({ path }) => ({ path, namespace: 'kaiten' }))
    builder.onLoad({ filter: /.*/, namespace: 'kaiten' }, async ({ path }) => ({ contents: await made[path]() }))
  },
}

/** The same for vitest, which runs the sources as they are. */
export const madeForVite = () => ({
  name: 'kaiten',
  resolveId: id => (id in made ? `\0${id}` : undefined),
  load: id => made[id.slice(1)]?.(),
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = createRequire(import.meta.url)
  const addon = join(
    dirname(packages.resolve('better-sqlite3/package.json')),
    `prebuilds/${process.platform}-${process.arch}.node`,
  )
  // A folder of its own for whoever builds beside others: tests.
  const out = resolve(process.argv[2] ?? join(root, 'dist'))
  await mkdir(out, { recursive: true })
  await copyFile(addon, join(out, 'better_sqlite3.node'))
  await build({
    ...shared,
    entryPoints: [join(root, 'src/main.ts')],
    outfile: join(out, 'kaiten.cjs'),
    banner: { js: '#!/usr/bin/env node' },
    plugins: [madePlugin],
  })
}
