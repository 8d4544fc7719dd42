import { afterEach, describe, expect, test, vi } from 'vitest'
import { appliance, operator } from '../domain/principal.ts'
import { allOrganizations } from '../store/organizations.ts'
import { type TestBrowser, type TestConsole, testConsole } from '../test-console.ts'
import { type TestHouse, testHouse } from '../test-house.ts'
import { foundOrganization } from '../test-organization.ts'

const hour = 3_600_000
const password = 'purple tractor beneath lantern'
const owner = { email: 'anna@example.com', password }

const left: AsyncDisposable[] = []
const leave = async (all: AsyncDisposable[]) => {
  for (const each of all.splice(0).reverse()) await each[Symbol.asyncDispose]()
}
afterEach(() => leave(left))

interface Begun {
  house: TestHouse
  console: TestConsole
  organization: string
}

/** A house with an owner, and a door that answers with JSON. */
async function begun({ secure = false } = {}): Promise<Begun> {
  const house = await testHouse()
  left.push(house)
  const console = await testConsole(house, { secure })
  left.push(console)
  const organization = house.inside.read.all(allOrganizations, {})[0]?.id ?? ''
  await enroll(house, organization, owner.email, 'OWNER')
  return { house, console, organization }
}

async function enroll(house: TestHouse, organization: string, email: string, role: string) {
  const passwordHash = await house.inside.passwords.hash(password)
  const draft = { email, name: email.split('@')[0], role, passwordHash }
  return (await house.inside.submit('users.enroll', operator(organization), draft)).value
}

async function signedIn(console: TestConsole, form: object = owner): Promise<TestBrowser> {
  const browser = console.browser()
  expect(await browser.post('/login', form)).toMatchObject({ status: 200 })
  return browser
}

const rows = (house: TestHouse, sql: string) =>
  house.inside.read.all({ sql, parameters: [] }) as Record<string, unknown>[]
const events = async (house: TestHouse, name: string) =>
  (await house.get(`/api/events?event_name=${name}`)).body.items as { data: Record<string, unknown>; actor: object }[]

