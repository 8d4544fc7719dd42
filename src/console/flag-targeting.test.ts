import { afterAll, beforeAll, expect, test } from 'vitest'
import { flagsOf } from '../test-flags.ts'
import { read, type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const { flagOf, make } = flagsOf(() => house)

const rules: [string, string][] = [
  ['targetingRules[0].name', 'Pro'],
  ['targetingRules[0].rule', 'plan == "pro"'],
  ['targetingRules[0].type', 'basic'],
  ['targetingRules[0].variant', 'on'],
  ['targetingRules[1].name', ''],
  ['targetingRules[1].rule', 'country in ["JP"]'],
  ['targetingRules[1].type', 'rolloutPercentage'],
  ['targetingRules[1].weights.key[]', 'on'],
  ['targetingRules[1].weights.value[]', '12.5'],
  ['targetingRules[1].weights.key[]', 'off'],
  ['targetingRules[1].weights.value[]', ''],
  ['targetingRules[4].name', 'Slowly'],
  ['targetingRules[4].rule', 'true'],
  ['targetingRules[4].type', 'rolloutDate'],
  ['targetingRules[4].start.date', '2026-03-01T00:00'],
  ['targetingRules[4].start.variant', 'off'],
  ['targetingRules[4].start.percentage', '10'],
  ['targetingRules[4].end.date', '2026-04-01T12:30'],
  ['targetingRules[4].end.variant', 'on'],
  ['targetingRules[4].end.percentage', '100'],
  ['defaultVariant.type', 'basic'],
  ['defaultVariant.value', 'off'],
]

test('rules of every kind are saved as the API has them, and come back into their fields', async () => {
  await make('targeted')
  expect((await house.send('/feature-flags/targeted/targeting', [['_revision', '1'], ...rules])).status).toBe(303)
  expect((await flagOf('targeted')).targetingRules).toEqual([
    { type: 'basic', name: 'Pro', rule: 'plan == "pro"', variant: 'on' },
    {
      type: 'rolloutPercentage',
      name: 'Rule 2',
      rule: 'country in ["JP"]',
      value: { rolloutPercentage: { distribution: { on: 12.5, off: 0 } } },
    },
    {
      type: 'rolloutDate',
      name: 'Slowly',
      rule: 'true',
      start: { date: '2026-03-01T00:00:00.000Z', percentage: 10, variant: 'off' },
      end: { date: '2026-04-01T12:30:00.000Z', percentage: 100, variant: 'on' },
    },
  ])
  const { html } = await house.open('/feature-flags/targeted/targeting')
  expect(html).toContain('value="2026-04-01T12:30"')
  expect(html).toContain('Together 12.5. That makes on 100 %.')
  expect(html).toMatch(/Reads <code>plan<\/code>/)
})

test('a rule that is none comes back with its place marked, and nothing is saved', async () => {
  await make('mistyped')
  const fields = rules.map(([name, value]): [string, string] => {
    if (name === 'targetingRules[1].rule') return [name, 'country ==\n  in ["JP"]']
    return [name, name.endsWith('weights.value[]') ? 'many' : value]
  })
  const { status, html } = await house.send('/feature-flags/mistyped/targeting', fields)
  expect(status).toBe(422)
  expect(html).toContain('line 2, column 3')
  expect(read(html)).toContain('<mark>in</mark> ["JP"]\n  ^^')
  expect(html).toContain('on must be a number from 0')
  expect(html).toContain('value="many"')
  expect(html).not.toContain('form-unplaced')
  expect((await flagOf('mistyped')).targetingRules).toEqual([])
  const undated = rules.filter(([name]) => name !== 'targetingRules[4].end.date')
  expect((await house.send('/feature-flags/mistyped/targeting', undated)).html).toContain('At is required')
})

test('rules are added, moved, taken away and given other fields without being saved', async () => {
  await make('arranged')
  const names = async (command: string) => {
    const { html } = await house.send('/feature-flags/arranged/targeting', [...rules, ['_do', command]])
    return [...html.matchAll(/name="targetingRules\[(\d)\]\.name" value(?:="([^"]*)")?/g)].map(
      ([, at, name]) => at + (name ?? ''),
    )
  }
  expect(await names('show')).toEqual(['0Pro', '1', '2Slowly'])
  expect(await names('add')).toEqual(['0Pro', '1', '2Slowly', '3'])
  expect(await names('up 2')).toEqual(['0Pro', '1Slowly', '2'])
  expect(await names('down 2')).toEqual(['0Pro', '1', '2Slowly'])
  expect(await names('remove 0')).toEqual(['0', '1Slowly'])
  expect((await flagOf('arranged')).revision).toBe(1)
})

test('a rule is checked while it is typed, by a fragment', async () => {
  const check = async (rule: string) =>
    (await house.send('/feature-flags/lint', { rule }, { role: 'VIEWER', headers: { 'HX-Request': 'true' } })).html
  expect(await check('user.plan == "pro"')).toMatch(/^<span class="rule-fine".*<code>user\.plan<\/code>/)
  expect(await check(`${' '.repeat(60)}<b> ==`)).toMatch(/column \d+.*…\s+.*&lt;.*b>/s)
  expect(await check('country in ["JP"')).toContain('expected ], got the end')
  expect(await check('plan = "pro"')).toContain('== compares')
  expect(await check(' ')).toContain('For example')
  expect((await house.send('/feature-flags/lint', { rule: '1 +' })).html).toMatch(/^<!doctype html>.*line 1, column/s)
})

test('a trial says what came of it and what every rule said', async () => {
  await make('tried', {
    enabled: true,
    targetingRules: [
      { name: 'Broken', rule: 'nothing.there == 1', variant: 'on' },
      { name: 'Pro', rule: 'plan == "pro"', variant: 'on' },
      { name: 'Late', rule: 'true', variant: 'off' },
    ],
  })
  const context = '{"targetingKey": "user-1", "plan": "pro"}'
  const { status, html } = await house.send(
    '/feature-flags/tried/evaluation',
    { instanceSlug: '', context },
    { role: 'VIEWER' },
  )
  expect(status).toBe(200)
  expect(html).toContain('TARGETING_MATCH')
  expect(html).toMatch(/Broken.*Failed.*Pro.*True.*decides.*Late.*not looked at/s)
  expect(html).toMatch(/% \(of user-1\)/)
  expect(read(html)).toContain('"plan": "pro"')
  const wrong = await house.send('/feature-flags/tried/evaluation', { instanceSlug: 'nowhere', context: '{}' })
  expect([wrong.status, wrong.html.includes('Instance names nothing that exists')]).toEqual([422, true])
  const broken = await house.send('/feature-flags/tried/evaluation', { instanceSlug: '', context: '{a' })
  expect([broken.status, broken.html.includes('Context is not JSON')]).toEqual([422, true])
})

test('rules are tried as they stand in the form, also while the flag is off, and nothing is saved', async () => {
  await make('drafted', { targetingRules: [{ name: 'Stored', rule: 'true', variant: 'off' }] })
  const stored = await flagOf('drafted')
  const attempt = async (fields: [string, string][], context: string) => {
    const { status, html } = await house.send('/feature-flags/drafted/targeting', [
      ...fields,
      ['context', context],
      ['_do', 'try'],
    ])
    expect(status).toBe(200)
    return read(html.slice(html.indexOf('id="outcome"')).split('</form>')[0] ?? '')
  }
  const outcome = await attempt(rules, '{"plan": "pro"}')
  expect(outcome).toMatch(/TARGETING_MATCH.*if it were on.*Pro.*True.*decides.*Rule 2.*not looked at.*Slowly/s)
  expect(outcome).not.toContain('Stored')
  expect(await attempt(rules, '')).toMatch(/Pro.*Failed.*Rule 2.*Failed.*Slowly.*decides/s)
  expect((await attempt(rules.slice(-2), '')).replace(/<[^>]+>/g, ' ')).toMatch(/"?false"?.*STATIC.*has no rules/s)

  const broken = rules.map(([name, value]): [string, string] => [name, name.endsWith('[0].rule') ? 'plan = 1' : value])
  expect(await attempt(broken, '{}')).toMatch(/cannot be tried.*Pro.*== compares.*line 1, column 6/s)
  const wrong = rules.map(([name, value]): [string, string] => {
    if (name === 'targetingRules[4].end.date') return [name, '']
    return [name, name === 'targetingRules[4].start.percentage' ? 'some' : value]
  })
  expect(await attempt(wrong, '{}')).toMatch(/Slowly.*start percentage must be from 0 to 100.*end date is required/s)
  expect(await attempt(rules, '{a')).toMatch(/Context.*is not JSON/s)
  expect(await attempt(rules, '[]')).toMatch(/Context.*must be a JSON object/s)
  expect(await flagOf('drafted')).toEqual(stored)
})

test('a trial in the form knows the instance that the context names, and stays while the form is changed', async () => {
  await house.post('/api/licenses', { name: 'Trial plan', type: 'TRIAL', isDefault: true })
  await house.post('/api/customers', { name: 'Sakura' })
  await house.post('/api/instances', { name: 'Tokyo', customerSlug: 'sakura' })
  await make('knowing')
  const fields: [string, string][] = [
    ['targetingRules[0].name', 'Trials'],
    ['targetingRules[0].rule', '__kaiten.license.type == "TRIAL"'],
    ['targetingRules[0].variant', 'on'],
    ['defaultVariant.value', 'off'],
    ['context', '{"tenantSlug": "tokyo"}'],
  ]
  const tried = await house.send('/feature-flags/knowing/targeting', [...fields, ['_do', 'try']])
  expect(tried.html).toMatch(/<details id="trial"[^>]* open/)
  expect(read(tried.html)).toMatch(/Trials.*decides.*"family": "trial-plan"/s)
  const onward = await house.send('/feature-flags/knowing/targeting', [...fields, ['_tried', 'true'], ['_do', 'add']])
  expect(read(onward.html)).toContain('{"tenantSlug": "tokyo"}</textarea>')
  expect(onward.html).toMatch(/cannot be tried.*Rule 2/s)
  expect((await house.open('/feature-flags/knowing/targeting')).html).not.toMatch(/<details id="trial"[^>]* open/)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
