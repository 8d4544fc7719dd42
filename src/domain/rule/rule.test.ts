import { describe, expect, test } from 'vitest'
import { CelError, type CompiledRule, compileRule, type Issue } from './rule.ts'

const moment = { now: Date.UTC(2026, 1, 3, 4, 5, 6, 789) }

function rule(source: string): CompiledRule {
  const compiled = compileRule(source)
  if ('issues' in compiled) throw new Error(JSON.stringify(compiled.issues))
  return compiled
}

const evaluate = (source: string, context: object = {}, facts?: object): boolean | CelError =>
  rule(source).evaluate(context, { ...moment, facts })

function issues(source: string): readonly Issue[] {
  const compiled = compileRule(source)
  return 'issues' in compiled ? compiled.issues : []
}

describe('rules over a context', () => {
  const context = {
    tenantSlug: 'sakura-tokyo',
    plan: 'pro',
    country: 'CH',
    seats: 12,
    orderCount: 3,
    price: 9.5,
    beta: true,
    nothing: null,
    user: { email: 'mai@sakura.jp', tags: ['a', 'b'], age: 30, 'address.city': 'Bern' },
    'account.tier': 'gold',
    releasedAt: '2026-01-01T00:00:00Z',
    'app-version': '2.1',
    type: 'trial',
  }
  test.each([
    ['plan == "pro" && country in ["CH", "DE"] && seats > 10', true],
    ['plan == "pro" && country in ["AT", "DE", "FR", "IT", "LI"]', false],
    ['"pro" == plan && 10 < seats && 12 >= seats && seats != 13', true],
    ['orderCount + 1 == 4 && orderCount * 2 < 7 && orderCount - 1 == 2', true],
    ['orderCount % 2 == 1 && seats % 5 == 2', true],
    ['orderCount / 2 == 1.5 && 3 / 2 == 1', true],
    ['orderCount + 1.5 == 4.5 && -orderCount == -3', true],
    ['price > 9 && price < 10u && seats in [1, 12, 3]', true],
    ['seats == 12u && seats == 12.0 && seats >= 12u', true],
    ['user.email.endsWith("@sakura.jp") && user.email.contains("mai") && plan.startsWith("p")', true],
    ['user.email.matches("^[a-z]+@sakura\\\\.(jp|com)$")', true],
    ['size(user.tags) == 2 && user.tags.size() > 1 && size(plan) < 4', true],
    ['"a" in user.tags && "email" in user && !("phone" in user)', true],
    ['user.tags.exists(t, t == "b") && user.tags.all(t, size(t) == 1)', true],
    ['user.tags.map(t, t + "!").filter(t, t != "a!") == ["b!"]', true],
    ['user.tags.exists_one(t, t == "a") && user.tags[1] == "b" && user["age"] == 30', true],
    ['account.tier == "gold" && has(account.tier) && user.address.city == "Bern"', true],
    ['has(user.email) && !has(user.phone) && !has(company.name)', true],
    ['nothing == null && beta && !(beta == false)', true],
    ['type == "trial" && type(seats) == double && type(plan) == string', true],
    ['now > timestamp(releasedAt) && now - timestamp(releasedAt) > duration("720h")', true],
    ['now.getHours("Asia/Tokyo") == 13 && now.getFullYear() == 2026 && now.getDayOfWeek("+01:00") == 2', true],
    ['timestamp(1770000000) < now && timestamp(seats) < now', true],
    ['seats > 10 ? plan == "pro" : false', true],
    ['missing == "x" || plan == "pro"', true],
    ['missing == "x" && plan == "free"', false],
    ['[1, 2, 3].exists(i, i == seats / 4)', true],
    ['int("12") == seats && string(seats) == "12" && double("9.5") == price', true],
    ['math.greatest(seats, orderCount) == 12 && base64.encode(b"hi") == "aGk="', true],
    ['user == {"email": "x"}', false],
    ['plan.upperAscii() == "PRO" && "a-b".split("-")[0] == "a" && "abc".substring(1, 2) == "b"', true],
    ['cel.bind(limit, seats * 2, limit > 20 && limit < 30)', true],
  ])('%s', (source, wanted) => {
    expect(evaluate(source, context)).toBe(wanted)
  })

  test.each([
    ['missing == "x"', 'no such attribute: missing'],
    ['user.phone == "x"', 'no such attribute: user.phone'],
    ['missing.deeply.nested', 'no such attribute: missing.deeply.nested'],
    ['missing == "x" || plan == "free"', 'no such attribute: missing'],
    ['plan > 3', 'string and double have no order'],
    ['plan', 'a rule must be true or false, this was string'],
    ['plan + seats == "x"', 'no such overload: _+_(string, double)'],
    ['user.tags[5] == "x"', 'index out of range'],
    ['timestamp(plan) < now', "string 'pro' cannot be converted to timestamp"],
    ['now.getHours(plan) == 1', "no such time zone: 'pro'"],
    ['has(user.phone.number)', 'no such attribute: user.phone'],
    ['plan.matches(plan + "(")', 'invalid pattern: missing closing ): `pro(`'],
  ])('%s fails: %s', (source, message) => {
    expect(evaluate(source, context)).toEqual(new CelError(message))
  })

  test('a flat name goes before a nested one', () => {
    expect(evaluate('user.plan == "flat"', { 'user.plan': 'flat', user: { plan: 'nested' } })).toBe(true)
    expect(evaluate('a.b.c == 1', { 'a.b': { c: 1 } })).toBe(true)
    expect(evaluate('a.b.c == 1', { a: { 'b.c': 1 } })).toBe(true)
    expect(evaluate('items.exists(i, i.a.b == 1)', { items: [{ 'a.b': 1 }] })).toBe(true)
    expect(evaluate('has(user.plan)', { 'user.plan': null })).toBe(true)
    expect(evaluate('has(user.plan)', { 'user.name': 'x' })).toBe(false)
  })

  test('null is a value, and present', () => {
    expect(
      evaluate('x == null && y.z == null && has(y.z) && l[0] == null', { x: null, y: { z: null }, l: [null] }),
    ).toBe(true)
  })
})

