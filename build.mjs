import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { iconNames } from './views/icon-names.ts'

const root = dirname(fileURLToPath(import.meta.url))

/** zod brings its messages in fifty languages; each thread would read them all at every start, a tenth of its work. */
const inEnglish = {
  name: 'in-english',
  setup(builder) {
    const contents = "export { default as en } from './en.js'"
    builder.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents }))
  },
}

/** Settings that the program and its threads share. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // Identifiers stay, so that errors can be read. (To set each function's name too takes 4 % of the time under load.)
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [inEnglish],
  // The addon is handed to better-sqlite3 already loaded; its own look-up never runs.
  define: { 'import.meta.url': '"file:///kaiten"' },
}

/** Folders of the packages that something of is in the program, such as node_modules/zod: for its bill of materials. */
export const ingredients = new Set()

const note = path => {
  const folder = path.match(/^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/)
  if (folder) ingredients.add(folder[0])
}

const noteAll = ({ outputs }) => {
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) if (bytesInOutput > 0) note(path)
}

/**
 * With nothing beyond ASCII, a program takes one byte a letter in memory and not two. esbuild sees to that but in regular
 * expressions, where an escape means the same.
 */
const ascii = text => text.replace(/[^\0-\x7f]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** `import code from 'kaiten:thread'`: the threads beside main, bundled as text, so that they need no file of their own. */
export const threadText = async () => {
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: [join(root, 'src/thread.ts')],
    write: false,
  })
  noteAll(metafile)
  return ascii(outputFiles[0].text)
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

const read = path => {
  note(path)
  return readFile(join(root, path))
}

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
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    metafile: true,
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
  noteAll(metafile)
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

/** What is built for: linux-x64, or another that better-sqlite3 has an addon for. */
const host = `${process.platform}-${process.arch}`

/** SQLite's addon, as its package ships it, and the name that it goes by beside the program. */
export const addonOf = target => ({
  path: join(
    dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')),
    `prebuilds/${target}.node`,
  ),
  name: `kaiten-sqlite-${target}.node`,
})

/** `import addon from 'kaiten:addon'`: the addon within the program, for where it does not lie beside it. */
const addonText = async target => {
  const { name, path } = addonOf(target)
  const content = await readFile(path)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const gzip = gzipSync(content, { level: 9 }).toString('base64')
  return `export default { name: '${name}', sha256: '${sha256}', gzip: () => '${gzip}' }`
}

/** Modules that exist only once they are built. */
const made = {
  'kaiten:thread': async () => `export default ${JSON.stringify(await threadText())}`,
  'kaiten:docs': docsText,
  'kaiten:public': publicText,
  'kaiten:icons': iconsText,
  'kaiten:addon': addonText,
}

const madePlugin = target => ({
  name: 'kaiten',
  setup(builder) {
    builder.onResolve({ filter: /^kaiten:/ }, ({ path }) => ({ path, namespace: 'kaiten' }))
    builder.onLoad({ filter: /.*/, namespace: 'kaiten' }, async ({ path }) => ({ contents: await made[path](target) }))
  },
})

/** The same for vitest, which runs the sources as they are. */
export const madeForVite = () => ({
  name: 'kaiten',
  resolveId: id => (id in made ? `\0${id}` : undefined),
  load: id => made[id.slice(1)]?.(host),
})

/** The program for a target, in a folder: one file, and the addon beside it. */
export async function bundle(out, target = host) {
  const addon = addonOf(target)
  await mkdir(out, { recursive: true })
  await copyFile(addon.path, join(out, addon.name))
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: [join(root, 'src/main.ts')],
    write: false,
    banner: { js: '#!/usr/bin/env node' },
    plugins: [...shared.plugins, madePlugin(target)],
  })
  await writeFile(join(out, 'kaiten.cjs'), ascii(outputFiles[0].text))
  noteAll(metafile)
}

// A folder of its own for whoever builds beside others: tests.
if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(resolve(process.argv[2] ?? join(root, 'dist')))
