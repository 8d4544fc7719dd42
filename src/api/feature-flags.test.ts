import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { factsFor } from '../snapshot/facts.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await testHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const flags = '/api/feature-flags'
const promo = {
  name: 'Promo Banner',
  type: 'object',
  enabled: true,
  variants: [
    { name: 'disabled', value: { enabled: false } },
    { name: 'festive', value: { enabled: true, message: 'Free miso' } },
  ],
  defaultVariant: { type: 'basic', value: 'disabled' },
  targetingRules: [{ type: 'basic', name: 'Sakura', rule: 'tenantSlug == "sakura-tokyo"', variant: 'festive' }],
}
const percentage = (distribution: unknown) => ({
  type: 'rolloutPercentage',
  value: { rolloutPercentage: { distribution } },
})
const stage = (date: string, percentage: number, variant: string) => ({ date, percentage, variant })
const rollout = (start: object, end: object) => ({ type: 'rolloutDate', start, end })

/** The next name of a flag that nobody else uses. */
let made = 0
const named = (more: object = {}) => ({ name: `Flag ${++made}`, type: 'boolean', ...more })
const create = async (more: object = {}) => (await house.post(flags, named(more))).body as { slug: string; id: string }
const evaluate = async (key: string, context: unknown = {}) =>
  (await house.post(`/api/ofrep/v1/evaluate/flags/${key}`, { context })).body
const eventsAbout = async (slug: string) =>
  (await house.get(`/api/events?q=${slug}`)).body.items.map((each: { name: string }) => each.name)

test('a flag is created, read, changed and deleted, each with its event, and evaluations follow at once', async () => {
  const created = await house.post(flags, promo)
  expect(created).toMatchObject({
    status: 201,
    body: {
      slug: 'promo-banner',
      description: null,
      variants: [{ name: 'disabled', description: null }, { name: 'festive' }],
      defaultVariant: promo.defaultVariant,
      targetingRules: promo.targetingRules,
      salt: null,
      revision: 1,
    },
  })
  expect(created.headers.get('location')).toBe('/api/feature-flags/promo-banner')
  expect(created.headers.get('etag')).toBe('"1"')
  expect((await house.get(`${flags}/promo-banner`)).body).toEqual(created.body)
  expect((await house.get(`${flags}/${created.body.id.toUpperCase()}`)).body).toEqual(created.body)
  expect(await evaluate('promo-banner', { tenantSlug: 'sakura-tokyo' })).toMatchObject({
    value: { enabled: true, message: 'Free miso' },
    variant: 'festive',
    reason: 'TARGETING_MATCH',
    metadata: { version: 1 },
  })

  expect((await house.put(`${flags}/promo-banner`, created.body)).body).toEqual(created.body)
  const changed = await house.put(`${flags}/promo-banner`, { enabled: false, description: 'For festivals' })
  expect(changed.body).toMatchObject({
    enabled: false,
    description: 'For festivals',
    name: 'Promo Banner',
    revision: 2,
  })
  expect(await evaluate('promo-banner', { tenantSlug: 'sakura-tokyo' })).toMatchObject({
    variant: 'disabled',
    reason: 'DISABLED',
    metadata: { version: 2 },
  })

  expect((await house.delete(`${flags}/promo-banner`, { 'If-Match': '"1"' })).status).toBe(412)
  expect((await house.delete(`${flags}/promo-banner`)).status).toBe(204)
  expect(await house.get(`${flags}/promo-banner`)).toMatchObject({
    status: 404,
    body: { code: 'FeatureFlag.NotFound' },
  })
  expect(await evaluate('promo-banner')).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' })
  expect(await eventsAbout('promo-banner')).toEqual([
    'FEATURE_FLAG_DELETION',
    'FEATURE_FLAG_UPDATE',
    'FEATURE_FLAG_CREATION',
  ])
})

