import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buckets } from './bucket.ts'
import type { Variant } from './flag.ts'
import { type Compilable, compileFlag } from './flag-compile.ts'
import { type CompiledFlag, type Evaluation, evaluate, flagSet } from './flag-set.ts'
import { trace } from './flag-trace.ts'

const day = 86_400_000
const start = Date.parse('2026-05-01T00:00:00.000Z')

const variants: Variant[] = [
  { name: 'on', value: true, description: null },
  { name: 'off', value: false, description: null },
]

const flagOf = (more: Partial<Compilable> = {}): CompiledFlag =>
  compileFlag(
    {
      id: more.slug ?? 'f',
      slug: 'promo-banner',
      name: 'Promo Banner',
      revision: 3,
      type: 'boolean',
      enabled: true,
      variants,
      defaultVariant: { type: 'basic', value: 'off' },
      targetingRules: [],
      salt: null,
      ...more,
    },
    'acme',
  )

const percentage = (distribution: Record<string, number>) =>
  ({ type: 'rolloutPercentage', value: { rolloutPercentage: { distribution } } }) as const

const progressive = (from = 0, to = 100) =>
  ({
    type: 'rolloutDate',
    start: { date: '2026-05-01T00:00:00.000Z', percentage: from, variant: 'off' },
    end: { date: '2026-05-11T00:00:00.000Z', percentage: to, variant: 'on' },
  }) as const

const rule = (source: string, name = 'Rule') => ({ type: 'basic', name, rule: source, variant: 'on' }) as const

const resolve = (flag: CompiledFlag, context = {}, now = start, facts?: object) =>
  evaluate(flag, context, { now, facts })
const variantOf = (flag: CompiledFlag, context = {}, now = start) => (resolve(flag, context, now) as Evaluation).variant

/** Of the users u0, u1, … those who have a variant. */
const usersWith = (variant: string, flag: CompiledFlag, count: number, now = start) =>
  new Set(
    Array.from({ length: count }, (_, user) => `u${user}`).filter(
      targetingKey => variantOf(flag, { targetingKey }, now) === variant,
    ),
  )

describe('reasons', () => {
  test.each([
    ['STATIC without rules and with a basic default', {}, {}, 'STATIC', 'off'],
    ['DEFAULT where no rule is true', { targetingRules: [rule('n > 1')] }, { n: 1 }, 'DEFAULT', 'off'],
    ['TARGETING_MATCH where one is', { targetingRules: [rule('n > 1')] }, { n: 2 }, 'TARGETING_MATCH', 'on'],
    [
      'SPLIT where a percentage decides',
      { defaultVariant: percentage({ on: 1 }) },
      { targetingKey: 'u' },
      'SPLIT',
      'on',
    ],
    [
      'SPLIT where a rule’s percentage decides',
      { targetingRules: [{ name: 'Half', rule: 'true', ...percentage({ on: 0, off: 1 }) }] },
      { targetingKey: 'u' },
      'SPLIT',
      'off',
    ],
    ['DISABLED', { enabled: false, targetingRules: [rule('true')] }, {}, 'DISABLED', 'off'],
    ['DEFAULT before a rollout starts', { defaultVariant: progressive() }, {}, 'DEFAULT', 'off'],
  ] as const)('%s', (_, more, context, reason, variant) => {
    const flag = flagOf(more as Partial<Compilable>)
    expect(resolve(flag, context, start - 1)).toMatchObject({ reason, variant, value: variant === 'on' })
  })

  test('a disabled flag has a value: of the default, of the start, the false one, or the first declared', () => {
    const disabled = (more: Partial<Compilable>) => resolve(flagOf({ enabled: false, ...more }))
    expect(disabled({ defaultVariant: { type: 'basic', value: 'on' } })).toMatchObject({ variant: 'on' })
    expect(disabled({ defaultVariant: progressive() })).toMatchObject({ variant: 'off' })
    expect(disabled({ defaultVariant: percentage({ on: 1, off: 1 }) })).toMatchObject({ variant: 'off', value: false })
    const words = ['b', 'a'].map(name => ({ name, value: name, description: null }))
    const split = { type: 'string', variants: words, defaultVariant: percentage({ a: 1 }) } as const
    expect(disabled(split)).toMatchObject({ variant: 'b', reason: 'DISABLED' })
  })

  test('the first true rule wins, and rules behind it are not tried', () => {
    const rules = [rule('n == 1', 'One'), { ...rule('n >= 1', 'More'), variant: 'off' }, rule('missing', 'Broken')]
    const flag = flagOf({ targetingRules: rules })
    expect(resolve(flag, { n: 1 })).toMatchObject({ rule: 'One', variant: 'on', broken: [] })
    expect(resolve(flag, { n: 2 })).toMatchObject({ rule: 'More', variant: 'off', broken: [] })
  })
})

