import threadCode from 'kaiten:thread'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openHouse, serve, serveOperator, version } from './app.ts'
import { run } from './cli/program.ts'

/** argv → command; the only file that ends the process. */
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(`Kaiten needs Node 24 or newer; this is ${process.version}. "npm start" uses the right one.\n`)
  process.exit(2)
}

// What the program writes is its owner's alone, also in a directory that others may read.
process.umask(0o077)

const addon = join(dirname(realpathSync(process.argv[1] ?? '.')), 'better_sqlite3.node')
run(process.argv, {
  addon,
  threadCode,
  version,
  openHouse,
  serve,
  serveOperator,
  end: code => process.exit(code),
}).then(code => process.exit(code))
