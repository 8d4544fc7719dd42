import { expect, test } from 'vitest'
import { backups, clock, expiries, logSize, space, stops } from './finding.ts'

const now = Date.UTC(2026, 10, 21, 12)
const hour = 3_600_000
const day = 24 * hour

test.each([
  [50e6, 1e6, 'problem'],
  [400e6, 1e6, 'warning'],
  [10e9, 9e9, 'warning'],
  [20e9, 9e9, 'ok'],
])('%i bytes free beside %i is %s', (free, size, level) => {
  expect(space(free, size).level).toBe(level)
})

test('a clock that is behind what was written down by it is a problem, one that is a little behind is not', () => {
  expect(clock(now, now + 4 * 60_000).level).toBe('ok')
  expect(clock(now, now + hour)).toMatchObject({ level: 'problem', what: expect.stringContaining('13:00:00Z') })
  expect(clock(now, undefined).level).toBe('ok')
})

test('a log that somebody holds is a warning', () => {
  expect(logSize(64e6).level).toBe('ok')
  expect(logSize(600e6).level).toBe('warning')
})

test('unclean stops of the last week are told with the last of them', () => {
  expect(stops([now - 8 * day], now).level).toBe('ok')
  expect(stops([now - 8 * day, now - hour, now - 2 * hour], now)).toMatchObject({
    level: 'warning',
    what: '2 unclean in the last seven days, noticed last at 2026-11-21T11:00:00Z',
  })
})

test.each([
  ['none is known', {}, undefined, 'warning'],
  ['taken an hour ago by hand', { last: { at: now - hour } }, undefined, 'ok'],
  ['taken eight days ago by hand', { last: { at: now - 8 * day } }, undefined, 'warning'],
  ['taken 30 hours ago and due each day', { last: { at: now - 30 * hour } }, day, 'ok'],
  ['taken three days ago and due each day', { last: { at: now - 3 * day } }, day, 'problem'],
  ['failed since', { last: { at: now - hour }, failure: { at: now, why: 'no room' } }, day, 'problem'],
  ['failed before the last', { last: { at: now }, failure: { at: now - hour, why: 'no room' } }, day, 'ok'],
])('backups: %s', (_, record, every, level) => {
  expect(backups(record, now, every).level).toBe(level)
})

test('what ends soon is named, the earliest first', () => {
  const ends = [
    { name: 'acme', at: now + 2 * day },
    { name: 'zeta', at: now + 9 * day },
  ]
  expect(expiries('licenses', ends, now, 'Renew.')).toEqual({
    level: 'warning',
    about: 'licenses',
    what: 'acme ends at 2026-11-23T12:00:00Z, and 1 more within 14 days',
    advice: 'Renew.',
  })
  expect(expiries('licenses', ends.slice(1), now, 'Renew.').level).toBe('ok')
  expect(expiries('licenses', [], now, 'Renew.').level).toBe('ok')
})
