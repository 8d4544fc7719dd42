import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appliance, operator } from '../domain/principal.ts'
import { allOrganizations } from '../store/organizations.ts'
import { type TestConsole, testConsole } from '../test-console.ts'
import { type TestHouse, testHouse } from '../test-house.ts'

const password = 'purple tractor beneath lantern'
const hour = 3_600_000

let house: TestHouse
let console: TestConsole
let organization: string
/** So that each test has people of its own. */
let round = 0
const address = (name: string) => `${name}${round}@example.com`

beforeAll(async () => {
  house = await testHouse()
  console = await testConsole(house)
  organization = house.inside.read.all(allOrganizations, {})[0]?.id ?? ''
})
beforeEach(() => {
  round++
})
afterAll(async () => {
  expect(house.faults).toEqual([])
  await console[Symbol.asyncDispose]()
  await house[Symbol.asyncDispose]()
})

const invite = async (name: string, role = 'VIEWER') =>
  (await house.post('/api/users', { email: address(name), role })).body

async function active(name: string, role = 'VIEWER') {
  const { id, link } = await invite(name, role)
  const browser = console.browser()
  expect(await browser.post('/invitation', { code: link.code, password })).toMatchObject({ status: 200 })
  return { id, browser }
}

const newest = async () => (await house.get('/api/events?limit=1')).body.items[0]

describe('an invitation', () => {
  test('makes a user who has not come yet, with a link that is shown once', async () => {
    const answer = await house.post('/api/users', { email: ` Anna${round}@Example.com`, name: 'Anna', role: 'editor' })
    expect(answer).toMatchObject({
      status: 201,
      body: {
        email: `anna${round}@example.com`,
        name: 'Anna',
        role: 'EDITOR',
        disabled: false,
        acceptedAt: null,
        lastSignInAt: null,
        link: { kind: 'INVITATION', expiresAt: new Date(house.now() + 168 * hour).toISOString() },
      },
    })
    const { id, link } = answer.body
    expect(link.path).toBe(`/invitation?code=${link.code}`)
    expect(answer.headers.get('location')).toBe(`/api/users/${id}`)
    const shown = await house.get(`/api/users/${id}`)
    expect(shown.body).not.toHaveProperty('link')
    expect((await house.get(`/api/users/${encodeURIComponent(address('Anna'))}`)).body).toEqual(shown.body)
    const told = await newest()
    expect(told).toMatchObject({ name: 'USER_CREATION', data: shown.body })
    expect(JSON.stringify(told)).not.toContain(link.code)
  })

  test('is not repeated to whoever asks again with the same key, and its code is kept as a hash only', async () => {
    const headers = { 'Idempotency-Key': `invite ${round}` }
    const draft = { email: address('anna'), role: 'VIEWER' }
    const first = await house.post('/api/users', draft, headers)
    const again = await house.post('/api/users', draft, headers)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const { link, ...user } = first.body
    expect(again.body).toEqual(user)
    for (const table of ['one_time_links', 'idempotency_keys', 'outbox_events']) {
      const rows = house.inside.read.all({ sql: `select * from ${table}`, parameters: [] })
      expect(rows.length, table).toBeGreaterThan(0)
      expect(JSON.stringify(rows), table).not.toContain(link.code)
    }
  })

  test('lets in once, with a password that is none that everybody tries', async () => {
    const { id, link } = await invite('anna')
    const browser = console.browser()
    const { code } = link
    expect((await browser.post('/link', { kind: 'INVITATION', code })).body).toEqual({
      organization: 'Default',
      email: address('anna'),
      name: `anna${round}`,
      hasPassword: false,
      expiresAt: Date.parse(link.expiresAt),
    })
    expect(await browser.post('/invitation', { code, password: `anna${round}-anna` })).toMatchObject({ status: 422 })
    expect(await browser.post('/invitation', { code, password, name: 'Anna M.' })).toMatchObject({ status: 200 })
    expect(await browser.visitor()).toMatchObject({ role: 'VIEWER', user: { id, name: 'Anna M.' } })
    const [signIn, update] = (await house.get('/api/events?limit=2')).body.items
    expect(signIn).toMatchObject({ name: 'USER_SIGN_IN', actor: { kind: 'user', id } })
    expect(update).toMatchObject({ name: 'USER_UPDATE', actor: { kind: 'user', id } })
    expect(update.data.changedFields).toEqual(['acceptedAt', 'name'])
    const another = await console.browser().post('/invitation', { code, password: 'stapler gravel oboe' })
    expect(another).toMatchObject({ status: 410, body: { code: 'OneTimeLink.NotValid' } })
  })

  test.each([
    ['has ended', async () => house.pass(168 * hour)],
    ['was followed by another', async (id: string) => house.post(`/api/users/${id}/reset-link`)],
    ['was withdrawn', async (id: string) => house.delete(`/api/users/${id}`)],
    ['is of a user who was disabled', async (id: string) => house.put(`/api/users/${id}`, { disabled: true })],
  ])('that %s lets nobody in', async (_, change) => {
    const { id, link } = await invite('anna')
    await change(id)
    expect((await console.browser().post('/invitation', { code: link.code, password })).status).toBe(410)
  })

  test('is no reset link, no set-up link, and no guess', async () => {
    const { code } = (await invite('anna')).link
    const browser = console.browser()
    for (const page of ['/reset', '/setup']) {
      const form = { code, password, ...(page === '/setup' && { email: 'x@example.com', name: 'X' }) }
      expect((await browser.post(page, form)).status, page).toBe(410)
    }
    const themselves = operator(organization)
    const straight = house.inside.submit('users.resetPassword', themselves, { code, passwordHash: 'x' })
    await expect(straight).rejects.toMatchObject({ code: 'OneTimeLink.NotValid' })
    for (const guess of ['', 'x', `${code}x`])
      expect((await browser.post('/invitation', { code: guess, password })).status).toBe(410)
    expect((await browser.post('/invitation', { code, password })).status).toBe(200)
  })

  test('to somebody who is here already is refused, and says how to make another link', async () => {
    const { id } = await invite('anna')
    const again = await house.post('/api/users', { email: address('ANNA'), role: 'ADMIN' })
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'User.EmailTaken', detail: expect.stringContaining(`/api/users/${id}/reset-link`) },
    })
  })

  test.each([
    [{ email: 'nobody', role: 'VIEWER' }, 'body.email'],
    [{ email: 'a@example.com', role: 'BOSS' }, 'body.role'],
    [{ email: 'a@example.com' }, 'body.role'],
    [{ email: 'a@example.com', role: 'VIEWER', password }, 'body.password'],
  ])('with %j is refused', async (draft, location) => {
    expect(await house.post('/api/users', draft)).toMatchObject({ status: 422, body: { errors: [{ location }] } })
  })
})

