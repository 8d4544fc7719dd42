import { expect, test } from 'vitest'
import { type AuditKind, auditKinds } from './audit.ts'
import { auditSummary } from './audit-summary.ts'

const cases: [AuditKind, Record<string, unknown>, string][] = [
  [
    'accepted',
    { behavior: 'append', value: 5, before: 993, after: 998, limit: 1000 },
    'Reported 5: 993 → 998 of 1,000',
  ],
  ['accepted', { behavior: 'append', value: null, before: 1, after: 2, limit: null }, 'Reported 1: 1 → 2'],
  ['accepted', { behavior: 'set', value: 0.1, before: 3, after: 0.1, limit: 10 }, 'Set to 0.1: 3 → 0.1 of 10'],
  [
    'accepted',
    { behavior: 'append', value: 1, before: 0, after: 1, limit: 5, late: true },
    'Reported 1: 0 → 1 of 5, for a window that was closed',
  ],
  [
    'rejected',
    { value: 5, before: 998, limit: 1000, reason: 'ThresholdExceeded' },
    'Refused 5: 998 of 1,000 were used',
  ],
  ['rejected', { value: 5, reason: 'LicenseNotActive' }, 'Refused 5: the license was not active'],
  ['read', { value: 998, limit: 1000 }, 'Read: 998 of 1,000'],
  ['read', { value: 998, limit: null }, 'Read: 998'],
  ['read', { value: 998, limit: 1000, amount: 3, allowed: false }, 'Asked for 3 more: no'],
  ['read', { value: true, enabled: true }, 'Read: on'],
  ['read', { value: { region: 'eu' }, enabled: true }, 'Read'],
  ['read', { value: null, enabled: false }, 'Read: nothing, the license was not active'],
  ['read', { entitlements: ['a', 'b'] }, 'Read 2 at once'],
]

test.each(cases)('of %s %j it is %s', (kind, payload, summary) => {
  expect(auditSummary({ kind: auditKinds[kind].kind, payload })).toBe(summary)
})
