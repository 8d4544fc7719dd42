import { ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { askingWith, type Furnished, foundOrganization, furnishForPages } from '../test-organization.ts'
import { csrf, type VisitedHouse, visitedHouse } from '../test-visitor.ts'
import type { House } from '../web/house.ts'
import { pages } from './index.ts'

/** What holds for every page, whoever made it. */

// Pages touch the house only when they are asked.
const known = pages({} as House)
// The pages before the door are in door.test.ts.
const guarded = known.filter(({ demand }) => demand !== 'nobody')
const read = guarded.filter(({ method }) => method === 'GET')

let house: VisitedHouse
let own: Furnished
let others: Furnished
beforeAll(async () => {
  house = await visitedHouse()
  own = await furnishForPages(askingWith(house, house.token), 'birch')
  others = await furnishForPages(askingWith(house, (await foundOrganization(house, 'alder')).token), 'alder')
})
afterAll(() => house[Symbol.asyncDispose]())

const addressOf = (path: string, of: Furnished): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => of[name]?.slug ?? `no-${name}`)

describe.each(guarded)('$method $path', ({ method, path }) => {
  test('is for visitors alone', async () => {
    const address = addressOf(path, own)
    const { status, headers } =
      method === 'GET' ? await house.open(address, 'nobody') : await house.send(address, {}, { role: 'nobody' })
    expect([status, headers.get('location')]).toEqual([
      303,
      address === '/' ? '/login' : `/login?next=${encodeURIComponent(address)}`,
    ])
  })

  if (path.includes('{'))
    test("has nothing of another organization's", async () => {
      const ask = (address: string) => (method === 'GET' ? house.open(address) : house.send(address, { name: 'Mine' }))
      const [theirs, nobodys] = [addressOf(path, others), addressOf(path, {})]
      const [foreign, none] = [await ask(theirs), await ask(nobodys)]
      expect([foreign.status, none.status]).toEqual([404, 404])
      expect(foreign.html.replaceAll(theirs, '')).toBe(none.html.replaceAll(nobodys, ''))
    })

  if (method === 'POST')
    test('takes no form of others, and none that is not the visitor’s', async () => {
      const address = addressOf(path, own)
      const foreign: Record<string, string>[] = [
        { 'Sec-Fetch-Site': 'cross-site' },
        { 'Sec-Fetch-Site': 'same-site' },
        { 'Sec-Fetch-Site': '', Origin: 'https://evil.example' },
      ]
      for (const headers of foreign) {
        const { status, html } = await house.send(address, { name: 'Forged' }, { headers })
        expect([status, html.includes('sent from another site')], JSON.stringify(headers)).toEqual([403, true])
      }
      const { status } = await house.send(address, [['_csrf', 'another']])
      expect(status).toBe(403)
    })
})