describe('facts and time', () => {
  const facts = { license: { family: 'scale', active: true }, entitlements: { 'api-calls': { remaining: Infinity } } }

  test('a rule reads the facts of the instance', () => {
    const source = '__kaiten.license.family == "scale" && __kaiten.entitlements["api-calls"].remaining > 5'
    expect(evaluate(source, {}, facts)).toBe(true)
    expect(evaluate('__kaiten.entitlements.`api-calls`.remaining > 5', {}, facts)).toBe(true)
    expect(rule(source)).toMatchObject({ readsFacts: true, readsNow: false, variables: [] })
  })

  test("a caller's own __kaiten is not seen", () => {
    const own = { __kaiten: { license: { active: true } }, '__kaiten.license': { active: true } }
    expect(evaluate('__kaiten.license.active', own)).toEqual(new CelError('no such key: license.active'))
    expect(evaluate('has(__kaiten.license)', own)).toBe(false)
    expect(evaluate('has(__kaiten.license)', own, facts)).toBe(true)
  })

  test('now is the time handed in, whatever the context says', () => {
    expect(evaluate('now == timestamp("2026-02-03T04:05:06.789Z")', { now: 1 })).toBe(true)
    expect(rule('now > timestamp("2026-01-01T00:00:00Z")').readsNow).toBe(true)
    expect(evaluate('[1].all(now, now == 1)')).toBe(true)
  })
})

