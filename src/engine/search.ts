import { sql } from 'kysely'
import { type AuditView, fewestLettersToBegin, finds, textOf, wordsOf } from '../domain/audit.ts'
import { type AuditFilter, auditRows, newestIds } from '../store/audit.ts'
import { compilable, query, raw, type Statement } from '../store/query.ts'

/**
 * Full-text search of the audit trail on SQLite's FTS5. Rows are indexed in the background, up to a mark; what came
 * after it is looked at directly. Instance, kind and entitlement are words of the index too, so that a search within one
 * instance reads no other's rows.
 */

/** Words no text contains, for what is searched within. */
const within = {
  instance: (id: string) => `qzinstance${id.replaceAll('-', '')}`,
  kind: (kind: number) => `qzkind${kind}`,
  entitlement: (id: string) => `qzentitlement${id.replaceAll('-', '')}`,
}

/** What the index has of an entry: each word once, for it is asked for no more than whether it is there. */
function termsOf(instanceId: string, entitlementId: string | null, kind: number, text: string): string {
  const terms = new Set(wordsOf(text)).add(within.instance(instanceId)).add(within.kind(kind))
  if (entitlementId) terms.add(within.entitlement(entitlementId))
  return [...terms].join(' ')
}

/**
 * For a reader: the next entries that the index has not yet, of all organizations, as JSON of their ids and terms. Two
 * threads hand them on, and main is one of them: a text crosses at once, what it says would cross one by one.
 */
export const entriesToIndex = query((p: { after: number; limit: number }) =>
  compilable(sql<{ count: number; last: number; entries: string }>`
    select count(*) as "count", coalesce(max("id"), ${p.after}) as "last", json_group_array(json_array("id", "terms")) as "entries"
    from (select "id", audit_terms("instanceId", "entitlementId", "kind", "payload", "principal") as "terms"
      from feature_audit_trail where "id" > ${p.after} order by "id" limit ${p.limit})`),
)

/** As the text says it. */
export type EntryTerms = readonly [id: number, terms: string]

/** One row for each statement: with `insert … select`, FTS5 would write out what it has gathered before each of them. */
export const indexEntry = query((p: { id: number; terms: string }) =>
  compilable(sql`insert into audit_search (rowid, terms) values (${p.id}, ${p.terms})`),
)

/** Leaves the index; what is not in it yet is passed over. */
export const forgetEntries = (ids: readonly number[]): Statement<unknown> =>
  raw(sql`delete from audit_search where rowid in (select "value" from json_each(${JSON.stringify(ids)}))`)

/** What readers may ask of an entry in SQL: whether it holds every word of a JSON list, and what the index has of it. */
export const searchFunctions = {
  audit_finds: (words: string, payload: string, principal: string) =>
    finds(JSON.parse(words), textOf({ payload: JSON.parse(payload), principal })) ? 1 : 0,
  audit_terms: (instanceId: string, entitlementId: string | null, kind: number, payload: string, principal: string) =>
    termsOf(instanceId, entitlementId, kind, textOf({ payload: JSON.parse(payload), principal })),
}

const found = (words: readonly string[]) =>
  sql`audit_finds(${JSON.stringify(words)}, "entry"."payload", "entry"."principal")`

/** The newest entries, and whether each holds every word: 10 µs an entry, whatever the words are. */
export const lookThrough = (
  filter: AuditFilter,
  words: readonly string[],
  most: number,
): Statement<{ id: number; found: number }> =>
  raw(sql<{ id: number; found: number }>`
    select "entry"."id", ${found(words)} as "found" from (${newestIds(filter, most)}) as "newest"
    join feature_audit_trail as "entry" on "entry"."id" = "newest"."id"
    order by "entry"."occurredAt" desc, "entry"."id" desc`)

/**
 * Entries behind the mark that hold every word, newest first. The plus keeps SQLite off the instance's index, all of
 * which it would read: behind the mark is little, and within the instance may be millions.
 */
export const lookBehind = (filter: AuditFilter, words: readonly string[], mark: number): Statement<{ id: number }> =>
  raw(sql<{ id: number }>`
    select "id" from feature_audit_trail as "entry"
    where "id" > ${mark} and +"instanceId" = ${filter.instance} and +"kind" in (${sql.join(filter.kinds)})
      and (${filter.entitlement ?? null} is null or "entitlementId" = ${filter.entitlement ?? null})
      and ${inTime(filter)} and ${found(words)} order by "id" desc`)

/** Entries up to the mark that hold every word, newest first, below a row if one is given. */
export function searchIndexed(
  filter: AuditFilter,
  words: readonly string[],
  range: { mark: number; below: number | undefined; limit: number; offset: number },
): Statement<AuditView> {
  const { mark, below = mark + 1, limit, offset } = range
  return auditRows(
    sql`select audit_search.rowid as "id" from audit_search join feature_audit_trail as "entry" on "entry"."id" = audit_search.rowid
      where audit_search match ${expression(filter, words)} and audit_search.rowid <= ${Math.min(mark, below - 1)}
        and ${inTime(filter)}
      order by audit_search.rowid desc limit ${limit} offset ${offset}`,
  )
}

/** How many of them there are, counted to `most`. */
export const countIndexed = (
  filter: AuditFilter,
  words: readonly string[],
  mark: number,
  most: number,
): Statement<{ counted: number }> =>
  raw(sql<{ counted: number }>`select count(*) as "counted" from (
    select 1 from audit_search join feature_audit_trail as "entry" on "entry"."id" = audit_search.rowid
    where audit_search match ${expression(filter, words)} and audit_search.rowid <= ${mark} and ${inTime(filter)} limit ${most})`)

const inTime = ({ organization, after = 0, before = Number.MAX_SAFE_INTEGER }: AuditFilter) =>
  sql`"entry"."organizationId" = ${organization} and +"entry"."occurredAt" between ${after} and ${before}`

function expression({ instance, kinds, entitlement }: AuditFilter, words: readonly string[]): string {
  const keys = [within.instance(instance), ...(entitlement ? [within.entitlement(entitlement)] : [])]
  const anyKind = kinds.length < 3 ? [`(${kinds.map(within.kind).join(' OR ')})`] : []
  return [
    ...keys,
    ...anyKind,
    ...words.map(word => (word.length < fewestLettersToBegin ? `"${word}"` : `"${word}"*`)),
  ].join(' AND ')
}