describe('a new flag', () => {
  test('that is boolean and has no variants is on or off, off, and not enabled', async () => {
    expect((await house.post(flags, { name: 'Dark Mode', type: 'BOOLEAN' })).body).toMatchObject({
      slug: 'dark-mode',
      type: 'boolean',
      enabled: false,
      variants: [
        { name: 'on', value: true },
        { name: 'off', value: false },
      ],
      defaultVariant: { type: 'basic', value: 'off' },
      targetingRules: [],
    })
    const on = await house.post(flags, named({ default_variant: { type: 'basic', value: 'on' } }))
    expect(on.body.defaultVariant).toEqual({ type: 'basic', value: 'on' })
  })

  test('may be written in snake case, and its choices in each spelling', async () => {
    const start = { date: '2026-05-01T02:00:00+02:00', variant: 'off' }
    const { status, body } = await house.post(flags, {
      name: 'Snake',
      type: 'boolean',
      default_variant: { type: 'rollout_percentage', distribution: { on: 30.125, off: 69.875 } },
      targetings: [
        { rule: 'beta', variant: 'on' },
        {
          name: 'Half',
          rule: 'half',
          type: 'rolloutPercentage',
          value: { rollout_percentage: { distribution: { on: 1, off: 1 } } },
        },
        {
          name: 'Soon',
          rule: 'soon',
          type: 'rollout_date',
          start,
          end: { date: '2026-06-01T00:00:00Z', variant: 'on' },
        },
        { name: 'Value', rule: 'value', type: 'basic', value: 'on' },
      ],
    })
    expect(status).toBe(201)
    expect(body.defaultVariant).toEqual(percentage({ on: 30.125, off: 69.875 }))
    expect(body.targetingRules).toEqual([
      { type: 'basic', name: 'Rule 1', rule: 'beta', variant: 'on' },
      { name: 'Half', rule: 'half', ...percentage({ on: 1, off: 1 }) },
      {
        name: 'Soon',
        rule: 'soon',
        ...rollout(stage('2026-05-01T00:00:00.000Z', 0, 'off'), stage('2026-06-01T00:00:00.000Z', 100, 'on')),
      },
      { type: 'basic', name: 'Value', rule: 'value', variant: 'on' },
    ])
    expect((await house.put(`${flags}/snake`, body)).body).toEqual(body)
  })

  test.each(['A', 'Checkout_V2.beta-1', 'x'.repeat(200), '0'])('may have the slug %s', async slug => {
    expect((await house.post(flags, named({ slug }))).body.slug).toBe(slug)
    expect((await house.get(`${flags}/${slug}`)).status).toBe(200)
    expect(await evaluate(slug)).toMatchObject({ key: slug, reason: 'DISABLED' })
  })

  test.each([
    '',
    '.',
    '..',
    'a/b',
    'ä',
    'x'.repeat(201),
    'lint',
    '0198c8f2-0000-7000-8000-000000000000',
  ])('may not have the slug "%s"', async slug => {
    expect(await house.post(flags, named({ slug }))).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.slug' }] },
    })
  })

  test('gets the next free slug, and a given one that is taken is a conflict', async () => {
    const slugs = [await create({ name: 'Twice' }), await create({ name: 'Twice' })].map(({ slug }) => slug)
    expect(slugs).toEqual(['twice', 'twice-2'])
    expect(await house.post(flags, named({ slug: 'twice' }))).toMatchObject({
      status: 409,
      body: { code: 'FeatureFlag.SlugTaken' },
    })
  })
})