describe('signing in', () => {
  test('makes a visitor with the scopes of their role', async () => {
    const { console, organization, house } = await begun()
    const browser = await signedIn(console, { ...owner, email: ' ANNA@example.com ' })
    expect(await browser.visitor()).toEqual({
      principal: { kind: 'user', id: expect.any(String), name: owner.email, organization, scopes: ['write:*'] },
      user: { id: expect.any(String), email: owner.email, name: 'anna', theme: 'auto' },
      role: 'OWNER',
      organization: { id: organization, slug: 'default', name: 'Default' },
      organizations: [{ id: organization, slug: 'default', name: 'Default' }],
      session: { id: expect.any(String), csrf: expect.any(String), freshUntil: house.now() + hour / 4 },
    })
    expect(house.faults).toEqual([])
  })

  test('gives the same words to whoever is unknown, was only invited, is disabled, or mistyped', async () => {
    const { console, house } = await begun()
    await house.post('/api/users', { email: 'invited@example.com', role: 'VIEWER' })
    const { id } = await enroll(
      house,
      house.inside.read.all(allOrganizations, {})[0]?.id ?? '',
      'off@example.com',
      'VIEWER',
    )
    await house.put(`/api/users/${id}`, { disabled: true })
    const told = []
    for (const email of ['nobody@example.com', 'invited@example.com', 'off@example.com', 'no address', owner.email]) {
      const given = email === owner.email ? `${password}!` : password
      told.push(await console.browser().post('/login', { email, password: given }))
    }
    expect(told[0]).toMatchObject({ status: 401, body: { code: 'Auth.SignInRefused' } })
    for (const each of told) expect(each).toEqual(told[0])
  })

  test('is in the organization’s activity, when it worked and when it did not', async () => {
    const { console, house } = await begun()
    await console.browser().post('/login', { ...owner, password: 'something else' })
    await vi.waitFor(async () => expect(await events(house, 'USER_SIGN_IN_FAILURE')).toHaveLength(1))
    await signedIn(console)
    const [refused] = await events(house, 'USER_SIGN_IN_FAILURE')
    const [worked] = await events(house, 'USER_SIGN_IN')
    expect(refused).toMatchObject({ actor: { kind: 'appliance' }, data: { email: owner.email, address: '127.0.0.1' } })
    expect(worked).toMatchObject({ actor: { kind: 'user', name: owner.email }, data: { email: owner.email } })
    expect(JSON.stringify([refused, worked])).not.toMatch(/argon2|assword/)
    expect((await house.get(`/api/users/${owner.email}`)).body.lastSignInAt).toBe('2026-03-15T12:00:00.000Z')
  })

  test('waits after five wrong passwords, also for the right one, and from elsewhere does not', async () => {
    const { console, house } = await begun()
    const guesser = console.browser({ address: '192.0.2.1' })
    for (let n = 0; n < 5; n++)
      expect(await guesser.post('/login', { ...owner, password: `wrong ${n}` })).toMatchObject({ status: 401 })
    expect(await guesser.post('/login', owner)).toMatchObject({
      status: 429,
      retryAfter: '1',
      body: { code: 'Auth.TooManyAttempts' },
    })
    await signedIn(console)
    house.pass(1000)
    expect(await guesser.post('/login', owner)).toMatchObject({ status: 200 })
  })

  test('hashes anew with what is asked for today', async () => {
    const { console, house } = await begun()
    const { Passwords } = await import('./passwords.ts')
    const old = await new Passwords({ memory: 64, passes: 1, parallelism: 1 }).hash(password)
    const guest = { email: 'old@example.com', role: 'VIEWER', passwordHash: old }
    await house.inside.submit('users.enroll', operator(house.inside.read.all(allOrganizations, {})[0]?.id ?? ''), guest)
    await signedIn(console, { email: guest.email, password })
    const [row] = rows(house, `select "passwordHash" from users where email = '${guest.email}'`)
    expect(row?.passwordHash).toMatch(/m=19456,t=2/)
    await signedIn(console, { email: guest.email, password })
  })
})

