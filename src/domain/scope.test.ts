import { expect, test } from 'vitest'
import { allows, covers, presets, type Scope } from './scope.ts'

test.each<[string[], Scope, boolean]>([
  [['read:customers'], 'read:customers', true],
  [['read:customers'], 'write:customers', false],
  [['write:customers'], 'read:customers', true],
  [['write:customers'], 'write:licenses', false],
  [['read:*'], 'read:audit', true],
  [['read:*'], 'write:audit', false],
  [['write:*'], 'read:audit', true],
  [['write:*'], 'write:*', true],
  [['write:customers'], 'write:*', false],
  [['read:*'], 'read:*', true],
  [['write:*'], 'read:*', true],
  [['write:everything', 'constructor', '__proto__'], 'read:customers', false],
  [[], 'read:customers', false],
])('%j and %s: %s', (held, wanted, expected) => {
  expect(covers(held, wanted)).toBe(expected)
})

test('any one of several wanted scopes will do', () => {
  expect(allows(['write:usage'], ['write:usage', 'write:instances'])).toBe(true)
  expect(allows(['read:usage'], ['write:usage', 'write:instances'])).toBe(false)
})

test('the data plane cannot give itself a bigger license', () => {
  for (const wanted of ['write:licenses', 'write:instances', 'write:entitlements', 'write:tokens'] as const)
    expect(covers(presets['data-plane'], wanted)).toBe(false)
})