describe('what does not fit is told with its place, and changes nothing', () => {
  const on = { name: 'on', value: true }
  const off = { name: 'off', value: false }
  const basic = { type: 'basic', value: 'on' }
  const ofRule = (rule: string) => ({ targetingRules: [{ name: 'R', rule, variant: 'on' }] })
  const dates = (start: object, end: object) => ({ defaultVariant: rollout(start, end) })
  const may = '2026-05-01T00:00:00Z'
  const june = '2026-06-01T00:00:00Z'

  const cases: [string, object, object][] = [
    ['no type', { type: undefined }, { location: 'body.type', message: 'is required' }],
    ['an unknown type', { type: 'json' }, { location: 'body.type' }],
    ['a string flag without variants', { type: 'string' }, { location: 'body.variants' }],
    [
      'variants without a default',
      { variants: [on, off] },
      { location: 'body.defaultVariant', message: 'is required' },
    ],
    ['no variants at all', { variants: [], defaultVariant: basic }, { location: 'body.variants' }],
    [
      'a string among booleans',
      { variants: [on, { name: 'off', value: 'false' }], defaultVariant: basic },
      { location: 'body.variants[1].value' },
    ],
    [
      'a number as text',
      { type: 'number', variants: [{ name: 'on', value: '1' }], defaultVariant: basic },
      { location: 'body.variants[0].value' },
    ],
    [
      'null as an object',
      { type: 'object', variants: [{ name: 'on', value: null }], defaultVariant: basic },
      { location: 'body.variants[0].value' },
    ],
    [
      'a variant without a value',
      { variants: [{ name: 'on' }], defaultVariant: basic },
      { location: 'body.variants[0].value' },
    ],
    [
      'two variants of a name',
      { variants: [on, on], defaultVariant: basic },
      { location: 'body.variants[1].name', value: 'on' },
    ],
    [
      'a default that names nothing',
      { defaultVariant: { type: 'basic', value: 'maybe' } },
      {
        location: 'body.defaultVariant.value',
        value: 'maybe',
        message: 'names the variant "maybe", which the flag does not have',
      },
    ],
    ['a default of an unknown kind', { defaultVariant: { type: 'random' } }, { location: 'body.defaultVariant.type' }],
    ['a default of no kind', { defaultVariant: 'on' }, { location: 'body.defaultVariant' }],
    [
      'a rule that names nothing',
      { targetingRules: [{ name: 'R', rule: 'true', variant: 'x' }] },
      { location: 'body.targetingRules[0].variant' },
    ],
    [
      'a rule without a variant',
      { targetingRules: [{ name: 'R', rule: 'true' }] },
      { location: 'body.targetingRules[0].variant' },
    ],
    [
      'a distribution of zeros',
      { defaultVariant: percentage({ on: 0, off: 0 }) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution' },
    ],
    [
      'an empty distribution',
      { defaultVariant: { type: 'rollout_percentage' } },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution' },
    ],
    [
      'a weight for nothing',
      { defaultVariant: percentage({ on: 1, maybe: 1 }) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution.maybe' },
    ],
    [
      'a weight below zero',
      { defaultVariant: percentage({ on: -1, off: 2 }) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution.on' },
    ],
    [
      'a weight of four decimals',
      { defaultVariant: percentage({ on: 0.0001 }) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution.on' },
    ],
    [
      'a weight that is text',
      { defaultVariant: percentage({ on: '1' }) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution.on' },
    ],
    [
      'a distribution that is a list',
      { defaultVariant: percentage([1, 2]) },
      { location: 'body.defaultVariant.value.rolloutPercentage.distribution' },
    ],
    [
      'a distribution in two spellings',
      { defaultVariant: { ...percentage({ on: 1 }), distribution: { on: 1 } } },
      { location: 'body.defaultVariant.distribution' },
    ],
    [
      'a rollout that ends when it starts',
      dates(stage(may, 0, 'off'), stage(may, 100, 'on')),
      { location: 'body.defaultVariant.end.date' },
    ],
    [
      'a rollout beyond 100 percent',
      dates(stage(may, 0, 'off'), stage(june, 101, 'on')),
      { location: 'body.defaultVariant.end.percentage' },
    ],
    [
      'a rollout to nothing',
      dates(stage(may, 0, 'off'), stage(june, 100, 'x')),
      { location: 'body.defaultVariant.end.variant' },
    ],
    [
      'a rollout from no date',
      dates(stage('May', 0, 'off'), stage(june, 100, 'on')),
      { location: 'body.defaultVariant.start.date' },
    ],
    [
      'a rule that does not parse',
      ofRule('plan ==\n  == "pro"'),
      { location: 'body.targetingRules[0].rule', line: 2, column: 3 },
    ],
    [
      'a rule that is a number',
      ofRule('1 + 2'),
      { location: 'body.targetingRules[0].rule', message: 'a rule must be true or false, this is int' },
    ],
    ['an empty rule', ofRule(''), { location: 'body.targetingRules[0].rule' }],
    ['a rule of 4,001 characters', ofRule('a'.repeat(4001)), { location: 'body.targetingRules[0].rule' }],
    [
      'a rule nested 65 deep',
      ofRule(`${'('.repeat(65)}true${')'.repeat(65)}`),
      { location: 'body.targetingRules[0].rule' },
    ],
    ['a rule nested 2,000 deep', ofRule('!'.repeat(3000)), { location: 'body.targetingRules[0].rule' }],
    [
      'three nested comprehensions',
      ofRule('x.all(a, x.all(b, x.all(c, true)))'),
      { location: 'body.targetingRules[0].rule', line: 1 },
    ],
    ['an unknown function', ofRule('eval("1")'), { location: 'body.targetingRules[0].rule', line: 1, column: 1 }],
    ['a pattern that is none', ofRule('x.matches("(")'), { location: 'body.targetingRules[0].rule' }],
    [
      '101 rules',
      { targetingRules: Array.from({ length: 101 }, () => ({ rule: 'true', variant: 'on' })) },
      { location: 'body.targetingRules' },
    ],
    [
      '32,001 characters of rules',
      { targetingRules: Array.from({ length: 9 }, () => ({ rule: `${'x == 1 || '.repeat(399)}true`, variant: 'on' })) },
      { location: 'body.targetingRules' },
    ],
    ['rules under two names', { targetings: [], targetingRules: [] }, { location: 'body.targetings' }],
    ['a misspelt member', { defaultVarient: basic }, { location: 'body.defaultVarient' }],
    [
      'a misspelt member of a rule',
      { targetingRules: [{ rule: 'true', variant: 'on', nmae: 'R' }] },
      { location: 'body.targetingRules[0].nmae' },
    ],
  ]
  test.each(cases)('%s', async (_, more, finding) => {
    const before = (await house.get(flags)).body.total
    const { status, body } = await house.post(flags, named(more))
    expect([status, body.errors[0]]).toMatchObject([422, finding])
    expect((await house.get(flags)).body.total).toBe(before)
  })

  test('a change that would leave a rule or the default without its variant names it', async () => {
    const { slug } = await create({
      variants: [on, off, { name: 'beta', value: true }],
      defaultVariant: basic,
      targetingRules: [{ name: 'Beta', rule: 'beta', variant: 'beta' }],
    })
    expect(await house.put(`${flags}/${slug}`, { variants: [off] })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { location: 'body.defaultVariant.value', value: 'on' },
          { location: 'body.targetingRules[0].variant', value: 'beta' },
        ],
      },
    })
    expect(await house.put(`${flags}/${slug}`, { type: 'string' })).toMatchObject({
      status: 422,
      body: { errors: [{}, {}, { location: 'body.variants[2].value' }] },
    })
    expect((await house.put(`${flags}/${slug}`, { defaultVariant: null })).status).toBe(422)
    expect((await house.put(`${flags}/${slug}`, { slug: 'other' })).body.errors).toMatchObject([
      { location: 'body.slug' },
    ])
    expect((await house.get(`${flags}/${slug}`)).body).toMatchObject({ revision: 1, variants: [{}, {}, {}] })
  })

  test('a number too large for JSON is not taken for infinity', async () => {
    const text = (value: string) =>
      `{"name":"Huge","type":"number","variants":[{"name":"x","value":${value}}],"defaultVariant":{"type":"basic","value":"x"}}`
    expect(await house.post(flags, text('1e999'))).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.variants[0].value' }] },
    })
    expect((await house.post(flags, text('1e99'))).status).toBe(201)
  })

  test('variants called like members of every object are variants like others', async () => {
    const variants = '[{"name":"__proto__","value":"a"},{"name":"constructor","value":"b"}]'
    const choice = '{"type":"rolloutPercentage","distribution":{"__proto__":1,"constructor":0}}'
    const text = `{"name":"Proto","type":"string","enabled":true,"variants":${variants},"defaultVariant":${choice}}`
    expect((await house.post(flags, text)).status).toBe(201)
    expect(await evaluate('proto', { targetingKey: 'u' })).toMatchObject({
      variant: '__proto__',
      value: 'a',
      reason: 'SPLIT',
    })
  })
})

