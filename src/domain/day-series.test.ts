import { expect, test } from 'vitest'
import { dayOf } from './audit.ts'
import { daySteps, dayText, inSteps } from './day-series.ts'

const day = (text: string): number => dayOf(Date.parse(text))
const today = day('2026-03-15')

test('a range of days ends today and has each day once', () => {
  const { starts, step, size, from, to } = daySteps('7', today)
  expect([step, size]).toEqual(['day', 1])
  expect([dayText(from), dayText(to)]).toEqual(['2026-03-09', '2026-03-15'])
  expect(starts.map(dayText)).toEqual([9, 10, 11, 12, 13, 14, 15].map(n => `2026-03-${String(n).padStart(2, '0')}`))
  expect(daySteps('90', today).starts).toHaveLength(90)
})

test('a year is shown in weeks from Monday, the first of them whole', () => {
  const { starts, step, size, from, to } = daySteps('365', today)
  expect([step, size]).toEqual(['week', 7])
  expect(starts).toHaveLength(53)
  expect([dayText(from), to]).toEqual(['2025-03-10', today])
  for (const start of starts) expect(new Date(start * 86_400_000).getUTCDay()).toBe(1)
  expect(to - (starts.at(-1) ?? 0)).toBeLessThan(7)
})

test('what was counted stands at its step, and what is outside at none', () => {
  const rows = ['2026-03-08', '2026-03-09', '2026-03-15', '2026-03-16'].map(text => ({ day: day(text), text }))
  const found = inSteps(daySteps('7', today), rows).map(row => row?.text)
  const none = undefined
  expect(found).toEqual(['2026-03-09', none, none, none, none, none, '2026-03-15'])
})
