import { sql } from 'kysely'
import { raw, type Statement } from './query.ts'

/**
 * What a database must not bring back from the past. Since the backup, others were told of events and versions that it
 * does not know: their numbers must never be given to something else. Epoch milliseconds are beyond any number that was
 * given before, and beyond those that a restore before gave.
 */
export const beyondThePast = (now: number): Statement<unknown>[] =>
  [
    // Receivers of webhooks drop an event whose number they have seen.
    sql`update sqlite_sequence set seq = max(seq, ${now}) where name = 'outbox_events'`,
    sql`insert into sqlite_sequence (name, seq) select 'outbox_events', ${now}
      where not exists (select 1 from sqlite_sequence where name = 'outbox_events')`,
    // Clients are answered "not modified" for a version of the flags that they have seen.
    sql`insert into feature_flag_sets ("organizationId", "revision") select "id", ${now} from organizations where true
      on conflict ("organizationId") do update set "revision" = max("revision", ${now})`,
  ].map(raw)

/** Tables of what was given for a time only. A session that was ended since must not be open again. */
export const tablesToEmpty = ['sessions', 'one_time_links'] as const

export const emptied = (table: string): Statement<unknown> => raw(sql`delete from ${sql.table(table)}`)

export const hasTable = (table: string): Statement<{ name: string }> =>
  raw(sql<{ name: string }>`select name from sqlite_master where type = 'table' and name = ${table}`)