describe('what an editor learns', () => {
  test('attributes and the literals they are compared with', () => {
    expect(rule('user.plan == "pro" && country in ["CH", "DE"] && 10 < seats && [1].all(x, x == seats)')).toMatchObject(
      {
        variables: ['country', 'seats', 'user.plan'],
        compared: { 'user.plan': ['pro'], country: ['CH', 'DE'], seats: [10] },
        type: 'bool',
      },
    )
  })

  test.each([
    ['plan = "pro"', { line: 1, column: 6, endLine: 1, endColumn: 7 }, 'unexpected character: ='],
    ['plan ==\n  "pro', { line: 2, column: 3, endLine: 2, endColumn: 7 }, 'unterminated string'],
    ['plan == "pro" &&\nsize(user', { line: 2, column: 10, endLine: 2, endColumn: 10 }, 'expected RPAREN, got EOF'],
    ['a && lowercase(b)', { line: 1, column: 6, endLine: 1, endColumn: 18 }, 'unknown function lowercase()'],
    [
      'plan.startswith("p")',
      { column: 1, endColumn: 21 },
      'unknown method startswith(); there is a method startsWith()',
    ],
    ['plan.size', {}, undefined],
    ['"a" + 1 == "a1"', { column: 1, endColumn: 8 }, 'no such overload: _+_(string, int)'],
    ['size(plan) + "x" == "1x"', { column: 1, endColumn: 17 }, 'no such overload: int + string'],
    ['beta && "x"', { column: 1, endColumn: 12 }, "logical operator requires bool operands, got 'string'"],
    ['size(x) + 1', { column: 1, endColumn: 12 }, 'a rule must be true or false, this is int'],
    ['"pro"', { column: 1, endColumn: 6 }, 'a rule must be true or false, this is string'],
    ['[]', { column: 1, endColumn: 3 }, 'a rule must be true or false, this is list'],
    ['x.matches("a(b")', { column: 1, endColumn: 17 }, 'invalid pattern: missing closing ): `a(b`'],
    [
      'now > timestamp("yesterday")',
      { column: 7, endColumn: 29 },
      "string 'yesterday' cannot be converted to timestamp",
    ],
    ['a == 1 / 0', { column: 6, endColumn: 11 }, 'division by zero'],
    ['x == 9223372036854775808', { column: 6, endColumn: 25 }, 'the integer does not fit into 64 bits'],
    ['a.all(x, b.all(y, c.all(z, true)))', { column: 19, endColumn: 33 }, 'comprehensions nested deeper than 2'],
    ['substring("a", 1) == ""', { column: 1 }, 'unknown function substring(); there is a method substring()'],
    ['"a".substring() == ""', { column: 1 }, 'substring() does not take 0 arguments'],
    ['', { line: 1, column: 1, endLine: 1, endColumn: 1 }, 'unexpected token: EOF'],
    ['has(plan)', { column: 1 }, 'has() takes a field: has(user.plan)'],
    ['user.__proto__ == 1 && __proto__ == 2', { column: 24 }, 'reserved identifier: __proto__'],
  ])('%s', (source, place, message) => {
    if (message === undefined) expect(issues(source)).toEqual([])
    else expect(issues(source)).toMatchObject([{ ...place, message }])
  })

  test('several unknown functions are several issues', () => {
    expect(issues('f(a) || g(b)').map(issue => issue.column)).toEqual([1, 9])
  })

  test('a rule of 4,000 characters is read, one of 4,001 is not', () => {
    const longest = `plan == "${'x'.repeat(4_000 - 10)}"`
    expect(issues(longest)).toEqual([])
    expect(issues(`${longest} `)).toMatchObject([{ column: 4_001, message: expect.stringContaining('at most 4000') }])
  })

  test.each([
    ['parentheses', (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`],
    ['negations', (depth: number) => `${'!'.repeat(depth)}a`],
    ['lists', (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)} == a`],
    ['conditions', (depth: number) => `${'a ? b : '.repeat(depth)}c`],
    ['fields', (depth: number) => `a${'.a'.repeat(depth)}`],
    ['sums', (depth: number) => `a${'+1'.repeat(depth)} == 1`],
    ['calls', (depth: number) => `${'int('.repeat(depth)}a${')'.repeat(depth)} == 1`],
  ])('%s nest up to about 64 deep', (_, nested) => {
    expect(issues(nested(60))).toEqual([])
    for (const depth of [80, 400]) expect(issues(nested(depth))).toMatchObject([{ message: 'nested deeper than 64' }])
  })

  test('a chain of and and or is no nesting', () => {
    expect(evaluate(Array.from({ length: 400 }, (_, i) => `a == ${i}`).join('||'), { a: 399 })).toBe(true)
    expect(evaluate(Array.from({ length: 400 }, (_, i) => `a != ${i}`).join('&&'), { a: 399 })).toBe(false)
  })
})