describe('the history', () => {
  test('has every revision with who made it, when, and what it changed', async () => {
    const { slug, id } = await create()
    house.pass(1000)
    await house.put(`${flags}/${slug}`, { enabled: true })
    await house.put(`${flags}/${slug}`, { name: 'Renamed', description: 'x' })
    const { body } = await house.get(`${flags}/${slug}/history`)
    expect(body).toMatchObject({
      total: 3,
      items: [
        { revision: 3, changedFields: ['name', 'description'], flag: { name: 'Renamed', enabled: true } },
        { revision: 2, changedFields: ['enabled'], principal: 'bootstrap/bootstrap', flag: { enabled: true } },
        { revision: 1, changedFields: [], flag: { enabled: false } },
      ],
    })
    expect(Date.parse(body.items[1].occurredAt) - Date.parse(body.items[2].occurredAt)).toBe(1000)
    const { body: page } = await house.get(`${flags}/${slug}/history?limit=2`)
    expect((await house.get(`${flags}/${slug}/history?limit=2&cursor=${page.nextCursor}`)).body.items).toMatchObject([
      { revision: 1 },
    ])
    expect((await house.get(`${flags}/${slug}/history?q=renamed`)).body.total).toBe(1)

    await house.delete(`${flags}/${slug}`)
    expect((await house.get(`${flags}/${slug}/history`)).status).toBe(404)
    expect((await house.get(`${flags}/${id}/history`)).body.total).toBe(3)
  })

  test('gives back what a flag was, as a new revision', async () => {
    const { slug } = await create({ enabled: true, targetingRules: [{ name: 'All', rule: 'true', variant: 'on' }] })
    await house.put(`${flags}/${slug}`, { enabled: false, targetingRules: [], description: 'gone wrong' })
    expect((await house.post(`${flags}/${slug}/restore`, { revision: 1 })).body).toMatchObject({
      revision: 3,
      enabled: true,
      description: null,
      targetingRules: [{ name: 'All' }],
    })
    expect(await evaluate(slug)).toMatchObject({ value: true, metadata: { version: 3 } })
    expect((await house.post(`${flags}/${slug}/restore`, { revision: 1 })).body.revision).toBe(3)
    expect((await eventsAbout(slug)).filter((name: string) => name === 'FEATURE_FLAG_UPDATE')).toHaveLength(2)
    expect(await house.post(`${flags}/${slug}/restore`, { revision: 9 })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.revision', value: 9 }] },
    })
  })
})

