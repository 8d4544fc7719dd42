import { expect, test } from 'vitest'
import type { EntitlementType, EntitlementValue } from './entitlement.ts'
import { type ChangeKind, licenseChange } from './license-change.ts'
import { emptyMeter, type Meter } from './usage.ts'
import type { Granted } from './usage-answer.ts'

type Grant = number | boolean | object | [threshold: number, overage: number]

const grantValue = (grant: Grant): EntitlementValue => {
  if (typeof grant === 'number') return { type: 'number', value: grant }
  if (typeof grant === 'boolean') return { type: 'boolean', value: grant }
  return Array.isArray(grant) ? { type: 'number', value: grant[0] } : { type: 'object', value: grant }
}
const types: Record<EntitlementValue['type'], EntitlementType> = {
  number: 'NUMBER',
  boolean: 'BOOLEAN',
  object: 'CONFIG',
}

const granted = (name: string, grant: Grant, more: Partial<Granted> = {}): Granted => ({
  organizationId: 'o',
  instanceId: 'i',
  instanceSlug: 'i',
  startLicenseDate: 0,
  endLicenseDate: null,
  licenseId: 'l',
  licenseSlug: 'l',
  entitlementId: name,
  entitlementSlug: name,
  entitlementName: name,
  entitlementType: types[grantValue(grant).type],
  meterType: 'RAW_EVENT',
  aggregationMethod: 'SUM',
  warningThresholdPercent: 80,
  resetPeriod: null,
  resetAnchor: null,
  value: grantValue(grant),
  limitCapExceededOveragePercent: Array.isArray(grant) ? grant[1] : 0,
  ...more,
})

const used = (amount: number): Meter => {
  const value = BigInt(amount * 1000) * 1_000_000n
  return { value, sum: value, eventCount: 1 }
}

type Case = [before: Grant | undefined, after: Grant | undefined, use: number, kind: ChangeKind, over: boolean]

const cases: Case[] = [
  // quotas
  [1000, 1000, 400, 'same', false],
  [1000, 2000, 400, 'raised', false],
  [1000, 500, 400, 'lowered', false],
  [1000, 500, 500, 'lowered', false],
  [1000, 500, 500.001, 'lowered', true],
  [1000, 0, 0, 'lowered', false],
  [1000, 0, 1, 'lowered', true],
  [1000, -1, 5000, 'raised', false],
  [-1, 1000, 5000, 'lowered', true],
  [-1, -1, 5000, 'same', false],
  [1000, 1000, 1001, 'same', true],
  // with an overage, the maximum counts
  [1000, [1000, 10], 1100, 'raised', false],
  [[1000, 10], 1000, 1100, 'lowered', true],
  [[1000, 10], 1100, 1100, 'changed', false],
  [[500, 20], 1000, 0, 'raised', false],
  // come and gone
  [undefined, 1000, 400, 'added', false],
  [undefined, 1000, 1001, 'added', true],
  [1000, undefined, 0, 'removed', false],
  [1000, undefined, 1, 'removed', true],
  // switches and configurations have no use
  [true, true, 9, 'same', false],
  [true, false, 9, 'lowered', false],
  [false, true, 9, 'raised', false],
  [true, undefined, 9, 'removed', false],
  [undefined, false, 9, 'added', false],
  [{ a: 1 }, { a: 1 }, 9, 'same', false],
  [{ a: 1 }, { a: 2 }, 9, 'changed', false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, 9, 'same', false],
  [{ a: 1 }, undefined, 9, 'removed', false],
]

test.each(cases)('%j → %j with %d used is %s, over: %s', (before, after, use, kind, over) => {
  const side = (grant: Grant | undefined) => (grant === undefined ? [] : [granted('e', grant)])
  const [row, ...more] = licenseChange(side(before), side(after), () => used(use))
  expect(more).toEqual([])
  expect(row).toMatchObject({ kind, over })
  expect(row?.use).toBe(row?.type === 'NUMBER' ? use : undefined)
})

test('an average is compared exactly, not as it is rounded', () => {
  const average = { aggregationMethod: 'AVERAGE' } as const
  const thirds: Meter = { value: 333_333_333n, sum: 1_000_000_000n, eventCount: 3 }
  const [row] = licenseChange([], [granted('e', 0.333333333, average)], () => thirds)
  expect(row).toMatchObject({ over: true })
})

test('what hurts comes first, and then by name', () => {
  const before = { zeta: 10, alpha: 10, gone: 10, off: true, same: 1, more: 1, config: { a: 1 } }
  const after = { zeta: 5, alpha: 5, off: false, same: 1, more: 2, config: { a: 2 }, fresh: true }
  const grants = (of: object) => Object.entries(of).map(([name, grant]) => granted(name, grant as Grant))
  const meterOf = ({ entitlementId }: Granted) => (entitlementId === 'zeta' ? used(6) : emptyMeter)
  const rows = licenseChange(grants(before), grants(after), meterOf)
  expect(rows.map(({ slug, kind }) => `${slug} ${kind}`)).toEqual([
    'zeta lowered',
    'gone removed',
    'alpha lowered',
    'off lowered',
    'config changed',
    'fresh added',
    'more raised',
    'same same',
  ])
  expect(rows[0]).toMatchObject({ over: true, wasOver: false })
})