describe('a session', () => {
  test('begins under a token of its own: what the browser had before lets nobody in', async () => {
    const { console } = await begun()
    const planted = `kaiten-session=${'A'.repeat(43)}`
    const browser = console.browser({ cookie: planted })
    await browser.post('/login', owner)
    expect(browser.cookie).not.toBe(planted)
    expect(await console.browser({ cookie: planted }).visitor()).toBeUndefined()
    const before = browser.cookie
    await browser.post('/login', owner)
    expect(await browser.visitor()).toBeDefined()
    expect(await console.browser({ cookie: before }).visitor()).toBeUndefined()
  })

  test('stands in the database as a hash only', async () => {
    const { console, house } = await begun()
    const browser = await signedIn(console)
    const token = browser.cookie.split('=')[1] ?? ''
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const kept = JSON.stringify(
      ['sessions', 'users', 'outbox_events'].map(table => rows(house, `select * from ${table}`)),
    )
    const csrf = (await browser.visitor())?.session.csrf ?? '-'
    expect(kept).toContain('argon2id')
    for (const secret of [token, csrf, password]) expect(kept).not.toContain(secret)
  })

  test('ends after twelve idle hours, also across a restart', async () => {
    const { console, house } = await begun()
    const browser = await signedIn(console)
    house.pass(11 * hour)
    expect(await browser.visitor()).toBeDefined()
    house.pass(11 * hour)
    expect(await browser.visitor()).toBeDefined()
    await house.restart()
    house.pass(11 * hour)
    expect(await browser.visitor()).toBeDefined()
    house.pass(12 * hour)
    expect(await browser.visitor()).toBeUndefined()
  })

  test('ends after seven days however much it is used, and is forgotten', async () => {
    const { console, house } = await begun()
    const browser = await signedIn(console)
    for (let n = 0; n < 16; n++) {
      expect(await browser.visitor(), `after ${n * 10} hours`).toBeDefined()
      house.pass(10 * hour)
    }
    expect(await browser.visitor()).toBeDefined()
    house.pass(8 * hour)
    expect(await browser.visitor()).toBeUndefined()
    house.pass(1)
    await house.inside.clockwork.everyMinute()
    expect(rows(house, 'select * from sessions')).toEqual([])
  })

  test('is written down as used each minute, and not with each request', async () => {
    const { console, house } = await begun()
    const browser = await signedIn(console)
    house.pass(hour)
    await browser.visitor()
    const written = () => rows(house, 'select "lastSeenAt" from sessions')[0]?.lastSeenAt
    expect(written()).toBe(house.now() - hour)
    await house.inside.clockwork.everyMinute()
    expect(written()).toBe(house.now())
  })

  test('ends with signing out, and the cookie goes', async () => {
    const { console } = await begun()
    const browser = await signedIn(console)
    const before = browser.cookie
    await browser.post('/logout')
    expect(browser.setCookie).toMatch(/^kaiten-session=; .*Max-Age=0/)
    expect(await console.browser({ cookie: before }).visitor()).toBeUndefined()
  })

  test.each([
    ['disabled', (house: TestHouse, id: string) => house.put(`/api/users/${id}`, { disabled: true })],
    ['removed', (house: TestHouse, id: string) => house.delete(`/api/users/${id}`)],
  ])('ends at once when its user is %s', async (_, change) => {
    const { console, house, organization } = await begun()
    const { id } = await enroll(house, organization, 'berta@example.com', 'EDITOR')
    const browser = await signedIn(console, { email: 'berta@example.com', password })
    await change(house, id)
    expect(await browser.visitor()).toBeUndefined()
    expect(rows(house, 'select * from sessions')).toEqual([])
    if (_ === 'disabled') {
      await house.put(`/api/users/${id}`, { disabled: false })
      expect(await browser.visitor()).toBeUndefined()
    }
  })

  test('has the scopes of the role that its user has now', async () => {
    const { console, house, organization } = await begun()
    const { id } = await enroll(house, organization, 'berta@example.com', 'ADMIN')
    const browser = await signedIn(console, { email: 'berta@example.com', password })
    await house.put(`/api/users/${id}`, { role: 'VIEWER' })
    expect(await browser.visitor()).toMatchObject({ role: 'VIEWER', principal: { scopes: ['read:*'] } })
  })

  test('is listed to its owner, who can end the others', async () => {
    const { console, house, organization } = await begun()
    const [one, two, three] = [await signedIn(console), await signedIn(console), await signedIn(console)]
    await enroll(house, organization, 'berta@example.com', 'ADMIN')
    const other = await signedIn(console, { email: 'berta@example.com', password })
    const { body } = await three.post('/sessions')
    expect(body.items).toHaveLength(3)
    expect(body.items[0]).toMatchObject({ isThis: true, address: '127.0.0.1', userAgent: 'node' })
    expect(JSON.stringify(body)).not.toContain('hash')
    const { body: theirs } = await other.post('/sessions')
    expect(await three.post('/sessions/end', { id: theirs.items[0].id })).toMatchObject({ status: 404 })
    expect(await three.post('/sessions/end', { id: body.items[2].id })).toMatchObject({ status: 200 })
    expect([await one.visitor(), !!(await two.visitor())]).toEqual([undefined, true])
    await three.post('/sessions/end-others')
    expect([await two.visitor(), !!(await three.visitor()), !!(await other.visitor())]).toEqual([undefined, true, true])
  })
})

