import { type AuditView, auditKinds } from './audit.ts'

/** What an entry of the audit trail says, in a few words: for lists, where nobody reads payloads. */
export function auditSummary({ kind, payload }: Pick<AuditView, 'kind' | 'payload'>): string {
  if (kind === auditKinds.accepted.kind) return summaryOfAccepted(payload)
  if (kind === auditKinds.rejected.kind) return summaryOfRejected(payload)
  return summaryOfRead(payload)
}

type Payload = AuditView['payload']

/** 993 → 998 of 1,000 */
function summaryOfAccepted({ behavior, value, before, after, limit, late }: Payload): string {
  const how = behavior === 'set' ? 'Set to' : 'Reported'
  const use = `${number(before)} → ${number(after)}${ofLimit(limit)}`
  return `${how} ${number(value ?? 1)}: ${use}${late === true ? ', for a window that was closed' : ''}`
}

function summaryOfRejected({ value, before, limit, reason }: Payload): string {
  const asked = `Refused ${number(value ?? 1)}`
  if (reason === 'LicenseNotActive') return `${asked}: the license was not active`
  return `${asked}: ${number(before)}${ofLimit(limit)} were used`
}

function summaryOfRead({ value, limit, amount, allowed, enabled, entitlements }: Payload): string {
  if (Array.isArray(entitlements)) return `Read ${entitlements.length} at once`
  if (amount !== undefined) return `Asked for ${number(amount)} more: ${allowed === true ? 'yes' : 'no'}`
  if (typeof value === 'number') return `Read: ${number(value)}${limit === undefined ? '' : ofLimit(limit)}`
  if (typeof value === 'boolean') return `Read: ${value ? 'on' : 'off'}`
  return enabled === false ? 'Read: nothing, the license was not active' : 'Read'
}

const ofLimit = (limit: unknown): string => (limit === null ? '' : ` of ${number(limit)}`)

const number = (value: unknown): string => (typeof value === 'number' ? exact.format(value) : '–')

/** Kept: toLocaleString with options makes one at each call. */
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 9 })
