import { afterEach, describe, expect, test } from 'vitest'
import { type TestHouse, testHouse } from '../test-house.ts'
import { firstOwner, ownerDraft, type Person, person, setUpPath } from '../test-person.ts'

/** Getting in and out, by real sessions and the forms as the pages show them. */

const { email, password } = ownerDraft
const minute = 60_000

const houses: TestHouse[] = []
async function opened(environment: Record<string, string> = {}): Promise<TestHouse> {
  const house = await testHouse(environment)
  houses.push(house)
  return house
}
afterEach(async () => {
  for (const house of houses.splice(0)) {
    expect(house.faults).toEqual([])
    await house[Symbol.asyncDispose]()
  }
})

const isIn = async (who: Person) => (await who.open('/account')).status === 200

/** Invites through the pages; the path of the link that they show once. */
async function invited(owner: Person, draft: Record<string, string>): Promise<string> {
  const { status, html } = await owner.fill('/settings/users/new', draft)
  expect(status).toBe(200)
  return html.match(/data-copy="https?:\/\/[^/]+([^"]+)"/)?.[1] ?? ''
}

async function joined(house: TestHouse, owner: Person, role: string, mail: string): Promise<Person> {
  const path = await invited(owner, { email: mail, name: '', role })
  const guest = person(house)
  const { status } = await guest.fill(path, { name: 'Guest', password: 'stapler gravel oboe mist' })
  expect(status).toBe(303)
  return guest
}

describe('the first start', () => {
  test('leads whoever comes to where the link is found, and the link to the first owner', async () => {
    const house = await opened()
    const somebody = person(house)
    expect((await somebody.open('/')).headers.get('location')).toBe('/setup')
    expect((await somebody.open('/setup')).html).toContain('kaiten setup-link')
    expect((await somebody.open('/login')).html).toContain('kaiten setup-link')
    const path = await setUpPath(house)
    const weak = await somebody.fill(path, { ...ownerDraft, password: 'password1234' })
    expect(weak.status).toBe(422)
    expect(weak.html).toContain('Password is too easy to guess')
    expect(weak.html).toContain('value="Anna Lovelace"')
    expect(weak.html).not.toContain('password1234')
    const code = path.split('code=')[1]
    expect(weak.html, 'the form still has its code').toContain(`name="code" value="${code}"`)
    const made = await somebody.fill(path, ownerDraft)
    expect([made.status, made.headers.get('location')]).toEqual([303, '/'])
    expect((await somebody.open('/account')).html).toContain('Anna Lovelace')
    const again = await person(house).open(path)
    expect([again.status, again.html.includes('<form')]).toEqual([410, false])
  })
})