describe('the cookie', () => {
  test('by plain http is not sent to scripts, nor with forms of other sites', async () => {
    const { console } = await begun()
    const { setCookie } = await signedIn(console)
    expect(setCookie).toMatch(/^kaiten-session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/)
  })

  test('by https can be set by this host alone, and no other name is believed', async () => {
    const { console } = await begun({ secure: true })
    const browser = await signedIn(console)
    expect(browser.setCookie).toMatch(/^__Host-kaiten-session=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/)
    expect(await browser.visitor()).toBeDefined()
    const plain = browser.cookie.replace('__Host-', '')
    expect(await console.browser({ cookie: plain }).visitor()).toBeUndefined()
    expect(await console.browser({ cookie: `theme=dark; ${browser.cookie}; x=y` }).visitor()).toBeDefined()
  })

  test('that is none of ours is nobody’s', async () => {
    const { console } = await begun()
    for (const cookie of [
      '',
      'kaiten-session',
      'kaiten-session=',
      'kaiten-session=x',
      `kaiten-session=${"'".repeat(50)}`,
    ])
      expect(await console.browser({ cookie }).visitor(), cookie).toBeUndefined()
  })
})

describe('what needs a fresh password', () => {
  test('is open for a quarter of an hour, and again once the password was given again, under a new token', async () => {
    const { console, house } = await begun()
    const browser = await signedIn(console)
    const freshUntil = async () => (await browser.visitor())?.session.freshUntil
    const quarter = hour / 4
    expect(await freshUntil()).toBe(house.now() + quarter)
    house.pass(quarter)
    expect(await freshUntil()).toBe(house.now())
    const before = browser.cookie
    expect((await browser.post('/again', { password: 'wrong' })).status).toBe(401)
    expect((await browser.post('/again', { password })).status).toBe(200)
    expect(await freshUntil()).toBe(house.now() + quarter)
    expect(await console.browser({ cookie: before }).visitor()).toBeUndefined()
  })

  test('cannot be guessed at without waiting', async () => {
    const { console } = await begun()
    const browser = await signedIn(console)
    for (let n = 0; n < 5; n++) await browser.post('/again', { password: `wrong ${n}` })
    expect((await browser.post('/again', { password })).status).toBe(429)
  })
})

describe('a password changed', () => {
  const newPassword = 'stapler gravel oboe mist'

  test('ends all other sessions at once, and this one goes on under a new token', async () => {
    const { console, house } = await begun()
    const [here, there] = [await signedIn(console), await signedIn(console)]
    const before = here.cookie
    expect(await here.post('/password', { password, newPassword })).toMatchObject({ status: 200 })
    expect(await here.visitor()).toBeDefined()
    expect(await there.visitor()).toBeUndefined()
    expect(await console.browser({ cookie: before }).visitor()).toBeUndefined()
    expect((await console.browser().post('/login', owner)).status).toBe(401)
    await signedIn(console, { ...owner, password: newPassword })
    const [told] = await events(house, 'USER_UPDATE')
    expect(told).toMatchObject({ actor: { name: owner.email }, data: { changedFields: ['password'] } })
    expect(JSON.stringify(told)).not.toContain('argon2')
  })

  test('needs the old one, and a new one that is none that everybody tries', async () => {
    const { console } = await begun()
    const browser = await signedIn(console)
    expect((await browser.post('/password', { password: 'wrong', newPassword })).status).toBe(401)
    for (const weak of ['short', 'password1234', 'anna@example.com', 'Default-anna-2026'])
      expect(await browser.post('/password', { password, newPassword: weak })).toMatchObject({
        status: 422,
        body: { errors: [{ location: 'body.password' }] },
      })
    await signedIn(console)
  })
})

