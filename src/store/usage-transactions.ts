import { q, query } from './query.ts'

/** What transactionIds led to. */

type MeterKey = { instance: string; entitlement: string }

export const findTransaction = query((p: MeterKey & { transactionId: string }) =>
  q
    .selectFrom('usage_transactions')
    .select(['contentHash', 'answer', 'occurredAt'])
    .where('instanceId', '=', p.instance)
    .where('entitlementId', '=', p.entitlement)
    .where('transactionId', '=', p.transactionId),
)

interface NewTransaction extends MeterKey {
  organization: string
  transactionId: string
  contentHash: string
  answer: string
  now: number
}

/** An id that was used longer ago than it is remembered may be used again. */
export const putTransaction = query((p: NewTransaction) =>
  q
    .insertInto('usage_transactions')
    .values({
      organizationId: p.organization,
      instanceId: p.instance,
      entitlementId: p.entitlement,
      transactionId: p.transactionId,
      contentHash: p.contentHash,
      answer: p.answer,
      occurredAt: p.now,
    })
    .onConflict(conflict =>
      conflict.columns(['instanceId', 'entitlementId', 'transactionId']).doUpdateSet(({ ref }) => ({
        contentHash: ref('excluded.contentHash'),
        answer: ref('excluded.answer'),
        occurredAt: ref('excluded.occurredAt'),
      })),
    ),
)