describe('a user', () => {
  test('is listed, found by name and address, sorted and paged', async () => {
    await house.post('/api/users', { email: address('zoe'), name: `zoe ${round}`, role: 'VIEWER' })
    await house.post('/api/users', { email: address('yan'), name: `yan ${round}`, role: 'ADMIN' })
    const names = async (query: string) =>
      (await house.get(`/api/users?${query}`)).body.items.map(({ name }: { name: string }) => name)
    expect((await names('sort=-name')).slice(0, 2)).toEqual([`zoe ${round}`, `yan ${round}`])
    expect(await names(`q=ZOE${round}@EXAMPLE`)).toEqual([`zoe ${round}`])
    const { body } = await house.get('/api/users?sort=-name&limit=1')
    expect(await names(`sort=-name&limit=1&cursor=${body.nextCursor}`)).toEqual([`yan ${round}`])
  })

  test('is changed by merging, once per revision, and a change of nothing is none', async () => {
    const { id } = await invite('anna')
    const shown = (await house.get(`/api/users/${id}`)).body
    const changed = await house.put(`/api/users/${id}`, { ...shown, role: 'ADMIN' }, { 'If-Match': '"1"' })
    expect(changed).toMatchObject({ status: 200, body: { role: 'ADMIN', revision: 2, name: shown.name } })
    expect(await newest()).toMatchObject({ name: 'USER_UPDATE', data: { changedFields: ['role'] } })
    expect((await house.put(`/api/users/${id}`, changed.body)).body.revision).toBe(2)
    expect((await house.put(`/api/users/${id}`, { name: 'B' }, { 'If-Match': '"1"' })).status).toBe(412)
    expect((await house.put(`/api/users/${id}`, { email: 'other@example.com' })).status).toBe(422)
    expect((await house.put(`/api/users/${id}`, { disabled: true })).body).toMatchObject({
      disabled: true,
      disabledAt: new Date(house.now()).toISOString(),
    })
  })

  test('who is removed is gone with their password, and can be invited anew', async () => {
    const { id } = await active('anna')
    expect((await house.delete(`/api/users/${id}`)).status).toBe(204)
    expect(await newest()).toMatchObject({ name: 'USER_DELETION', data: { id, email: address('anna') } })
    expect((await house.get(`/api/users/${id}`)).status).toBe(404)
    const again = await invite('anna')
    expect(again.id).not.toBe(id)
    expect((await console.browser().post('/login', { email: address('anna'), password })).status).toBe(401)
  })

  test('who forgot the password gets a link to choose another, which ends their sessions', async () => {
    const { id, browser } = await active('anna')
    const made = await house.post(`/api/users/${id}/reset-link`)
    expect(made).toMatchObject({ status: 201, body: { kind: 'RESET', path: `/reset?code=${made.body.code}` } })
    expect(await newest()).toMatchObject({ name: 'USER_UPDATE', data: { changedFields: ['resetLink'] } })
    const { code } = made.body
    expect((await browser.post('/reset', { code, password: 'too short' })).status).toBe(422)
    expect(await browser.visitor()).toBeDefined()
    const newPassword = 'stapler gravel oboe mist'
    expect((await browser.post('/reset', { code, password: newPassword })).status).toBe(200)
    expect(await browser.visitor()).toBeUndefined()
    expect((await browser.post('/reset', { code, password: newPassword })).status).toBe(410)
    expect((await browser.post('/login', { email: address('anna'), password })).status).toBe(401)
    expect((await browser.post('/login', { email: address('anna'), password: newPassword })).status).toBe(200)
  })
})

