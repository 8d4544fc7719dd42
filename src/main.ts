import threadCode from 'kaiten:thread'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { isSea } from 'node:sea'
import { openHouse, serve, serveOperator, version } from './app.ts'
import { run } from './cli/program.ts'
import { addonFile } from './engine/addon-file.ts'
import { keepTickShape } from './tick-shape.ts'

/** argv → command; the only file that ends the process. */
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(`Kaiten needs Node 24 or newer; this is ${process.version}. "npm start" uses the right one.\n`)
  process.exit(2)
}

keepTickShape()

// What the program writes is its owner's alone, also in a directory that others may read.
process.umask(0o077)

// Whoever reads may have seen enough: `kaiten --help | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// The single executable is called by any name that leads to it; plain Node gives the path of the bundle.
const program = realpathSync(isSea() ? process.execPath : (process.argv[1] ?? '.'))
const addon = (data: string) => addonFile(dirname(program), data)
run(process.argv, {
  addon,
  threadCode,
  version,
  openHouse,
  serve,
  serveOperator,
  end: code => process.exit(code),
}).then(code => process.exit(code))
