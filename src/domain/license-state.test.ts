import { expect, test } from 'vitest'
import { type LicenseState, licenseStateOf } from './license-state.ts'

const day = 86_400_000
const now = 1000 * day

const cases: [start: number, end: number | null, state: LicenseState][] = [
  [-10, null, 'active'],
  [-10, 31, 'active'],
  [-10, 30, 'ending'],
  [-10, 1, 'ending'],
  [-10, 0, 'ended'],
  [-10, -1, 'ended'],
  [0, null, 'active'],
  [1, null, 'upcoming'],
  [1, 5, 'upcoming'],
]

test.each(cases)('a license from day %i to day %s is %s', (start, end, state) => {
  const dates = { startLicenseDate: now + start * day, endLicenseDate: end === null ? null : now + end * day }
  expect(licenseStateOf({ ...dates, deletedAt: null }, now)).toBe(state)
  expect(licenseStateOf({ ...dates, deletedAt: now }, now)).toBe('deleted')
})