describe('the answer', () => {
  test('is JSON text with its members in order, and metadata of strings and numbers', () => {
    const { json } = resolve(flagOf()) as Evaluation
    expect(json).toBe(
      '{"key":"promo-banner","value":false,"reason":"STATIC","variant":"off","metadata":{"flagSetId":"acme","version":3}}',
    )
  })

  test('keeps zero values as they are', () => {
    for (const [type, value] of [
      ['number', 0],
      ['string', ''],
      ['object', {}],
      ['boolean', false],
    ] as const) {
      const only = [{ name: 'only', value, description: null }]
      const flag = flagOf({ type, variants: only, defaultVariant: { type: 'basic', value: 'only' } })
      expect(JSON.parse((resolve(flag) as Evaluation).json).value).toEqual(value)
    }
  })

  test('is the same object each time, and made anew only for broken rules', () => {
    const flag = flagOf({ targetingRules: [rule('plan == "pro"')] })
    expect(resolve(flag, { plan: 'free' })).toBe(resolve(flag, { plan: 'trial' }))
    expect(resolve(flag, {})).not.toBe(resolve(flag, {}))
  })
})

describe('a rule that fails', () => {
  test('is no match, and is told with its name and error', () => {
    const flag = flagOf({ targetingRules: [rule('plan == "pro"', 'Pro "users"'), rule('seats > "x"', 'Seats')] })
    const resolved = resolve(flag, { seats: 3 }) as Evaluation
    expect(resolved).toMatchObject({ variant: 'off', reason: 'DEFAULT' })
    expect(resolved.broken).toEqual([
      { name: 'Pro "users"', error: 'no such attribute: plan' },
      { name: 'Seats', error: 'double and string have no order' },
    ])
    expect(JSON.parse(resolved.json).metadata).toEqual({
      flagSetId: 'acme',
      version: 3,
      'kaiten.brokenTargetingRules': expect.stringContaining('Pro "users": no such attribute: plan; Seats: '),
    })
  })

  test('does not keep the next one from matching', () => {
    const flag = flagOf({ targetingRules: [rule('missing'), rule('n == 1', 'One')] })
    expect(resolve(flag, { n: 1 })).toMatchObject({ rule: 'One', broken: [{ name: 'Rule' }] })
  })

  test('that spends its budget is told like any other', () => {
    const list = Array.from({ length: 500 }, (_, n) => n)
    const flag = flagOf({ targetingRules: [rule('xs.all(a, xs.all(b, a + b >= 0))', 'Squares')] })
    expect(resolve(flag, { xs: list })).toMatchObject({
      broken: [{ name: 'Squares', error: expect.stringContaining('steps') }],
    })
  })

  test('and one that another version of the program took for a rule, too', () => {
    expect(resolve(flagOf({ targetingRules: [rule('1 +', 'Half')] }))).toMatchObject({ broken: [{ name: 'Half' }] })
  })
})

