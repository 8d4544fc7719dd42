import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { iconNames } from './views/icon-names.ts'

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

const javascript = 'text/javascript; charset=utf-8'
const css = 'text/css; charset=utf-8'

/** Files that the program serves from memory: compressed once, and named by what is in them so that browsers keep them. */
const served = files =>
  Object.fromEntries(
    files.map(([name, content, contentType]) => {
      const fingerprint = createHash('sha256').update(content).digest('hex').slice(0, 12)
      const gzip = gzipSync(content, { level: 9 }).toString('base64')
      return [name, { path: `${fingerprint}.${name}`, contentType, gzip }]
    }),
  )

const read = path => readFile(join(root, path))

/** `import files from 'kaiten:docs'`: what the pages about the API need. */
export const docsText = async () => {
  const files = served([
    ['swagger-ui.js', await read('node_modules/swagger-ui-dist/swagger-ui-bundle.js'), javascript],
    ['swagger-ui.css', await read('node_modules/swagger-ui-dist/swagger-ui.css'), css],
    ['docs.js', await read('src/api/docs.browser.js'), javascript],
    ['docs.css', await read('src/api/docs.browser.css'), css],
  ])
  return `export default ${JSON.stringify(files)}`
}

/** `import files from 'kaiten:public'`: what the console's pages need, bundled from public/ for browsers of 2024 on. */
export const publicText = async () => {
  const { outputFiles } = await build({
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome125', 'firefox127', 'safari17.5'],
    // What comes from others keeps its notice.
    legalComments: 'eof',
    logLevel: 'warning',
    entryPoints: ['console.ts', 'theme.ts', 'charts.ts', 'console.css'].map(name => join(root, 'public', name)),
    outdir: root,
    write: false,
  })
  const bundles = outputFiles.map(({ path, contents }) => [
    basename(path),
    contents,
    path.endsWith('.js') ? javascript : css,
  ])
  const files = served([...bundles, ['icon.svg', await read('public/icon.svg'), 'image/svg+xml']])
  return `export default ${JSON.stringify(files)}`
}

/** `import icons from 'kaiten:icons'`: what is inside the `<svg>` of each icon that the views name. */
export const iconsText = async () => {
  const nodes = JSON.parse(await read('node_modules/@tabler/icons/tabler-nodes-outline.json'))
  const icons = iconNames.map(name => {
    if (!nodes[name]) throw new Error(`views/icon-names.ts: there is no icon called ${name}`)
    const parts = nodes[name].map(([tag, attributes]) => {
      const given = Object.entries(attributes).map(([attribute, value]) => ` ${attribute}="${value}"`)
      return `<${tag}${given.join('')}/>`
    })
    return [name, parts.join('')]
  })
  return `export default ${JSON.stringify(Object.fromEntries(icons))}`
}

/** Modules that exist only once they are built. */
const made = {
  'kaiten:thread': async () => `export default ${JSON.stringify(await threadText())}`,
  'kaiten:docs': docsText,
  'kaiten:public': publicText,
  'kaiten:icons': iconsText,
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