describe('signing in', () => {
  test('leads on to where somebody was going, within this console alone', async () => {
    const house = await opened()
    await firstOwner(house)
    const goes = async (next: string) => {
      const who = person(house)
      const { headers } = await who.fill(`/login?next=${encodeURIComponent(next)}`, { email, password })
      return headers.get('location')
    }
    const asked = await person(house).open('/customers?q=a')
    expect(asked.headers.get('location')).toBe('/login?next=%2Fcustomers%3Fq%3Da')
    expect(await goes('/customers?q=a')).toBe('/customers?q=a')
    for (const elsewhere of ['//evil.example', '/\\evil.example', 'https://evil.example', '/logout'])
      expect(await goes(elsewhere), elsewhere).toBe('/')
  })

  test('says the same to a wrong password and to a stranger, keeps the address, and asks for patience', async () => {
    const house = await opened()
    await firstOwner(house)
    const who = person(house)
    const told = async (mail: string) => {
      const { status, html } = await who.fill('/login', { email: mail, password: 'wrong wrong wrong' })
      return { status, html: html.replaceAll(mail, '…') }
    }
    const [known, unknown] = [await told(email), await told('who@example.com')]
    expect(known).toEqual(unknown)
    expect(known.status).toBe(401)
    expect(known.html).toContain('The e-mail address or the password is wrong')
    expect(known.html).toContain('name="email" value="…"')
    let last = await who.fill('/login', { email, password: 'x' })
    for (let n = 0; n < 6; n++) last = await who.fill('/login', { email, password: 'x' })
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(last.html).toMatch(/again in|Try again|Wait/)
  })

  test('begins a session under a token of its own, whatever cookie the browser was given', async () => {
    const house = await opened()
    await firstOwner(house)
    const who = person(house)
    who.cookies.set('kaiten-session', 'A'.repeat(43))
    await who.fill('/login', { email, password })
    expect(who.cookies.get('kaiten-session')).toMatch(/^[\w-]{43}$/)
    expect(who.cookies.get('kaiten-session')).not.toBe('A'.repeat(43))
    const other = person(house)
    other.cookies.set('kaiten-session', 'A'.repeat(43))
    expect(await isIn(other)).toBe(false)
  })

  test('ends at the way out, for the cookie as well', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const kept = owner.cookies.get('kaiten-session') ?? ''
    expect((await owner.open('/logout')).status).toBe(200)
    const out = await owner.fill('/logout', {})
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login'])
    expect(owner.cookies.has('kaiten-session')).toBe(false)
    const thief = person(house)
    thief.cookies.set('kaiten-session', kept)
    expect(await isIn(thief)).toBe(false)
  })

  test('through a proxy that speaks https sets cookies for https alone, those of no secret too', async () => {
    const house = await opened({ KAITEN_TRUSTED_PROXIES: 'loopback' })
    await firstOwner(house)
    const headers = { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'https' }
    const owner = person(house)
    const entered = await owner.fill('/login', { email, password }, { headers })
    const chosen = await owner.fill('/account', { theme: 'dark' }, { action: '/theme', headers })
    const saved = await owner.fill('/account/edit', { name: 'Anna', theme: 'auto' }, { headers })
    const cookies = [entered, chosen, saved].flatMap(answer => answer.headers.getSetCookie())
    expect(cookies.map(cookie => cookie.split('=')[0])).toEqual(['__Host-kaiten-session', 'theme', 'theme', 'toast'])
    expect(cookies.filter(cookie => !/; Secure$/.test(cookie))).toEqual([])
  })

  test('is logged at every level, taken or refused, with the address that it came from', async () => {
    const house = await opened()
    await firstOwner(house)
    await person(house).fill('/login', { email: 'nobody@example.com', password })
    await person(house).fill('/login', { email, password })
    const told = house.told.filter(({ level, message }) => level === 'security' && /^sign/.test(message))
    expect(told.map(({ message, address }) => [message, address]).slice(-2)).toEqual([
      ['sign-in refused', '127.0.0.1'],
      ['signed in', '127.0.0.1'],
    ])
  })

  test('over http from another machine is refused with what to do, until the operator allows it', async () => {
    const house = await opened({ KAITEN_TRUSTED_PROXIES: 'loopback' })
    await firstOwner(house)
    const from = { 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'http' }
    const page = await person(house).open('/login', from)
    expect(page.html).toContain('This connection is not encrypted')
    const refused = await person(house).fill('/login', { email, password }, { headers: from })
    expect(refused.status).toBe(403)
    expect(refused.html).toContain('allow-plain-http')
    await house.restart({ KAITEN_ALLOW_PLAIN_HTTP: 'true' })
    expect((await person(house).fill('/login', { email, password }, { headers: from })).status).toBe(303)
  })
})