describe('nobody', () => {
  const below = ['ADMIN', 'EDITOR', 'VIEWER']

  test('gives a role that may do more than they, nor touches who has one', async () => {
    const ownerThere = await active('owner', 'OWNER')
    const admin = { Authorization: `Bearer ${await tokenOf(['read:*', ...(await adminScopes())])}` }
    for (const role of below)
      expect((await house.post('/api/users', { email: address(role), role }, admin)).status, role).toBe(201)
    const beyond = { status: 403, body: { code: 'Auth.BeyondOwnScopes' } }
    expect(await house.post('/api/users', { email: address('o'), role: 'OWNER' }, admin)).toMatchObject(beyond)
    const at = `/api/users/${ownerThere.id}`
    expect(await house.put(at, { role: 'VIEWER' }, admin)).toMatchObject(beyond)
    expect(await house.put(at, { disabled: true }, admin)).toMatchObject(beyond)
    expect(await house.delete(at, admin)).toMatchObject(beyond)
    expect(await house.post(`${at}/reset-link`, undefined, admin)).toMatchObject(beyond)
    const viewer = (await house.get(`/api/users/${encodeURIComponent(address('VIEWER'))}`, admin)).body
    expect(await house.put(`/api/users/${viewer.id}`, { role: 'OWNER' }, admin)).toMatchObject(beyond)
    expect(await house.put(`/api/users/${viewer.id}`, { role: 'EDITOR' }, admin)).toMatchObject({ status: 200 })
    await house.delete(at)
  })

  test('reads or changes users without the scope', async () => {
    const reader = { Authorization: `Bearer ${await tokenOf(['read:users'])}` }
    expect((await house.get('/api/users', reader)).status).toBe(200)
    expect((await house.post('/api/users', { email: address('a'), role: 'VIEWER' }, reader)).status).toBe(403)
    const stranger = { Authorization: `Bearer ${await tokenOf(['write:customers'])}` }
    expect((await house.get('/api/users', stranger)).status).toBe(403)
  })

  test('makes users with a password, or set-up links, but the person at the machine', async () => {
    const admin = { ...appliance(organization), kind: 'token' } as const
    const draft = { email: address('a'), role: 'VIEWER', passwordHash: 'x' }
    const refused = { code: 'Auth.MissingScope' }
    await expect(house.inside.submit('users.enroll', admin, draft)).rejects.toMatchObject(refused)
    await expect(house.inside.submit('users.setUpLink', admin, undefined)).rejects.toMatchObject(refused)
  })

  const tokenOf = (scopes: string[]) => house.tokenWith(scopes)
  const adminScopes = async () => {
    const { scopesOfRole } = await import('../domain/user.ts')
    return [...scopesOfRole.ADMIN]
  }
})

