import { afterAll, beforeAll, expect, test } from 'vitest'
import { flagsOf } from '../test-flags.ts'
import { askingWith, foundOrganization } from '../test-organization.ts'
import { read, type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
})
afterAll(() => house[Symbol.asyncDispose]())

const { flagOf, make } = flagsOf(() => house)

const newString: [string, string][] = [
  ['name', 'Theme'],
  ['slug', ''],
  ['description', ''],
  ['type', 'string'],
  ['_shown', 'string'],
  ['enabled', 'false'],
  ['variants[0].key', '+1'],
  ['variants[0].name', 'warm'],
  ['variants[0].value', 'on two\nlines'],
  ['variants[0].description', ''],
  ['variants[1].key', '+2'],
  ['variants[1].name', 'cold'],
  ['variants[1].value', '5'],
  ['variants[1].description', 'For winter'],
  ['_default', '+1'],
]

test('a flag made in a form is the one of the API, its values of the type that was chosen', async () => {
  const sent = await house.send('/feature-flags/new', newString)
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/feature-flags/theme'])
  expect(await flagOf('theme')).toMatchObject({
    type: 'string',
    enabled: false,
    variants: [
      { name: 'warm', value: 'on two\nlines', description: null },
      { name: 'cold', value: '5', description: 'For winter' },
    ],
    defaultVariant: { type: 'basic', value: 'warm' },
  })
  expect((await house.open('/feature-flags?type=string&enabled=false')).html).toContain('>Theme</a>')
  expect((await house.open('/feature-flags?type=string&enabled=true')).html).not.toContain('>Theme</a>')
})

test('choosing another type brings its fields and makes nothing, also where no script asked for them', async () => {
  const fields = newString.map(([name, value]): [string, string] => [name, name === 'type' ? 'object' : value])
  const { status, html } = await house.send('/feature-flags/new', fields)
  expect(status).toBe(200)
  expect(html).toContain('value="warm"')
  expect(html.match(/<textarea[^>]*data-json/g)).toHaveLength(2)
  expect(html).toContain('data-guarded="changed"')
})

test('what does not fit a new flag is told at its field', async () => {
  const fields = newString.map(([name, value]): [string, string] => {
    if (name === 'type' || name === '_shown') return [name, 'object']
    if (name === 'slug') return [name, 'lint']
    return [name, name === 'variants[0].value' ? '{"a":' : value]
  })
  const broken = await house.send('/feature-flags/new', fields)
  expect(broken.status).toBe(422)
  expect(broken.html).toContain('Value is not JSON')
  expect(read(broken.html)).toContain('{"a":</textarea>')
  const reserved = await house.send('/feature-flags/new', [...fields, ['variants[0].value', '{}']])
  expect([reserved.status, reserved.html.includes('Slug is a reserved word')]).toEqual([422, true])
})

test('the switch turns a flag on where it stands, and goes back to the list as it was', async () => {
  await make('switched')
  const fields = { enabled: 'true', _then: '/feature-flags?q=sw&sort=name' }
  const sent = await house.send('/feature-flags/switched/enabled', fields)
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/feature-flags?q=sw&sort=name'])
  expect((await flagOf('switched')).enabled).toBe(true)
  const byScript = await house.send(
    '/feature-flags/switched/enabled',
    { enabled: 'false', _then: '/feature-flags' },
    { headers: { 'HX-Request': 'true' } },
  )
  expect(byScript.html).toMatch(/^<form(?!.*<html).*role="switch"[^>]* aria-checked="false"/)
  const away = await house.send('/feature-flags/switched/enabled', { enabled: 'true', _then: '//evil.example' })
  expect(away.headers.get('location')).toBe('/feature-flags/switched')
})