describe('a form', () => {
  const cases: [string, Record<string, string>, number][] = [
    ['of our own', { 'Sec-Fetch-Site': 'same-origin' }, 303],
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['of a sister host', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['of another origin', { 'Sec-Fetch-Site': '', Origin: 'https://evil.example' }, 403],
    ['of another port', { Origin: 'http://127.0.0.1:1' }, 403],
    ['of a sandbox', { Origin: 'null' }, 403],
  ]
  test.each(cases)('%s', async (_, headers, status) => {
    const house = await opened()
    const owner = await firstOwner(house)
    expect((await owner.fill('/customers/new', { name: 'Acme' }, { headers })).status).toBe(status)
    expect((await person(house).fill('/login', { email, password }, { headers })).status).toBe(status)
  })

  test('needs the token of its own session', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const other = person(house)
    await other.fill('/login', { email, password })
    const tokenOf = async (who: Person) =>
      (await who.open('/customers/new')).html.match(/name="_csrf" value="([^"]+)"/)?.[1]
    const foreign = (await tokenOf(other)) ?? ''
    for (const _csrf of [foreign, '', 'x'])
      expect((await owner.fill('/customers/new', { name: 'Acme', _csrf })).status, _csrf).toBe(403)
    expect((await house.get('/api/customers')).body.total).toBe(0)
  })

  test('from before the door says where it comes from', async () => {
    const house = await opened()
    await firstOwner(house)
    const sent = await fetch(`${house.url}/login`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Accept: 'text/html' },
      body: new URLSearchParams({ email, password }),
    })
    expect(sent.status).toBe(403)
  })
})

describe('a fresh password', () => {
  test('is asked for in the form itself, with all that was typed kept', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const draft = { email: 'eva@example.com', name: 'Eva', role: 'EDITOR' }
    house.pass(16 * minute)
    const asked = await owner.fill('/settings/users/new', draft)
    expect(asked.status).toBe(422)
    expect(asked.html).toContain('name="_password"')
    expect(asked.html).toContain('value="eva@example.com"')
    const wrong = await owner.fill('/settings/users/new', { ...draft, _password: 'not the right one' })
    expect([wrong.status, wrong.html.includes('Your password is not yours')]).toEqual([422, true])
    const before = owner.cookies.get('kaiten-session')
    const made = await owner.fill('/settings/users/new', { ...draft, _password: password })
    expect([made.status, made.html.includes('/invitation?code=')]).toEqual([200, true])
    expect(owner.cookies.get('kaiten-session')).not.toBe(before)
    expect((await owner.open('/settings/users/new')).html).not.toContain('name="_password"')
    expect((await owner.open('/settings/users')).html).not.toContain('code=')
  })

  test('guessed at too often has to wait', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    house.pass(16 * minute)
    const draft = { email: 'eva@example.com', name: '', role: 'EDITOR' }
    for (let n = 0; n < 6; n++) await owner.fill('/settings/users/new', { ...draft, _password: `wrong ${n}` })
    expect((await owner.fill('/settings/users/new', { ...draft, _password: password })).status).toBe(429)
  })
})