describe.each(read)('$path', ({ path }) => {
  test('is whole, small, plain, and kept by nobody', async () => {
    const { status, headers, html } = await house.open(addressOf(path, own))
    expect(status).toBe(200)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en"/)
    expect(html.length).toBeLessThan(60_000)
    expect(html).not.toMatch(/ style=|<style|<script>| on\w+="|javascript:/)
    expect(html).not.toMatch(/(?:src|href|action)="(?!\/(?!\/)|#)/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'self'; script-src 'self'; .*form-action 'self'$/,
    )
  })

  test('shows a viewer no form or button that they may not use', async () => {
    const { status, html } = await house.open(addressOf(path, own), 'VIEWER')
    const changing = known.filter(({ method, demand }) => method === 'POST' && String(demand).startsWith('write:'))
    // Some forms stand on a page that a viewer reads without them: a link to it is fine, the form is not.
    const unreadable = changing.filter(page =>
      read.some(each => each.path === page.path && each.demand === page.demand),
    )
    const offered = (attribute: 'href' | 'action', of: typeof changing) =>
      [...html.matchAll(new RegExp(`${attribute}="(/[^"?#]*)`, 'g'))]
        .map(match => match[1] as string)
        .filter(to => of.some(page => new RegExp(`^${page.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(to)))
    expect(status === 200 ? [...offered('href', unreadable), ...offered('action', changing)] : []).toEqual([])
    expect([200, 403]).toContain(status)
  })
})

test('a link of the navigation leads somewhere', async () => {
  const { html } = await house.open('/')
  const [, navigation = ''] = html.match(/<nav id="navigation"(.*?)<\/nav>/s) ?? []
  const links = [...navigation.matchAll(/href="([^"]+)"/g)].map(match => match[1] as string)
  expect(links).toContain('/customers')
  for (const link of links) expect((await house.open(link)).status, link).toBe(200)
})

test('what is not there, not allowed or not known is told calmly, as a page', async () => {
  const missing = await house.open('/custmers')
  expect([missing.status, missing.html.includes('There is nothing at /custmers.')]).toEqual([404, true])
  const refused = await house.open('/customers/new', 'VIEWER')
  expect([refused.status, refused.html.includes('This needs the scope write:customers.')]).toEqual([403, true])
  const wrong = await house.send('/customers', {})
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  expect((await house.open('/customers?cursor=abc')).status).toBe(422)
  expect((await house.open('/customers?sort=size')).status).toBe(422)
})

test('programs are not spoken to in HTML', async () => {
  const { status, headers } = await fetch(`${house.url}/customers`, { headers: { Cookie: 'visitor=OWNER' } })
  expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
})

test('an old form comes back with what was typed and can be sent again', async () => {
  const { status, html } = await house.send('/customers/new', [
    ['_csrf', 'of yesterday'],
    ['name', 'Kept'],
  ])
  expect([status, html.includes('value="Kept"'), html.includes(`value="${csrf}"`)]).toEqual([403, true, true])
  expect((await house.get('/api/customers/kept')).status).toBe(404)
})

test('a form is read within limits, and as nothing but a form', async () => {
  const many: [string, string][] = Array.from({ length: 5001 }, (_, n) => [`n${n}`, ''])
  expect((await house.send('/customers/new', many)).status).toBe(422)
  expect((await house.send('/customers/new', { name: 'x'.repeat(1 << 20) })).status).toBe(413)
  const response = await fetch(`${house.url}/customers/new`, {
    method: 'POST',
    headers: { Accept: 'text/html', Cookie: 'visitor=OWNER', 'Content-Type': 'application/json' },
    body: '{"name":"Json"}',
  })
  expect(response.status).toBe(415)
})

test('a part of a page that finds nobody signed in sends the whole page to the door', async () => {
  const headers = { 'HX-Request': 'true', 'HX-Current-URL': `${house.url}/customers?q=a` }
  const answer = await house.open('/customers/birch-customer/delete', 'nobody', headers)
  expect([answer.status, answer.headers.get('hx-redirect')]).toEqual([200, '/login?next=%2Fcustomers%3Fq%3Da'])
})

test('the theme is the browser’s own, and leads back to nowhere else', async () => {
  const chosen = await house.send('/theme', { theme: 'dark', back: '/customers' })
  expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/customers'])
  expect(chosen.headers.get('set-cookie')).toMatch(/^theme=dark; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Lax$/)
  const { html } = await house.open('/', 'OWNER', { Cookie: 'visitor=OWNER; theme=dark' })
  expect(html).toContain('data-theme="dark" data-bs-theme="dark"')
  for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example'])
    expect((await house.send('/theme', { theme: 'light', back })).headers.get('location')).toBe('/')
})

test('the files of the pages are in the program, kept for good and compressed', async () => {
  const { html } = await house.open('/')
  const files = [...html.matchAll(/"(\/public\/[^"]+)"/g)].map(match => match[1] as string)
  expect(new Set(files).size).toBe(5)
  for (const file of files) {
    const { status, headers } = await fetch(house.url + file)
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(headers.get('content-encoding')).toBe('gzip')
  }
  expect((await house.get('/public/none.js')).status).toBe(404)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})

test('pages that are asked for at once are sent in turns of the loop of their own', async () => {
  let turn = 0
  let counting = setImmediate(function next() {
    turn++
    counting = setImmediate(next)
  })
  const sentIn: number[] = []
  const end = ServerResponse.prototype.end
  const watched = vi.spyOn(ServerResponse.prototype, 'end').mockImplementation(function (
    this: ServerResponse,
    ...args
  ) {
    sentIn.push(turn)
    return end.apply(this, args)
  })
  await Promise.all(Array.from({ length: 6 }, () => house.open('/customers')))
  watched.mockRestore()
  clearImmediate(counting)
  expect(sentIn).toHaveLength(6)
  expect(new Set(sentIn).size).toBe(6)
})
