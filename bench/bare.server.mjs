import Database from 'better-sqlite3'
import express from 'express'
import { Kysely, SqliteDialect } from 'kysely'

/**
 * The reference of goals 16 and 17: a process that has imported the three libraries and opened a database file, and
 * answers anything. JavaScript, because whoever strips types holds 9 MB more for it.
 */
const database = new Database(process.argv[2])
database.pragma('journal_mode = wal')
const kysely = new Kysely({ dialect: new SqliteDialect({ database }) })

const server = express()
  .use((_, response) => {
    response.send({})
  })
  .listen(0, '127.0.0.1', () => {
    process.stdout.write(`The bare process is at http://127.0.0.1:${server.address().port}\n`)
  })
process.once('SIGTERM', async () => {
  await kysely.destroy()
  process.exit()
})
