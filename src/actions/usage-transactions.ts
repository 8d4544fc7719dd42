import { hash } from 'node:crypto'
import { Problem } from '../domain/problem.ts'
import { transactionsFor } from '../domain/remembrance.ts'
import { contentOf, type UsageReport } from '../domain/report.ts'
import type { Behavior } from '../domain/usage.ts'
import type { Tx } from '../engine/transaction.ts'
import { findTransaction } from '../store/usage-transactions.ts'
import type { Context } from './action.ts'
import type { Target } from './targets.ts'

/** A transactionId with the content it stands for, and the answer that this was given, if it was. */
export interface Transaction {
  key: { organization: string; instance: string; entitlement: string; transactionId: string; contentHash: string }
  answer?: string
}

/** What a transactionId was used for, if it was. Throws where it was for another report. */
export async function transactionOf(
  tx: Tx,
  { instanceId, entitlementId }: Target,
  behavior: Behavior,
  { input, principal, now }: Context<UsageReport, 'instance' | 'entitlement'>,
): Promise<Transaction | undefined> {
  if (!input.transactionId) return undefined
  const key = {
    organization: principal.organization,
    instance: instanceId,
    entitlement: entitlementId,
    transactionId: input.transactionId,
    contentHash: hash('sha256', contentOf(input, behavior), 'base64'),
  }
  const known = await tx.find(findTransaction, key)
  if (!known || known.occurredAt < now - transactionsFor) return { key }
  if (known.contentHash === key.contentHash) return { key, answer: known.answer }
  throw new Problem(
    'ReportEntitlementUsageMetric.TransactionIdReused',
    `The transactionId ${input.transactionId} was used for a report with another content.`,
  )
}
