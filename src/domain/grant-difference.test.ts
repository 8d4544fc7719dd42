import { expect, test } from 'vitest'
import { grantDifferences, isLowered } from './grant-difference.ts'
import type { GrantView } from './license.ts'

const grant = (entitlementSlug: string, value: number, overage = 0): GrantView => ({
  id: entitlementSlug,
  organizationId: 'o',
  licenseId: 'l',
  licenseSlug: 'l',
  entitlementId: entitlementSlug,
  entitlementSlug,
  entitlementName: entitlementSlug,
  entitlementType: 'NUMBER',
  value: { type: 'number', value },
  limitCapExceededOveragePercent: overage,
  aggregationMethod: 'SUM',
  unitSingular: 'call',
  unitPlural: 'calls',
  resetPeriod: 'DAY',
  createdAt: 0,
  createdBy: 'a',
  updatedAt: 0,
  updatedBy: 'a',
  revision: 1,
})

test('what is the same in both licenses is not told, what is not stands with its unit', () => {
  const before = [grant('same', 5), grant('less', 5), grant('gone', 5)]
  const after = [grant('same', 5), grant('less', 4), grant('new', 5)]
  expect(grantDifferences(before, after).map(({ slug, kind, of }) => [slug, kind, of.unitPlural])).toEqual([
    ['gone', 'removed', 'calls'],
    ['less', 'lowered', 'calls'],
    ['new', 'added', 'calls'],
  ])
})

test.each([
  [grant('e', 100), grant('e', 99), true],
  [grant('e', 100), grant('e', 101), false],
  [grant('e', -1), grant('e', 1), true],
  [grant('e', 0), grant('e', -1), false],
  [grant('e', 100, 10), grant('e', 109), true],
  [grant('e', 100, 10), grant('e', 110), false],
])('from %o to %o is less: %s', (before, after, expected) => {
  expect(isLowered(before, after)).toBe(expected)
})
