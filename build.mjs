import { copyFile, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
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

const threadPlugin = {
  name: 'kaiten:thread',
  setup(builder) {
    builder.onResolve({ filter: /^kaiten:thread$/ }, ({ path }) => ({ path, namespace: 'kaiten' }))
    builder.onLoad({ filter: /.*/, namespace: 'kaiten' }, async () => ({
      contents: await threadText(),
      loader: 'text',
    }))
  },
}

/** The same for vitest, which runs the sources as they are. */
export const threadForVite = () => ({
  name: 'kaiten:thread',
  resolveId: id => (id === 'kaiten:thread' ? '\0kaiten:thread' : undefined),
  load: async id => (id === '\0kaiten:thread' ? `export default ${JSON.stringify(await threadText())}` : undefined),
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = createRequire(import.meta.url)
  const addon = join(
    dirname(packages.resolve('better-sqlite3/package.json')),
    `prebuilds/${process.platform}-${process.arch}.node`,
  )
  await mkdir(join(root, 'dist'), { recursive: true })
  await copyFile(addon, join(root, 'dist/better_sqlite3.node'))
  await build({
    ...shared,
    entryPoints: [join(root, 'src/main.ts')],
    outfile: join(root, 'dist/kaiten.cjs'),
    banner: { js: '#!/usr/bin/env node' },
    plugins: [threadPlugin],
  })
}