describe('the last owner', () => {
  test('stays, until another has signed in', async () => {
    await using other = await testHouse()
    await using door = await testConsole(other)
    const founder = other.inside.read.all(allOrganizations, {})[0]?.id ?? ''
    const passwordHash = await other.inside.passwords.hash(password)
    const draft = { email: 'anna@example.com', role: 'OWNER', passwordHash }
    const { value: anna } = await other.inside.submit('users.enroll', operator(founder), draft)
    const { body: berta } = await other.post('/api/users', { email: 'berta@example.com', role: 'OWNER' })
    const at = `/api/users/${anna.id}`
    const last = { status: 409, body: { code: 'User.LastOwner' } }
    expect(await other.put(at, { role: 'ADMIN' })).toMatchObject(last)
    expect(await other.put(at, { disabled: true })).toMatchObject(last)
    expect(await other.delete(at)).toMatchObject(last)
    expect(await other.put(at, { name: 'Anna' })).toMatchObject({ status: 200 })
    expect((await door.browser().post('/invitation', { code: berta.link.code, password })).status).toBe(200)
    // Of two who step down at once, one stays.
    const both = await Promise.all([
      other.put(at, { role: 'ADMIN' }),
      other.put(`/api/users/${berta.id}`, { role: 'ADMIN' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  })
})

describe('setting up', () => {
  const form = { email: 'anna@example.com', name: 'Anna', password }

  async function fresh() {
    const other = await testHouse()
    const door = await testConsole(other)
    const founder = other.inside.read.all(allOrganizations, {})[0]?.id ?? ''
    const code = async () => {
      const { value } = await other.inside.submit('users.setUpLink', appliance(founder), undefined)
      return value.code
    }
    return {
      other,
      door,
      founder,
      code,
      [Symbol.asyncDispose]: async () => {
        await door[Symbol.asyncDispose]()
        await other[Symbol.asyncDispose]()
      },
    }
  }

  test('makes the first owner, once', async () => {
    await using house = await fresh()
    const { door, other } = house
    const code = await house.code()
    const browser = door.browser()
    expect((await browser.post('/link', { kind: 'SETUP', code })).body).toMatchObject({ organization: 'Default' })
    expect((await browser.post('/setup', { ...form, code, password: 'annaanna2026' })).status).toBe(422)
    expect((await browser.post('/setup', { ...form, code, email: 'nobody' })).status).toBe(422)
    expect(await browser.post('/setup', { ...form, code })).toMatchObject({ status: 200 })
    expect(await browser.visitor()).toMatchObject({ role: 'OWNER', user: { name: 'Anna' } })
    expect((await door.browser().post('/setup', { ...form, code, email: 'b@example.com' })).status).toBe(410)
    await expect(house.code()).rejects.toMatchObject({ code: 'Organization.HasUsers' })
    expect((await other.get('/api/users')).body.total).toBe(1)
    expect(other.faults).toEqual([])
  })

  test('of two at once lets one in', async () => {
    await using house = await fresh()
    const code = await house.code()
    const both = await Promise.all(
      ['anna@example.com', 'berta@example.com'].map(email =>
        house.door.browser().post('/setup', { ...form, email, code }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await house.other.get('/api/users')).body.total).toBe(1)
  })

  test('is over in an hour, with a newer link, or with the first user from elsewhere', async () => {
    await using house = await fresh()
    const { door, other } = house
    const tried = async (code: unknown) => (await door.browser().post('/setup', { ...form, code })).status
    const first = await house.code()
    const second = await house.code()
    expect(await tried(first)).toBe(410)
    other.pass(hour)
    expect(await tried(second)).toBe(410)
    await other.inside.clockwork.everyMinute()
    other.pass(1)
    await other.inside.clockwork.everyMinute()
    expect(other.inside.read.all({ sql: 'select * from one_time_links', parameters: [] })).toEqual([])
    const third = await house.code()
    await other.post('/api/users', { email: 'berta@example.com', role: 'OWNER' })
    expect(await tried(third)).toBe(409)
  })
})