describe('a rule is checked', () => {
  const lint = async (rule: unknown) => house.post(`${flags}/lint`, { rule })

  test('and one that is right tells what it reads', async () => {
    expect(await lint('user.plan == "pro" && seats > 3')).toMatchObject({
      status: 200,
      body: { valid: true, issues: [], variables: ['seats', 'user.plan'] },
    })
  })

  test.each([
    ['seats >', { line: 1, column: 8 }],
    ['"a" + 1 == "a1"', { line: 1 }],
    ['a\n&& 1', { line: 1, column: 1, endLine: 2, endColumn: 5 }],
    [`"${'x'.repeat(5000)}" == a`, { line: 1, column: 4001 }],
    ['x.exists(a, x.exists(b, x.exists(c, c)))', { line: 1 }],
    ['(a+)+$', { line: 1 }],
  ])('and told what is wrong with it: %s', async (rule, place) => {
    expect(await lint(rule)).toMatchObject({ status: 200, body: { valid: false, issues: [place], variables: [] } })
  })

  test('and must be text', async () => {
    expect(await lint(7)).toMatchObject({ status: 422, body: { errors: [{ location: 'body.rule' }] } })
  })
})

describe('instance facts', () => {
  let flag: string
  beforeAll(async () => {
    for (const entitlement of [
      { name: 'API Calls', type: 'NUMBER' },
      { name: 'Seats', type: 'NUMBER' },
      { name: 'Support', type: 'BOOLEAN' },
      { name: 'Theme', type: 'CONFIG' },
    ])
      await house.post('/api/entitlements', entitlement)
    await house.post('/api/licenses', { name: 'Growth', type: 'PAID' })
    for (const [entitlementSlug, type, value] of [
      ['api-calls', 'number', 200],
      ['seats', 'number', -1],
      ['support', 'boolean', true],
      ['theme', 'object', { color: 'red' }],
    ])
      await house.post('/api/licenses/growth/entitlements', { entitlementSlug, value: { type, value } })
    await house.post('/api/releases', { version: '2026.1', componentSlugs: [] })
    await house.post('/api/deployment-zones', { name: 'Europe', type: 'SHARED' })
    await house.post('/api/deployment-zones/europe/deployments', { releaseSlug: '2026-1' })
    await house.post('/api/customers', { name: 'Acme', externalCustomerId: 'crm-7' })
    for (const [name, more] of [
      ['Acme Prod', { deploymentZoneSlug: 'europe', metadata: { tier: 'gold' } }],
      ['Acme Trial', { startLicenseDate: '2026-01-01T00:00:00Z', endLicenseDate: '2026-02-01T00:00:00Z' }],
    ] as const)
      await house.post('/api/instances', { name, customerSlug: 'acme', licenseSlug: 'growth', ...more })
    await house.post('/api/customers', { name: 'Sole' })
    await house.post('/api/instances', { name: 'Sole Prod', customerSlug: 'sole', licenseSlug: 'growth' })
    await house.post('/api/instances/acme-prod/entitlements/api-calls/usage', { value: 150 })
    flag = (await create({ enabled: true })).slug
  })

  /** Whether a rule is true for a context, by the front door. */
  const holds = async (rule: string, context: unknown, headers?: Record<string, string>) => {
    const targetingRules = [{ name: 'R', rule, variant: 'on' }]
    expect((await house.put(`${flags}/${flag}`, { targetingRules })).status).toBe(200)
    return (await house.post(`/api/ofrep/v1/evaluate/flags/${flag}`, { context }, headers)).body.value as boolean
  }

  test.each([
    '__kaiten.instance.slug == "acme-prod" && __kaiten.instance.metadata.tier == "gold"',
    '__kaiten.customer.slug == "acme" && __kaiten.customer.externalCustomerId == "crm-7"',
    '__kaiten.license.slug == "growth" && __kaiten.license.family == "growth" && __kaiten.license.type == "PAID"',
    '__kaiten.license.active && now < __kaiten.license.endsAt && timestamp(__kaiten.license.startsAt) <= now',
    '__kaiten.zone.slug == "europe" && __kaiten.zone.type == "SHARED" && __kaiten.zone.release == "2026-1"',
    '__kaiten.entitlements["api-calls"].used == 150 && __kaiten.entitlements["api-calls"].remaining == 50',
    '__kaiten.entitlements["api-calls"].percentage >= 75 && __kaiten.entitlements["api-calls"].limit == 200',
    '__kaiten.entitlements.seats.unlimited && __kaiten.entitlements.seats.remaining > 1000000000',
    '__kaiten.entitlements.support.enabled && __kaiten.entitlements.theme.value.color == "red"',
    '!("sso" in __kaiten.entitlements)',
  ])('are read by %s', async rule => {
    expect(await holds(rule, { tenantSlug: 'acme-prod', targetingKey: 'somebody' })).toBe(true)
  })

  test('are found by slug or id, in tenantSlug, else in targetingKey', async () => {
    const { id } = (await house.get('/api/instances/acme-prod')).body
    const rule = '__kaiten.instance.slug == "acme-prod"'
    for (const context of [{ tenantSlug: id }, { targetingKey: id.toUpperCase() }, { targetingKey: 'acme-prod' }])
      expect(await holds(rule, context)).toBe(true)
    expect(await holds(rule, { tenantSlug: 'other', targetingKey: 'acme-prod' })).toBe(false)
  })

  test('are those of a customer’s instance where it has a single one', async () => {
    expect(await holds('__kaiten.instance.slug == "sole-prod"', { tenantSlug: 'sole' })).toBe(true)
    expect(await holds('has(__kaiten.instance.slug)', { tenantSlug: 'acme' })).toBe(false)
    expect(await holds('has(__kaiten.zone)', { tenantSlug: 'sole' })).toBe(false)
  })

  test('are not there for others, and rules that need them do not match', async () => {
    for (const context of [
      {},
      { tenantSlug: 'nobody' },
      { tenantSlug: 7 },
      { __kaiten: { license: { active: true } } },
    ])
      expect(await holds('__kaiten.license.active', context)).toBe(false)
  })

  test('of a license that has ended grant nothing', async () => {
    const { entitlements, license } = (await house.post(`${flags}/${flag}/test`, { instanceSlug: 'acme-trial' })).body
      .facts
    expect(license).toMatchObject({ active: false, endsAt: '2026-02-01T00:00:00Z' })
    expect(entitlements).toEqual({
      'api-calls': {
        enabled: false,
        limit: 0,
        used: 0,
        remaining: 0,
        percentage: expect.any(Number),
        unlimited: false,
      },
      seats: { enabled: false, limit: 0, used: 0, remaining: 0, percentage: expect.any(Number), unlimited: false },
      support: { enabled: false },
      theme: { enabled: false, value: null },
    })
  })

  test('change with the very next report, license and deletion', async () => {
    const rule = '__kaiten.entitlements["api-calls"].used < 170'
    expect(await holds(rule, { tenantSlug: 'acme-prod' })).toBe(true)
    await house.post('/api/instances/acme-prod/entitlements/api-calls/usage', { value: 20 })
    expect(await evaluate(flag, { tenantSlug: 'acme-prod' })).toMatchObject({ value: false })
    const always = 'has(__kaiten.instance.id)'
    expect(await holds(always, { tenantSlug: 'sole' })).toBe(true)
    await house.delete('/api/instances/sole-prod')
    expect(await evaluate(flag, { tenantSlug: 'sole' })).toMatchObject({ value: false })
  })

  test('take four reads at most', () => {
    const principal = house.inside.identify(house.token)
    if (!principal) throw new Error('The token is known.')
    const { read } = house.inside
    for (const [context, most] of [
      [{ tenantSlug: 'acme-prod' }, 3],
      [{ tenantSlug: 'acme' }, 2],
      [{ targetingKey: 'nobody' }, 2],
      [{}, 0],
    ] as const) {
      const find = vi.spyOn(read, 'find')
      const all = vi.spyOn(read, 'all')
      factsFor(read, principal, context, house.now())
      expect(find.mock.calls.length + all.mock.calls.length).toBeLessThanOrEqual(most)
      vi.restoreAllMocks()
    }
  })

  test('of other instances are hidden from a token that is bound to one', async () => {
    const token = await house.tokenWith(['read:feature_flags'], { instanceSlug: 'acme-prod' })
    const bound = { Authorization: `Bearer ${token}` }
    const rule = 'has(__kaiten.instance.id)'
    expect(await holds(rule, { tenantSlug: 'acme-prod' }, bound)).toBe(true)
    expect(await holds(rule, { tenantSlug: 'acme-trial' }, bound)).toBe(false)
    expect((await house.get('/api/instances/acme-prod/feature-flags', bound)).status).toBe(200)
    expect((await house.get('/api/instances/acme-trial/feature-flags', bound)).status).toBe(404)
    expect((await house.post(`${flags}/${flag}/test`, { instanceSlug: 'acme-trial' }, bound)).status).toBe(422)
  })

  test('every flag is shown as it resolves for an instance, with reason and facts', async () => {
    await holds('__kaiten.zone.slug == "europe"', {})
    const half = await create({ enabled: true, defaultVariant: percentage({ on: 1, off: 1 }) })
    const { status, body } = await house.get('/api/instances/acme-prod/feature-flags')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      total: body.items.length,
      hasMore: false,
      context: { tenantSlug: 'acme-prod', targetingKey: 'acme-prod' },
      facts: { customer: { slug: 'acme' }, entitlements: { seats: { limit: null, unlimited: true } } },
    })
    const shown = (key: string) => body.items.find((each: { key: string }) => each.key === key)
    expect(shown(flag)).toMatchObject({ type: 'boolean', value: true, reason: 'TARGETING_MATCH', rule: 'R' })
    expect(shown(half.slug)).toMatchObject({ reason: 'SPLIT', rule: null })
    for (const { key, value, variant, reason } of body.items)
      expect(await evaluate(key, body.context)).toMatchObject({ key, value, variant, reason })
  })
})