describe('facts', () => {
  const flag = flagOf({ targetingRules: [rule('__kaiten.license.type == "TRIAL"', 'Trial')] })

  test('are read by rules, and known to be read before any is evaluated', () => {
    expect(flag).toMatchObject({ readsFacts: true, readsNow: false })
    expect(resolve(flag, {}, start, { license: { type: 'TRIAL' } })).toMatchObject({ rule: 'Trial' })
    expect(flagOf({ enabled: false, targetingRules: [rule('__kaiten.license.active')] }).readsFacts).toBe(false)
    expect(flagOf({ targetingRules: [rule('note == "__kaiten, now"')] })).toMatchObject({
      readsFacts: false,
      readsNow: false,
    })
    expect(flagOf({ targetingRules: [rule('now > timestamp("2026-01-01T00:00:00Z")')] }).readsNow).toBe(true)
  })

  test('cannot be brought by the caller, nested or flat', () => {
    for (const text of ['{"__kaiten":{"license":{"type":"TRIAL"}}}', '{"__kaiten.license.type":"TRIAL"}'])
      expect(resolve(flag, JSON.parse(text))).toMatchObject({ variant: 'off', broken: [{ name: 'Trial' }] })
  })
})

describe('percentages', () => {
  const half = flagOf({ defaultVariant: percentage({ on: 50, off: 50 }) })

  test('are cut by targetingKey, else by tenantSlug', () => {
    const byTarget = resolve(half, { targetingKey: 'u1', tenantSlug: 'x' })
    expect(byTarget).toBe(resolve(half, { targetingKey: 'u1', tenantSlug: 'y' }))
    expect(resolve(half, { tenantSlug: 'u1' })).toBe(resolve(half, { targetingKey: 'u1' }))
    expect(resolve(half, { tenantSlug: 'u1', targetingKey: '' })).toBe(resolve(half, { targetingKey: 'u1' }))
  })

  test('without a key are a failure of this flag, and of a rule’s percentage only where the rule is true', () => {
    const missing = {
      key: 'promo-banner',
      errorCode: 'TARGETING_KEY_MISSING',
      errorDetails: expect.stringContaining('targetingKey'),
    }
    expect(resolve(half, {})).toMatchObject(missing)
    expect(resolve(half, { targetingKey: 7 })).toMatchObject(missing)
    const flag = flagOf({ targetingRules: [{ name: 'Half', rule: 'beta', ...percentage({ on: 1 }) }] })
    expect(resolve(flag, { beta: true })).toMatchObject(missing)
    expect(resolve(flag, { beta: false })).toMatchObject({ variant: 'off' })
  })

  test('give each variant its share', () => {
    const flag = flagOf({ defaultVariant: percentage({ on: 3, off: 7 }) })
    const on = usersWith('on', flag, 20_000).size
    // Four standard deviations of 20,000 draws at 0.3 are 260.
    expect(Math.abs(on - 6_000)).toBeLessThan(260)
  })

  const share = fc.integer({ min: 0, max: 99_999 }).map(thousandths => thousandths / 1000)

  test('raising a share never removes a user', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), share, share, (targetingKey, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one]
        const at = (on: number) =>
          variantOf(flagOf({ defaultVariant: percentage({ on, off: 100 - on }) }), { targetingKey })
        if (at(low) === 'on') expect(at(high)).toBe('on')
      }),
      { numRuns: 2_000 },
    )
  })

  test('two flags are independent (chi-square), and with one salt they cut alike', () => {
    const of = (slug: string, salt: string | null) =>
      usersWith('on', flagOf({ slug, salt, defaultVariant: percentage({ on: 1, off: 1 }) }), 10_000)
    const [one, other] = [of('promo-banner', null), of('new-checkout', null)]
    const both = [...one].filter(user => other.has(user)).length
    const table = [both, one.size - both, other.size - both, 10_000 - one.size - other.size + both]
    const chiSquare = table.reduce((sum, count) => sum + (count - 2_500) ** 2 / 2_500, 0)
    // 3 degrees of freedom: independent halves exceed 16.3 once in a thousand.
    expect(chiSquare).toBeLessThan(16.3)
    expect(of('promo-banner', 'checkout')).toEqual(of('new-checkout', 'checkout'))
  })
})

