import { sql } from 'kysely'
import { type AuditView, fewestLettersToBegin, wordsOf } from '../domain/audit.ts'
import { type AuditFilter, auditRows } from '../store/audit.ts'
import { raw, type Statement } from '../store/query.ts'

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

export interface Indexable {
  id: number
  instanceId: string
  entitlementId: string | null
  kind: number
  text: string
}

export function indexEntry({ id, instanceId, entitlementId, kind, text }: Indexable): Statement<unknown> {
  const keys = [
    within.instance(instanceId),
    within.kind(kind),
    ...(entitlementId ? [within.entitlement(entitlementId)] : []),
  ]
  const terms = [...keys, ...wordsOf(text)].join(' ')
  return raw(sql`insert into audit_search (rowid, terms) values (${id}, ${terms})`)
}

/** Leaves the index; what is not in it yet is passed over. */
export const forgetEntries = (ids: readonly number[]): Statement<unknown> =>
  raw(sql`delete from audit_search where rowid in (select "value" from json_each(${JSON.stringify(ids)}))`)

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
  sql`"entry"."organizationId" = ${organization} and "entry"."occurredAt" between ${after} and ${before}`

function expression({ instance, kinds, entitlement }: AuditFilter, words: readonly string[]): string {
  const keys = [within.instance(instance), ...(entitlement ? [within.entitlement(entitlement)] : [])]
  const anyKind = kinds.length < 3 ? [`(${kinds.map(within.kind).join(' OR ')})`] : []
  return [
    ...keys,
    ...anyKind,
    ...words.map(word => (word.length < fewestLettersToBegin ? `"${word}"` : `"${word}"*`)),
  ].join(' AND ')
}
