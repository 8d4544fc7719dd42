import { sql } from 'kysely'
import type { FirstSteps } from '../domain/first-steps.ts'
import { countedAtMost } from '../domain/list.ts'
import type { Granted } from '../domain/usage-answer.ts'
import type { DayCounts } from './audit-days.ts'
import { q, query, raw, type Statement } from './query.ts'
import type { EntitlementUsageRecord, OrganizationDayRecord } from './tables.ts'

/**
 * The dashboard's numbers. Each is a range of one index and stops counting at 10,000, or is a rollup with a row for each
 * day; all run in the read thread. What each costs stands beside it.
 */

/** Adds to the organization's day, in the transaction that adds to the instance's. */
export const countInOrganizationDay = query((p: OrganizationDayRecord) =>
  q
    .insertInto('organization_days')
    .values({
      organizationId: p.organizationId,
      day: p.day,
      reads: p.reads,
      accepted: p.accepted,
      rejected: p.rejected,
    })
    .onConflict(conflict =>
      conflict.columns(['organizationId', 'day']).doUpdateSet(({ eb, ref }) => ({
        reads: eb('organization_days.reads', '+', ref('excluded.reads')),
        accepted: eb('organization_days.accepted', '+', ref('excluded.accepted')),
        rejected: eb('organization_days.rejected', '+', ref('excluded.rejected')),
      })),
    ),
)

/** A row for each day that had entries: thirty for a month. */
export const daysOfOrganization = (organization: string, from: number, to: number): Statement<DayCounts> =>
  raw(sql<DayCounts>`
    select "day", "reads", "accepted", "rejected" from "organization_days"
    where "organizationId" = ${organization} and "day" between ${from} and ${to} order by "day"`)

/** A row where anything was ever reported: one look. */
export const firstReportDay = query((p: { organization: string }) =>
  q
    .selectFrom('organization_days')
    .select('day')
    .where('organizationId', '=', p.organization)
    .where(({ eb }) => eb(eb('accepted', '+', eb.ref('rejected')), '>', 0))
    .orderBy('day')
    .limit(1),
)

/** The number of the newest change. */
export const newestEvent = query((p: { organization: string }) =>
  q
    .selectFrom('outbox_events')
    .select('id')
    .where('organizationId', '=', p.organization)
    .orderBy('id', 'desc')
    .limit(1),
)

interface Counted {
  counted: number
}

const most = countedAtMost + 1
const countOf = (rows: ReturnType<typeof sql>): Statement<Counted> =>
  raw(sql<Counted>`select count(*) as "counted" from (${rows} limit ${most})`)

/**
 * As instances_by_license_end has it: what never ends is after everything. An index of the plain date would be taken for
 * the ends that nobody was told of yet as well, which have one of their own (instances_by_end).
 */
const end = sql`ifnull("endLicenseDate", 253402300799999)`

/** Living instances whose license holds now: entries of the index, at most 10,001 and those not yet begun. */
export const activeInstances = (organization: string, now: number): Statement<Counted> =>
  countOf(sql`
    select 1 from "instances" indexed by "instances_by_license_end"
    where "organizationId" = ${organization} and "deletedAt" is null and ${end} > ${now} and "startLicenseDate" <= ${now}`)

/** Living instances whose license ends within a time: a range of the same index. */
export const licensesEndingBetween = (organization: string, from: number, to: number): Statement<Counted> =>
  countOf(sql`
    select 1 from "instances" indexed by "instances_by_license_end"
    where "organizationId" = ${organization} and "deletedAt" is null and ${end} > ${from} and ${end} <= ${to}`)

export interface EndingLicense {
  name: string
  slug: string
  customerName: string
  customerSlug: string
  endLicenseDate: number
}

/** The next of them. */
export const nextToEnd = (organization: string, from: number, to: number, limit: number): Statement<EndingLicense> =>
  raw(sql<EndingLicense>`
    select "instances"."name", "instances"."slug", "instances"."endLicenseDate", "customers"."name" as "customerName",
      "customers"."slug" as "customerSlug"
    from "instances" indexed by "instances_by_license_end" join "customers" on "customers"."id" = "instances"."customerId"
    where "instances"."organizationId" = ${organization} and "instances"."deletedAt" is null
      and ${end} > ${from} and ${end} <= ${to}
    order by ${end} limit ${limit}`)

export type MeterOverLine = EntitlementUsageRecord &
  Granted & {
    instanceName: string
    customerSlug: string
    customerName: string
    /** Of all that were looked at, how many are at or over a present line. */
    near: number
    looked: number
  }

/**
 * Meters that passed a line (warning, threshold or cap) in the window that is open: those with a latch, by an index that has
 * no others. A latch is set and cleared when a report is judged, so a limit that was changed since shows from the next
 * report on; whether use still is at the present warning or limit is compared here, with the precision of a double. So many
 * are looked at, with five look-ups by key for each; the fullest come, and after them some that are over no line.
 */
