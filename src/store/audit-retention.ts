import { sql } from 'kysely'
import type { AuditView } from '../domain/audit.ts'
import { q, query, raw, type Statement } from './query.ts'

/** The audit trail as it ages: entries leave in the order of their ids, which is that of their time but for clocks set back. */

const trail = q.selectFrom('feature_audit_trail as trail')

export const oldestAuditEntry = query((_: Record<never, never>) =>
  trail.select(['id', 'occurredAt']).orderBy('id').limit(1),
)

/** The last of the oldest `most` entries before which none is as young as `before`; below the oldest where that is young. */
export const endOfLot = (before: number, most: number): Statement<{ upTo: number | null }> =>
  raw(sql<{ upTo: number | null }>`
    with "oldest" as (select "id", "occurredAt" from feature_audit_trail order by "id" limit ${most})
    select coalesce(
      (select min("id") - 1 from "oldest" where "occurredAt" >= ${before}), (select max("id") from "oldest")) as "upTo"`)

export const organizationsUpTo = query((p: { upTo: number }) =>
  trail
    .select(['trail.organizationId as id'])
    .distinct()
    .leftJoin('organizations', 'organizations.id', 'trail.organizationId')
    .select('organizations.slug')
    .where('trail.id', '<=', p.upTo),
)

/** Oldest first. */
export const entriesToArchive = (
  place: { organization: string; after: number; upTo: number },
  limit: number,
): Statement<AuditView> =>
  raw(sql<AuditView>`
    select "trail"."id", "trail"."instanceId", "trail"."entitlementId", "entitlements"."slug" as "entitlementSlug",
      "trail"."kind", "trail"."payload", "trail"."principal", "trail"."occurredAt"
    from "feature_audit_trail" as "trail"
    left join "entitlements" on "entitlements"."id" = "trail"."entitlementId"
    where "trail"."organizationId" = ${place.organization} and "trail"."id" > ${place.after} and "trail"."id" <= ${place.upTo}
    order by "trail"."id" limit ${limit}`)

/** Up to which entry the organization's trail is in the archive. */
export const retentionMark = query((p: { organization: string }) =>
  q.selectFrom('audit_retention').select('mark').where('organizationId', '=', p.organization),
)

/** From here on the trigger of the audit trail lets entries up to the mark be deleted; it never falls. */
export const raiseRetentionMark = query((p: { organization: string; mark: number }) =>
  q
    .insertInto('audit_retention')
    .values({ organizationId: p.organization, mark: p.mark })
    .onConflict(conflict =>
      conflict.column('organizationId').doUpdateSet(({ ref }) => ({
        mark: sql<number>`max(${ref('audit_retention.mark')}, ${ref('excluded.mark')})`,
      })),
    ),
)

/** Entries that are in the archive and still here, oldest first; looks no further than the highest mark. */
export const archivedEntries = query((p: { limit: number }) =>
  trail
    .select('trail.id')
    .innerJoin('audit_retention', 'audit_retention.organizationId', 'trail.organizationId')
    .where('trail.id', '<=', ({ selectFrom }) =>
      selectFrom('audit_retention as every').select(({ fn }) => fn.max('every.mark').as('mark')),
    )
    .whereRef('trail.id', '<=', 'audit_retention.mark')
    .orderBy('trail.id')
    .limit(p.limit),
)

export const deleteAuditEntries = (ids: readonly number[]): Statement<unknown> =>
  raw(sql`delete from feature_audit_trail where "id" in (select "value" from json_each(${JSON.stringify(ids)}))`)

/** The last time that entries of the organization went to the archive. */
export const lastArchival = query((p: { organization: string }) =>
  q
    .selectFrom('outbox_events')
    .select('data')
    .where('organizationId', '=', p.organization)
    .where('eventName', '=', 'AUDIT_TRAIL_ARCHIVAL')
    .orderBy('id', 'desc')
    .limit(1),
)
