import { expect, test } from 'vitest'
import { backupName, backupsAmong, isDue, span, takenAt } from './backup.ts'

const noon = Date.UTC(2026, 10, 21, 12, 30, 5)
const hour = 3_600_000

test('the name of a scheduled backup tells when it was taken, to the second, and only such names do', () => {
  expect(backupName(noon)).toBe('kaiten-2026-11-21T123005Z.tar.gz')
  expect(takenAt(backupName(noon + 999))).toBe(noon)
  for (const name of ['kaiten.tar.gz', 'kaiten-2026-13-21T123005Z.tar.gz', `${backupName(noon)}.part`, 'x'])
    expect(takenAt(name), name).toBeUndefined()
})

test('scheduled backups are told from other files and stand newest first', () => {
  const names = [backupName(noon), 'notes.txt', backupName(noon + hour), 'kaiten-before-the-move.tar.gz']
  expect(backupsAmong(names)).toEqual([backupName(noon + hour), backupName(noon)])
})

test('a backup is due when the newest is as old as the interval, when there is none, and when a clock was far ahead', () => {
  expect(isDue([], noon, hour)).toBe(true)
  expect(isDue([backupName(noon)], noon + hour - 1, hour)).toBe(false)
  expect(isDue([backupName(noon)], noon + hour, hour)).toBe(true)
  expect(isDue([backupName(noon + 100 * hour)], noon, hour)).toBe(true)
})

test.each([
  ['1m', 60_000],
  ['90m', 5_400_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['0m', undefined],
  ['367d', undefined],
  ['24', undefined],
  ['24 h', undefined],
  ['-1h', undefined],
  ['1w', undefined],
])('%s is a span of %s ms', (text, length) => {
  expect(span(text)).toBe(length)
})
