import { sql } from 'kysely'
import { q, query } from './query.ts'

export const sqliteVersion = query((_: Record<never, never>) =>
  q.selectNoFrom(sql<string>`sqlite_version()`.as('version')),
)
