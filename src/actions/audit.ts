import { type AuditKind, auditKinds, dayOf } from '../domain/audit.ts'
import type { Tx } from '../engine/transaction.ts'
import type { Context } from './action.ts'
import { keptUsage } from './kept-usage.ts'

export interface Audited {
  kind: AuditKind
  instance: string
  /** Null for a read of several. */
  entitlement: string | null
  /** As JSON: members that are undefined are none. */
  payload: object
  /** The use that the day's chart shows; null where there is none to show. */
  value?: number | null
}

/** One entry of the audit trail, and its place in the day's rollup. */
export function audit(tx: Tx, { principal, now, requestId }: Context<unknown>, entry: Audited): void {
  const { kind, instance, entitlement, payload, value = null } = entry
  const { organization } = principal
  const row = {
    organizationId: organization,
    instanceId: instance,
    entitlementId: entitlement,
    kind: auditKinds[kind].kind,
    payload: { ...payload, requestId },
    principal: principal.name,
    occurredAt: now,
  }
  keptUsage(tx).putEntry(tx, row, {
    organizationId: organization,
    instanceId: instance,
    entitlementId: entitlement ?? '',
    day: dayOf(now),
    reads: kind === 'read' ? 1 : 0,
    accepted: kind === 'accepted' ? 1 : 0,
    rejected: kind === 'rejected' ? 1 : 0,
    lastValue: value,
    highestValue: value,
  })
}