test('a variant that is renamed keeps its rules, its share and the default', async () => {
  await make('renamed', {
    defaultVariant: { type: 'rolloutPercentage', distribution: { on: 30, off: 70 } },
    targetingRules: [{ name: 'Pro', rule: 'plan == "pro"', variant: 'on' }],
  })
  const fields: [string, string][] = [
    ['_revision', '1'],
    ['variants[0].key', 'on'],
    ['variants[0].name', 'visible'],
    ['variants[0].value', 'true'],
    ['variants[0].description', ''],
    ['variants[1].key', 'off'],
    ['variants[1].name', 'off'],
    ['variants[1].value', 'false'],
    ['variants[1].description', ''],
  ]
  const added = await house.send('/feature-flags/renamed/variants', [...fields, ['_do', 'add']])
  expect(added.html).toContain('name="variants[2].name"')
  expect(added.html).toContain('value="visible"')
  const moved = await house.send('/feature-flags/renamed/variants', [...fields, ['_do', 'down 0']])
  expect(moved.html).toMatch(/name="variants\[1\]\.key" value="on"/)
  expect((await flagOf('renamed')).revision).toBe(1)

  expect((await house.send('/feature-flags/renamed/variants', fields)).status).toBe(303)
  expect(await flagOf('renamed')).toMatchObject({
    variants: [{ name: 'visible' }, { name: 'off' }],
    defaultVariant: { value: { rolloutPercentage: { distribution: { visible: 30, off: 70 } } } },
    targetingRules: [{ name: 'Pro', variant: 'visible' }],
  })
  const gone = await house.send('/feature-flags/renamed/variants', [
    ['_revision', '2'],
    ...fields.slice(5).map(([name, value]): [string, string] => [name, value]),
  ])
  expect(gone.status).toBe(422)
  expect(gone.html).toContain('which the flag does not have')
  const late = await house.send('/feature-flags/renamed/variants', fields)
  expect([late.status, late.html.includes('Somebody else has changed this')]).toEqual([412, true])
})

test('history tells who changed what, and a revision is restored as a new one', async () => {
  await make('old')
  await house.put('/api/feature-flags/old', {
    description: 'Second',
    targetingRules: [{ name: 'Pro', rule: 'plan == "pro"', variant: 'on' }],
  })
  const { html } = await house.open('/feature-flags/old/history')
  expect(read(html)).toContain('<ins>if plan == "pro"\nserve on</ins>')
  const confirm = await house.open('/feature-flags/old/restore?revision=1')
  expect(confirm.html).toContain('<del>Second</del>')
  const sent = await house.send('/feature-flags/old/restore', { _revision: '2', revision: '1' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/feature-flags/old/history'])
  expect(await flagOf('old')).toMatchObject({
    revision: 3,
    description: null,
    targetingRules: [],
    updatedBy: 'ada@example.com',
  })
  expect((await house.open('/feature-flags/old/restore?revision=9')).status).toBe(404)
})

test('details are edited and the flag is deleted by its name', async () => {
  await make('gone', { salt: 'season' })
  const fields = { _revision: '1', name: 'Gone soon', description: '', enabled: 'true', salt: '' }
  expect((await house.send('/feature-flags/gone/edit', fields)).status).toBe(303)
  expect(await flagOf('gone')).toMatchObject({ name: 'Gone soon', enabled: true, salt: null })
  expect((await house.send('/feature-flags/gone/delete', { _name: 'gone' })).status).toBe(422)
  expect((await house.send('/feature-flags/gone/delete', { _name: 'Gone soon' })).headers.get('location')).toBe(
    '/feature-flags',
  )
  expect((await house.open('/feature-flags/gone')).status).toBe(404)
})

test('a viewer reads every page of a flag and may change none of it', async () => {
  await make('seen', { targetingRules: [{ name: 'Pro', rule: 'plan == "pro"', variant: 'on' }] })
  for (const tab of ['', '/variants', '/targeting', '/evaluation', '/history']) {
    const { status, html } = await house.open(`/feature-flags/seen${tab}`, 'VIEWER')
    expect(status, tab).toBe(200)
    expect(html, tab).not.toMatch(/role="switch"|Save|Delete|restore\?|name="_do"/)
  }
  const refused = ['variants', 'targeting', 'enabled', 'edit', 'delete', 'restore'].map(async word => {
    const { status } = await house.send(
      `/feature-flags/seen/${word}`,
      { _name: 'seen', enabled: 'true' },
      { role: 'VIEWER' },
    )
    expect(status, word).toBe(403)
  })
  await Promise.all(refused)
  expect((await flagOf('seen')).revision).toBe(1)
})

test('flags of others are not there', async () => {
  const { token } = await foundOrganization(house, 'others')
  const theirs = await askingWith(house, token)('POST', '/api/feature-flags', { name: 'Theirs', type: 'boolean' })
  for (const word of [
    '',
    '/variants',
    '/targeting',
    '/evaluation',
    '/history',
    '/edit',
    '/enabled',
    '/delete',
    '/restore?revision=1',
  ])
    for (const name of ['theirs', theirs.body.id])
      expect((await house.open(`/feature-flags/${name}${word}`)).status, word).toBe(404)
  for (const word of ['variants', 'targeting', 'evaluation', 'enabled', 'edit', 'delete', 'restore'])
    expect((await house.send(`/feature-flags/theirs/${word}`, { enabled: 'true' })).status, word).toBe(404)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