describe('progressive rollouts', () => {
  const flag = flagOf({ defaultVariant: progressive() })

  test('give the start’s variant before, the end’s after, and need no key for either', () => {
    expect(resolve(flag, {}, start - 1)).toMatchObject({ variant: 'off', reason: 'DEFAULT' })
    expect(resolve(flag, {}, start)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' })
    expect(resolve(flag, {}, start + 10 * day - 1)).toMatchObject({ errorCode: 'TARGETING_KEY_MISSING' })
    expect(resolve(flag, {}, start + 10 * day)).toMatchObject({ variant: 'on', reason: 'DEFAULT' })
  })

  test('grow linearly between', () => {
    for (const [days, share] of [
      [0, 0],
      [2.5, 0.25],
      [5, 0.5],
      [9.999, 0.9999],
    ] as const) {
      const on = usersWith('on', flag, 5_000, start + days * day).size
      expect(Math.abs(on - 5_000 * share), `after ${days} days`).toBeLessThan(150)
    }
    const partial = flagOf({ defaultVariant: progressive(10, 30) })
    expect(Math.abs(usersWith('on', partial, 5_000, start + 5 * day).size - 1_000)).toBeLessThan(150)
  })

  test('never take a user out as time goes on', () => {
    const moment = fc.integer({ min: -day, max: 11 * day })
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), moment, moment, (targetingKey, one, other) => {
        const at = (after: number) => variantOf(flag, { targetingKey }, start + after)
        if (at(Math.min(one, other)) === 'on') expect(at(Math.max(one, other))).toBe('on')
      }),
      { numRuns: 2_000 },
    )
  })

  test('have a step that is the same exactly as long as nobody’s variant can change', () => {
    const set = flagSet(1, [flag, flagOf({ slug: 'plain' })])
    const perBucket = (10 * day) / buckets
    expect(set.bucketStep(start - 2)).toBe(set.bucketStep(start - 1))
    expect(set.bucketStep(start - 1)).not.toBe(set.bucketStep(start))
    expect(set.bucketStep(start)).toBe(set.bucketStep(start + perBucket - 1))
    expect(set.bucketStep(start)).not.toBe(set.bucketStep(start + perBucket))
    expect(set.bucketStep(start + 10 * day - 1)).not.toBe(set.bucketStep(start + 10 * day))
    expect(set.bucketStep(start + 10 * day)).toBe(set.bucketStep(start + 99 * day))
    expect(flagSet(1, [flagOf({ enabled: false, defaultVariant: progressive() })]).bucketStep(start)).toBe('')
  })
})

test('a set has its flags in order of their keys, upper case first', () => {
  const set = flagSet(
    7,
    ['b', 'a', 'B', 'a-2'].map(slug => flagOf({ slug })),
  )
  expect(set.keys).toEqual(['B', 'a', 'a-2', 'b'])
  expect([...set.flags.keys()]).toEqual(set.keys)
  expect(set).toMatchObject({ revision: 7, readsFacts: false, readsNow: false })
})

test('a trace tells each rule, also those behind the one that decided, and the bucket', () => {
  const rules = [
    rule('plan == "pro"', 'Pro'),
    { name: 'Half', rule: 'true', ...percentage({ on: 1, off: 1 }) },
    rule('n > 1'),
  ]
  const told = trace(flagOf({ targetingRules: rules }), { targetingKey: 'u1', n: 1 }, { now: start })
  expect(told).toMatchObject({
    reason: 'SPLIT',
    rule: 'Half',
    rules: [
      { name: 'Pro', result: null, error: 'no such attribute: plan' },
      { name: 'Half', rule: 'true', result: true },
      { name: 'Rule', result: false },
    ],
    bucketKey: 'u1',
    facts: null,
    evaluatedAt: '2026-05-01T00:00:00.000Z',
  })
  expect(told.bucket).toBeLessThan(buckets)
})