describe('users', () => {
  test('are invited by a link that works once, and see what their role allows', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const path = await invited(owner, { email: 'eva@example.com', name: 'Eva', role: 'VIEWER' })
    const viewer = person(house)
    expect((await viewer.open(path)).html).toContain('value="Eva"')
    expect((await viewer.fill(path, { name: 'Eva V.', password: 'stapler gravel oboe mist' })).status).toBe(303)
    expect((await viewer.open(path)).status).toBe(410)
    expect((await viewer.open('/customers')).status).toBe(200)
    expect((await viewer.open('/settings/users')).html).not.toContain('Invite user')
    expect((await viewer.fill('/settings/users/new', { email: 'x@example.com', role: 'VIEWER' })).status).toBe(403)
    expect((await viewer.open('/settings/backups')).status).toBe(403)
  })

  test('are out at once when they are disabled or removed', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const guest = await joined(house, owner, 'EDITOR', 'guest@example.com')
    expect(await isIn(guest)).toBe(true)
    const user = (await house.get('/api/users/guest@example.com')).body
    const edit = `/settings/users/${user.id}/edit`
    expect((await owner.fill(edit, { name: 'Guest', role: 'EDITOR', disabled: 'true' })).status).toBe(303)
    expect(await isIn(guest)).toBe(false)
    expect((await owner.fill(edit, { name: 'Guest', role: 'EDITOR', disabled: 'false' })).status).toBe(303)
    await guest.fill('/login', { email: 'guest@example.com', password: 'stapler gravel oboe mist' })
    expect(await isIn(guest)).toBe(true)
    expect((await owner.fill(`/settings/users/${user.id}/delete`, {})).status).toBe(303)
    expect(await isIn(guest)).toBe(false)
  })

  test('get a link for a new password, which ends their sessions', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const guest = await joined(house, owner, 'EDITOR', 'guest@example.com')
    const user = (await house.get('/api/users/guest@example.com')).body
    const { html } = await owner.fill(`/settings/users/${user.id}/link`, {})
    const path = html.match(/(\/reset\?code=[\w-]+)/)?.[1] ?? ''
    const again = person(house)
    const done = await again.fill(path, { password: 'walnut harbour thirty quills' })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/reset?done=yes'])
    expect(await isIn(guest)).toBe(false)
    await again.fill('/login', { email: 'guest@example.com', password: 'walnut harbour thirty quills' })
    expect(await isIn(again)).toBe(true)
  })

  test('give nobody more than they have, and leave one owner', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const admin = await joined(house, owner, 'ADMIN', 'admin@example.com')
    expect((await admin.open('/settings/users/new')).html).not.toContain('value="OWNER"')
    const forged = await admin.fill('/settings/users/new', { email: 'o@example.com', name: '', role: 'OWNER' })
    expect(forged.status).toBe(403)
    const own = (await house.get(`/api/users/${email}`)).body
    const left = await owner.fill(`/settings/users/${own.id}/delete`, {})
    expect([left.status, left.html.includes('This is the last owner')]).toEqual([409, true])
  })
})

describe('the account', () => {
  test('shows the sessions, ends one or all others, and nobody else’s', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const [second, third] = [person(house), person(house)]
    for (const each of [second, third]) await each.fill('/login', { email, password })
    const { html } = await owner.open('/account')
    const ids = [...html.matchAll(/name="id" value="([^"]+)"/g)].map(match => match[1] as string)
    expect(ids.length).toBe(2)
    const end = { action: '/account/sessions/end' }
    expect((await owner.fill('/account', { id: ids[0] ?? '' }, end)).status).toBe(303)
    expect([await isIn(second), await isIn(third)].filter(Boolean).length).toBe(1)
    const others = { action: '/account/sessions/end-others' }
    expect((await owner.fill('/account', {}, others)).status).toBe(303)
    expect([await isIn(second), await isIn(third), await isIn(owner)]).toEqual([false, false, true])
    const guest = await joined(house, owner, 'VIEWER', 'guest@example.com')
    const own = house.inside.read.all({ sql: 'select id from sessions order by createdAt', parameters: [] })[0] as {
      id: string
    }
    const _csrf = (await guest.open('/logout')).html.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? ''
    expect((await guest.fill('/account', { id: own.id, _csrf }, end)).status).toBe(404)
    expect(await isIn(owner)).toBe(true)
  })

  test('changes name, theme and password; the other sessions end with the old one', async () => {
    const house = await opened()
    const owner = await firstOwner(house)
    const other = person(house)
    await other.fill('/login', { email, password })
    await owner.fill('/account/edit', { name: 'Anna L.', theme: 'dark' })
    expect((await owner.open('/account')).html).toMatch(/data-theme="dark".*Anna L\./s)
    const change = { currentPassword: 'not mine at all', password: 'walnut harbour thirty quills' }
    const wrong = await owner.fill('/account/password', change)
    expect([wrong.status, wrong.html.includes('Current password is not yours')]).toEqual([422, true])
    const weak = await owner.fill('/account/password', { currentPassword: password, password: 'short' })
    expect([weak.status, weak.html.includes('New password must have at least 12 characters')]).toEqual([422, true])
    expect((await owner.fill('/account/password', { ...change, currentPassword: password })).status).toBe(303)
    expect([await isIn(owner), await isIn(other)]).toEqual([true, false])
  })
})