describe('a person of two organizations', () => {
  async function ofTwo() {
    const { house, console, organization } = await begun()
    const { id, token } = await foundOrganization(house, 'alder')
    const invite = { Authorization: `Bearer ${token}` }
    const made = await house.post('/api/users', { email: owner.email, name: 'Anna of Alder', role: 'VIEWER' }, invite)
    return { house, console, organization, alder: id, invite, made }
  }

  test('is invited like somebody whom nobody knows', async () => {
    const { house, invite, made } = await ofTwo()
    const stranger = await house.post('/api/users', { email: 'new@example.com', role: 'VIEWER' }, invite)
    expect(made.status).toBe(201)
    expect(Object.keys(made.body)).toEqual(Object.keys(stranger.body))
    expect(made.body).toMatchObject({ acceptedAt: null, name: 'Anna of Alder', link: { kind: 'INVITATION' } })
    const own = (await house.get(`/api/users/${owner.email}`)).body
    expect(made.body.id).not.toBe(own.id)
  })

  test('belongs there once they took it up with their own password, and goes to and fro', async () => {
    const { console, organization, alder, made, house } = await ofTwo()
    const browser = await signedIn(console)
    expect((await browser.visitor())?.organizations).toHaveLength(1)
    expect((await browser.post('/enter', { organization: 'alder' })).status).toBe(404)
    const { code } = made.body.link
    expect((await browser.post('/link', { kind: 'INVITATION', code })).body).toMatchObject({ hasPassword: true })
    expect((await console.browser().post('/invitation', { code, password: 'stapler gravel oboe' })).status).toBe(401)
    const there = console.browser()
    expect(await there.post('/invitation', { code, password })).toMatchObject({ status: 200 })
    expect(await there.visitor()).toMatchObject({
      organization: { id: alder },
      role: 'VIEWER',
      user: { name: 'Anna of Alder', id: made.body.id },
    })
    expect((await browser.visitor())?.organization.id).toBe(organization)
    expect((await browser.post('/enter', { organization: 'alder' })).status).toBe(200)
    expect(await browser.visitor()).toMatchObject({ organization: { id: alder }, principal: { scopes: ['read:*'] } })
    expect((await browser.post('/enter', { organization })).status).toBe(200)
    expect(await browser.visitor()).toMatchObject({ organization: { id: organization }, role: 'OWNER' })
    expect(house.faults).toEqual([])
  })

  test('keeps their password: neither an invitation nor a command takes it', async () => {
    const { house, alder, made } = await ofTwo()
    const { id, link } = made.body
    const themselves = { ...operator(alder), kind: 'user', id } as const
    const stranger = { code: link.code, passwordHash: await house.inside.passwords.hash('stapler gravel oboe mist') }
    await expect(house.inside.submit('users.acceptInvitation', themselves, stranger)).rejects.toMatchObject({
      code: 'OneTimeLink.NotValid',
    })
    const elsewhere = await foundOrganization(house, 'birch')
    await expect(enroll(house, elsewhere.id, owner.email, 'VIEWER')).rejects.toMatchObject({ code: 'User.HasPassword' })
  })

  test('is not another organization’s to give a new password, nor to throw out elsewhere', async () => {
    const { console, made, house, invite } = await ofTwo()
    const browser = await signedIn(console)
    await browser.post('/invitation', { code: made.body.link.code, password })
    const at = `/api/users/${made.body.id}`
    expect(await house.post(`${at}/reset-link`, undefined, invite)).toMatchObject({
      status: 409,
      body: { code: 'User.BelongsElsewhere' },
    })
    const home = await signedIn(console)
    await home.post('/enter', { organization: 'default' })
    await house.put(at, { disabled: true }, invite)
    expect(await browser.visitor()).toBeUndefined()
    expect(await home.visitor()).toMatchObject({ organization: { slug: 'default' }, organizations: [{}] })
    await house.delete(at, invite)
    expect(await home.visitor()).toBeDefined()
  })
})

test('the work of the program itself is no way around: what people do to themselves is theirs', async () => {
  const { house, organization } = await begun()
  await expect(house.inside.submit('sessions.end', appliance(organization), { id: 'x' })).rejects.toMatchObject({
    code: 'User.NotFound',
  })
})
