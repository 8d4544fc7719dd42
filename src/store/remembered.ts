import { sql } from 'kysely'
import { raw, type Statement } from './query.ts'

/** What is remembered for a time only: transactionIds and Idempotency-Keys with their answers, sessions, one-time links. */

interface Ages {
  transactionsBefore: number
  keysBefore: number
  endedBefore: number
}

/** Whether anything is older than it has to be remembered: four look-ups in indexes by time. */
export const isAnythingTooOld = ({ transactionsBefore, keysBefore, endedBefore }: Ages): Statement<{ due: number }> =>
  raw(sql<{ due: number }>`select
    exists (select 1 from usage_transactions where "occurredAt" < ${transactionsBefore})
    or exists (select 1 from idempotency_keys where "occurredAt" < ${keysBefore})
    or exists (select 1 from sessions where "expiresAt" < ${endedBefore})
    or exists (select 1 from one_time_links where "expiresAt" < ${endedBefore}) as "due"`)

export const forgetTransactions = ({ transactionsBefore }: Ages, limit: number): Statement<unknown> =>
  raw(sql`delete from usage_transactions where ("instanceId", "entitlementId", "transactionId") in (
    select "instanceId", "entitlementId", "transactionId" from usage_transactions
    where "occurredAt" < ${transactionsBefore} limit ${limit})`)

export const forgetIdempotencyKeys = ({ keysBefore }: Ages, limit: number): Statement<unknown> =>
  raw(sql`delete from idempotency_keys where ("organizationId", "credential", "method", "path", "key") in (
    select "organizationId", "credential", "method", "path", "key" from idempotency_keys
    where "occurredAt" < ${keysBefore} limit ${limit})`)

export const forgetSessions = ({ endedBefore }: Ages, limit: number): Statement<unknown> =>
  raw(
    sql`delete from sessions where "id" in (select "id" from sessions where "expiresAt" < ${endedBefore} limit ${limit})`,
  )

export const forgetLinks = ({ endedBefore }: Ages, limit: number): Statement<unknown> =>
  raw(sql`delete from one_time_links where "hash" in (
    select "hash" from one_time_links where "expiresAt" < ${endedBefore} limit ${limit})`)
