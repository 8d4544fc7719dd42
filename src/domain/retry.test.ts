import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultSchedule, nextAttempt, type RetrySchedule, scheduleFrom, wrongSchedule } from './retry.ts'

const SECOND = 1000
const HOUR = 3600 * SECOND
const now = Date.parse('2026-03-01T12:00:00Z')
const written = '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h'

const wait = (attempts: number, more: { retryAfter?: string; schedule?: RetrySchedule; random?: number } = {}) => {
  const { retryAfter, schedule = defaultSchedule, random = 0 } = more
  const at = nextAttempt({ attempts, now, schedule, retryAfter, random: () => random })
  return at === undefined ? undefined : at - now
}

test('ten attempts within about 75 hours, then none', () => {
  const waits = Array.from({ length: 10 }, (_, attempts) => wait(attempts) ?? Number.NaN)
  expect(waits).toEqual([0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(s => s * SECOND))
  expect(waits.reduce((sum, each) => sum + each) / HOUR).toBeCloseTo(75.6, 1)
  expect([wait(10), wait(11), wait(1000)]).toEqual([undefined, undefined, undefined])
})

test('what failed together comes back spread over a tenth of the wait, never early', () => {
  fc.assert(
    fc.property(
      fc.nat(9),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.option(fc.nat(200_000), { nil: undefined }),
      (attempts, random, seconds) => {
        const least = Math.max(defaultSchedule[attempts] ?? 0, Math.min((seconds ?? 0) * SECOND, 24 * HOUR))
        const waited = wait(attempts, { random, ...(seconds !== undefined && { retryAfter: String(seconds) }) }) ?? -1
        expect(waited).toBeGreaterThanOrEqual(least)
        expect(waited).toBeLessThanOrEqual(Math.round(least * 1.1))
      },
    ),
  )
  expect(wait(9, { random: 0.5 })).toBeGreaterThan(24 * HOUR)
})

describe('Retry-After', () => {
  test.each([
    ['120', 120],
    [' 120 ', 120],
    ['0', 5],
    ['3', 5],
    ['86400', 86_400],
    ['86401', 86_400],
    ['99999999999999999999999999', 86_400],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120],
    ['Sunday, 01-Mar-26 12:02:00 GMT', 120],
    ['Sun Mar  1 12:02:00 2026', 120],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 5],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400],
    // Two digits more than 50 years ahead are in the past, up to 50 they are ahead.
    ['Friday, 01-Mar-77 12:00:00 GMT', 5],
    ['Sunday, 01-Mar-76 12:00:00 GMT', 86_400],
  ])('%j is honoured after the second attempt as %d s', (retryAfter, seconds) => {
    expect(wait(1, { retryAfter })).toBe(seconds * SECOND)
  })

  test.each([
    '',
    'soon',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    '5 minutes',
    'Sun, 01 Xxx 2026 12:02:00 GMT',
    '2026-03-01T12:02:00Z',
    '１２０',
  ])('%j cannot be read and counts as absent', retryAfter => {
    expect(wait(1, { retryAfter })).toBe(5 * SECOND)
  })

  test('a date is read as any clock prints it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 86_000 }), seconds => {
        const retryAfter = new Date(now + seconds * SECOND).toUTCString()
        expect(wait(1, { retryAfter })).toBe(seconds * SECOND)
      }),
    )
  })

  test('no text makes an attempt early, endless or a failure of ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), retryAfter => {
        const waited = wait(1, { retryAfter }) ?? -1
        expect(waited).toBeGreaterThanOrEqual(5 * SECOND)
        expect(waited).toBeLessThanOrEqual(24 * HOUR)
      }),
    )
  })

  test('a dead delivery stays dead, whatever it asks for', () => {
    expect(wait(10, { retryAfter: '120' })).toBeUndefined()
  })
})

describe('a schedule as people write it', () => {
  test('the default is written as the documents do', () => {
    expect(wrongSchedule(written)).toBeUndefined()
    expect(scheduleFrom(written)).toEqual(defaultSchedule)
  })

  test('spaces and days are understood; one wait is one attempt', () => {
    expect(scheduleFrom('0s, 1m ,2d')).toEqual([0, 60_000, 172_800_000])
    expect([wrongSchedule('0s'), scheduleFrom('0s')]).toEqual([undefined, [0]])
  })

  test.each([
    ['', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "" is none'],
    ['0s,,5s', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "" is none'],
    ['0s,5', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "5" is none'],
    ['0s,-5s', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "-5s" is none'],
    ['0s,1.5h', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "1.5h" is none'],
    ['0s 5s', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "0s 5s" is none'],
    ['0s,5w', 'must be waits such as 0s,5s,5m,2h,1d, with commas between: "5w" is none'],
    ['0s,31d', 'must have no wait over 30d: 31d is longer'],
    ['0s,999999999d', 'must have no wait over 30d: 999999999d is longer'],
    [Array(31).fill('1s').join(), 'must have at most 30 waits'],
  ])('%j %s', (text, sentence) => {
    expect(wrongSchedule(text)).toBe(sentence)
  })

  test('whatever is written from waits is read back as they are', () => {
    const unit = fc.constantFrom(['s', 1], ['m', 60], ['h', 3600], ['d', 86_400]) as fc.Arbitrary<[string, number]>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), unit), { minLength: 1, maxLength: 30 }), waits => {
        const text = waits.map(([number, [letter]]) => `${number}${letter}`).join(',')
        expect(wrongSchedule(text)).toBeUndefined()
        expect(scheduleFrom(text)).toEqual(waits.map(([number, [, seconds]]) => number * seconds * SECOND))
      }),
    )
  })
})