export const metersOverLine = (
  organization: string,
  now: number,
  { look, shown }: { look: number; shown: number },
): Statement<MeterOverLine> => {
  const threshold = sql`json_extract("grant"."value", '$.value')`
  const line = sql`${threshold} * iif("entitlements"."warningThresholdPercent" > 0, min("entitlements"."warningThresholdPercent", 100), 100)`
  return raw(sql<MeterOverLine>`
    select *, sum("isNear") over () as "near", count(*) over () as "looked" from (
      select "meter".*, "instances"."slug" as "instanceSlug", "instances"."name" as "instanceName",
        "instances"."startLicenseDate", "instances"."endLicenseDate", "licenses"."id" as "licenseId",
        "licenses"."slug" as "licenseSlug", "entitlements"."slug" as "entitlementSlug",
        "entitlements"."name" as "entitlementName", "entitlements"."type" as "entitlementType",
        "entitlements"."meterType", "entitlements"."aggregationMethod", "entitlements"."warningThresholdPercent",
        "entitlements"."resetPeriod", "entitlements"."resetAnchor", "grant"."value",
        "grant"."limitCapExceededOveragePercent", "customers"."slug" as "customerSlug",
        "customers"."name" as "customerName",
        "instances"."startLicenseDate" <= ${now} and ${end} > ${now} and ${threshold} >= 0
          and "meter"."usageReal" * 100 >= ${line} as "isNear",
        ifnull("meter"."usageReal" / ${threshold}, 1) as "share"
      from "entitlement_usages" as "meter" indexed by "entitlement_usages_over_a_line"
      join "instances" on "instances"."id" = "meter"."instanceId" and "instances"."deletedAt" is null
      join "customers" on "customers"."id" = "instances"."customerId"
      join "licenses" on "licenses"."id" = "instances"."licenseId"
      join "entitlements" on "entitlements"."id" = "meter"."entitlementId"
      join "license_entitlements" as "grant"
        on "grant"."licenseId" = "instances"."licenseId" and "grant"."entitlementId" = "meter"."entitlementId"
      where "meter"."organizationId" = ${organization} and "meter"."latches" <> 0 and "meter"."rolledOverAt" is null
        and ("meter"."periodEnd" is null or "meter"."periodEnd" > ${now})
      limit ${look})
    order by "isNear" desc, "share" desc limit ${shown}`)
}

/** Deliveries that failed and wait to be tried again: pending attempts, each looked at, at most 10,001 that fit. */
export const deliveriesRetrying = (organization: string): Statement<Counted> =>
  countOf(sql`
    select 1 from "webhook_attempts" indexed by "webhook_attempts_by_status"
    where "organizationId" = ${organization} and "status" = 'PENDING' and "number" > 1`)

/** Deliveries that were given up: entries of the index alone. */
export const deliveriesDead = (organization: string): Statement<Counted> =>
  countOf(sql`
    select 1 from "webhook_attempts" indexed by "webhook_attempts_by_status"
    where "organizationId" = ${organization} and "status" = 'DEAD'`)

/** One of each thing that a first report needs, the newest: a look each. The token of the first start is nobody's app. */
export const firstSteps = (organization: string): Statement<FirstSteps> =>
  raw(sql<FirstSteps>`select
    (select "slug" from "entitlements" where "organizationId" = ${organization} order by "createdAt" desc limit 1) as "entitlement",
    (select "licenses"."slug" from "licenses"
      where "organizationId" = ${organization}
        and exists (select 1 from "license_entitlements" where "licenseId" = "licenses"."id") limit 1) as "license",
    (select "slug" from "licenses" where "organizationId" = ${organization} order by "createdAt" desc limit 1) as "empty",
    (select "slug" from "customers" where "organizationId" = ${organization} order by "createdAt" desc limit 1) as "customer",
    (select "slug" from "instances" where "organizationId" = ${organization} and "deletedAt" is null
      order by "createdAt" desc limit 1) as "instance",
    (select "api_tokens"."slug" from "api_tokens"
      join "service_accounts" on "service_accounts"."id" = "api_tokens"."serviceAccountId"
      where "service_accounts"."organizationId" = ${organization} and "api_tokens"."revokedAt" is null
        and "service_accounts"."slug" <> 'bootstrap' limit 1) as "token"`)

/** An instance that may report something: asked only while nothing was ever reported. */
export const reportable = (organization: string): Statement<{ instance: string; entitlement: string }> =>
  raw(sql<{ instance: string; entitlement: string }>`
    select "instances"."slug" as "instance", "entitlements"."slug" as "entitlement" from "instances"
    join "license_entitlements" as "grant" on "grant"."licenseId" = "instances"."licenseId"
    join "entitlements" on "entitlements"."id" = "grant"."entitlementId" and "entitlements"."type" = 'NUMBER'
    where "instances"."organizationId" = ${organization} and "instances"."deletedAt" is null limit 1`)