describe('a flag is tried', () => {
  test('with a context, and tells what each rule came to', async () => {
    const { slug } = await create({
      enabled: true,
      targetingRules: [
        { name: 'Seats', rule: 'seats > 3', variant: 'on' },
        { name: 'Half', rule: 'plan == "pro"', ...percentage({ on: 1, off: 1 }) },
      ],
    })
    const context = { plan: 'pro', targetingKey: 'u1' }
    const { status, body } = await house.post(`${flags}/${slug}/test`, { context })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      key: slug,
      reason: 'SPLIT',
      rule: 'Half',
      brokenTargetingRules: [{ name: 'Seats', error: 'no such attribute: seats' }],
      rules: [
        { name: 'Seats', result: null, error: 'no such attribute: seats' },
        { name: 'Half', result: true },
      ],
      bucketKey: 'u1',
      bucket: expect.any(Number),
      context,
      facts: null,
    })
    expect(await evaluate(slug, context)).toMatchObject({ variant: body.variant })
    expect((await house.post(`${flags}/${slug}/test`, { context: { plan: 'pro' } })).body).toMatchObject({
      reason: 'ERROR',
      errorCode: 'TARGETING_KEY_MISSING',
      value: null,
      bucket: null,
    })
  })

  test('as it would be, without being stored', async () => {
    const { slug } = await create({ enabled: true })
    const draft = { targeting_rules: [{ name: 'New', rule: 'n == 1', variant: 'on' }] }
    const tried = await house.post(`${flags}/${slug}/test`, { context: { n: 1 }, draft })
    expect(tried.body).toMatchObject({ value: true, rule: 'New' })
    expect((await house.get(`${flags}/${slug}`)).body).toMatchObject({ targetingRules: [], revision: 1 })
    const wrong = { targetingRules: [{ rule: 'n ==', variant: 'on' }] }
    expect(await house.post(`${flags}/${slug}/test`, { draft: wrong })).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.draft.targetingRules[0].rule', line: 1, column: 5 }] },
    })
  })

  test.each([
    ['text', '"x"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1'],
  ])('with a context that is an object, and not %s', async (_, context) => {
    const { slug } = await create()
    expect(await house.post(`${flags}/${slug}/test`, `{"context":${context}}`)).toMatchObject({
      status: 422,
      body: { errors: [{ location: 'body.context' }] },
    })
  })

  test('with hostile contexts, which are data or are refused', async () => {
    const { slug } = await create({
      enabled: true,
      targetingRules: [
        { name: 'Proto', rule: 'constructor == 1 || x.__proto__ == 1 || toString == "x"', variant: 'on' },
        { name: 'Backtracking', rule: 'text.matches("^(a+)+$")', variant: 'on' },
      ],
    })
    const tried = (context: string) => house.post(`${flags}/${slug}/test`, `{"context":${context}}`)
    const ordinary = await tried('{"__proto__":{"constructor":1},"x":{"__proto__":1},"text":"b"}')
    expect(ordinary.body).toMatchObject({ value: false, rules: [{ result: null }, { result: false }] })
    expect((await tried(`{"text":"${'a'.repeat(200_000)}b"}`)).body.value).toBe(false)
    const many = Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join()
    expect((await tried(`{${many},"text":"aa"}`)).body.value).toBe(true)
    const million = Array.from({ length: 1_000_000 }, (_, n) => `"k${n}":1`).join()
    expect((await tried(`{${million}}`)).status).toBe(413)
    expect((await tried(`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)).status).toBe(422)
  })
})

test('a list is filtered by type and state, searched and sorted', async () => {
  const of = async (query: string) => (await house.get(`${flags}?${query}`)).body
  expect((await of('type=NUMBER&q=listed')).total).toBe(0)
  const numbers = named({
    type: 'number',
    variants: [{ name: 'a', value: 0 }],
    defaultVariant: { type: 'basic', value: 'a' },
  })
  await house.post(flags, { ...numbers, name: 'Listed', enabled: true })
  expect((await of('type=number&enabled=true')).items).toMatchObject([{ slug: 'listed' }])
  expect((await of('q=listed')).total).toBe(1)
  const slugs = (await of('sort=name&limit=200')).items.map(({ name }: { name: string }) => name)
  expect(slugs).toEqual(slugs.toSorted())
})

test('reading flags, checks and trials take read:feature_flags, and changing them write:feature_flags', async () => {
  const { slug } = await create()
  const reader = { Authorization: `Bearer ${await house.tokenWith(['read:feature_flags'])}` }
  expect((await house.get(flags, reader)).status).toBe(200)
  expect((await house.post(`${flags}/lint`, { rule: 'true' }, reader)).status).toBe(200)
  expect((await house.post(`${flags}/${slug}/test`, {}, reader)).status).toBe(200)
  for (const refused of [
    house.post(flags, named(), reader),
    house.put(`${flags}/${slug}`, { enabled: true }, reader),
    house.post(`${flags}/${slug}/restore`, { revision: 1 }, reader),
    house.delete(`${flags}/${slug}`, reader),
  ])
    expect(await refused).toMatchObject({ status: 403, body: { scope: 'write:feature_flags' } })
})

test('memory is as the file is after a restart, and the revision of all flags goes on from where it was', async () => {
  const organization = (await house.get('/api/organization')).body.id
  const { slug } = await create({ enabled: true, targetingRules: [{ name: 'R', rule: 'n > 1', variant: 'on' }] })
  const gone = await create()
  await house.delete(`${flags}/${gone.slug}`)
  const before = house.inside.flags.of(organization)
  await house.restart()
  const after = house.inside.flags.of(organization)
  expect(after.revision).toBe(before.revision)
  expect(after.keys).toEqual(before.keys)
  expect(await evaluate(slug, { n: 2 })).toMatchObject({ value: true, reason: 'TARGETING_MATCH' })

  const told: string[] = []
  const end = house.inside.flags.onChange(each => told.push(each))
  await Promise.all([1, 2, 3].map(() => create()))
  end()
  await create()
  expect(new Set(told)).toEqual(new Set([organization]))
  expect(told.length).toBeLessThanOrEqual(3)
  expect(house.inside.flags.of(organization).revision).toBe(before.revision + 4)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
