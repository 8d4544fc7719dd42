import { afterAll, beforeAll, expect, test } from 'vitest'
import { foundOrganization } from '../test-organization.ts'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse()
  await house.post('/api/service-accounts', { name: 'Billing' })
})
afterAll(() => house[Symbol.asyncDispose]())

const path = '/integrations/service-accounts'
const tokenIn = (html: string): string => html.match(/ksh_\w{49}/)?.[0] ?? ''
const me = async (token: string) => (await house.get('/api/me', { Authorization: `Bearer ${token}` })).body

test('an account is made, and its page says how to go on', async () => {
  const sent = await house.send(`${path}/new`, { name: 'Café', slug: '' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}/cafe`])
  const { html } = await house.open(`${path}/cafe`)
  expect(html).toContain('Café has no tokens yet')
  expect(html).toContain('/api/service-accounts/cafe/tokens')
  expect((await house.send(`${path}/new`, { name: 'Other', slug: 'cafe' })).html).toContain('Slug is taken')
})

test('a token is shown once, with a command that works, and is nowhere afterwards', async () => {
  const made = await house.send(`${path}/billing/tokens/new`, { name: 'Production', preset: 'data-plane' })
  expect(made.status).toBe(200)
  const token = tokenIn(made.html)
  expect(made.html).toContain(`export KAITEN_URL='${house.url}'`)
  expect(made.html).toContain(`export KAITEN_TOKEN='${token}'`)
  expect(await me(token)).toMatchObject({ scopes: ['read:feature_flags', 'write:usage'] })
  const { html } = await house.open(`${path}/billing`)
  expect(html).toContain('Production')
  expect(html).toContain(`${token.slice(0, 10)}…`)
  expect(html).not.toContain(token)
})

test('scopes are chosen by module, and a preset goes before what is left in the table', async () => {
  const fields = { '_scope.customers': 'write', '_scope.webhooks': 'read', '_scope.usage': '' }
  const chosen = await house.send(`${path}/billing/tokens/new`, { name: 'Chosen', preset: '', ...fields })
  expect(await me(tokenIn(chosen.html))).toMatchObject({ scopes: ['write:customers', 'read:webhooks'] })
  const preset = await house.send(`${path}/billing/tokens/new`, { name: 'P', preset: 'control-plane', ...fields })
  expect((await me(tokenIn(preset.html))).scopes).toHaveLength(8)
})

test('what does not fit comes back with what was chosen', async () => {
  const none = await house.send(`${path}/billing/tokens/new`, { name: 'None', preset: '' })
  expect([none.status, none.html.includes('Choose at least one module')]).toEqual([422, true])
  const wrong = {
    name: '',
    preset: '',
    '_scope.audit': 'write',
    instanceSlug: 'nowhere',
    expiresAt: '2020-01-01T00:00',
  }
  const again = await house.send(`${path}/billing/tokens/new`, wrong)
  expect(again.html).toContain('Name must not be empty')
  expect(again.html).toMatch(/name="_scope.audit" value="write" checked/)
  expect(again.html).toContain('value="nowhere"')
  const elsewhere = await house.send(`${path}/billing/tokens/new`, { ...wrong, name: 'Named' })
  expect(elsewhere.html).toContain('Only for the instance is not an instance')
  const past = await house.send(`${path}/billing/tokens/new`, { ...wrong, name: 'Named', instanceSlug: '' })
  expect(past.html).toContain('Expires must be in the future')
})

test('an administrator cannot give what only owners hold', async () => {
  const admin = { role: 'ADMIN' as const }
  const { html } = await house.open(`${path}/billing/tokens/new`, 'ADMIN')
  expect(html).toMatch(/name="_scope.audit" value="write" disabled/)
  const fields = { name: 'More', preset: '', '_scope.*': 'write' }
  const refused = await house.send(`${path}/billing/tokens/new`, fields, admin)
  expect([refused.status, refused.html.includes('not held by the maker: write:*')]).toEqual([403, true])
})

test('a link fills in the instance that a token is for', async () => {
  await house.post('/api/licenses', { name: 'Pro', type: 'PAID', isDefault: true })
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/instances', { name: 'Acme Prod', customerSlug: 'acme' })
  const { html } = await house.open(`${path}/billing/tokens/new?instance=acme-prod&preset=data-plane`)
  expect(html).toMatch(/name="instanceSlug" value="acme-prod"/)
  expect(html).toContain('<option value="acme-prod" label="Acme Prod"')
})

test('a revoked token is refused from the next request on, and stays in the list', async () => {
  const made = await house.send(`${path}/billing/tokens/new`, { name: 'Leaked', preset: 'data-plane' })
  const token = tokenIn(made.html)
  expect((await house.open(`${path}/billing/tokens/leaked/revoke`)).html).toContain('was never used')
  const sent = await house.send(`${path}/billing/tokens/leaked/revoke`, {})
  expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}/billing`])
  expect((await house.get('/api/me', { Authorization: `Bearer ${token}` })).status).toBe(401)
  expect((await house.open(`${path}/billing?q=leaked`)).html).toContain('Revoked')
})

test('a token that ends soon says so', async () => {
  const expiresAt = new Date(house.now() + 86_400_000).toISOString().slice(0, 16)
  await house.send(`${path}/billing/tokens/new`, { name: 'Short', preset: 'data-plane', expiresAt })
  expect((await house.open(`${path}/billing?q=short`)).html).toContain('Expires soon')
  house.pass(2 * 86_400_000)
  expect((await house.open(`${path}/billing?q=short`)).html).toContain('Expired')
})

test('an account goes with its tokens, once its name was typed', async () => {
  await house.post('/api/service-accounts', { name: 'Gone' })
  await house.post('/api/service-accounts/gone/tokens', { name: 'One', preset: 'data-plane' })
  expect((await house.open(`${path}/gone/delete`)).html).toContain('Its token stops working with the next request')
  expect((await house.send(`${path}/gone/delete`, { _name: 'gone' })).status).toBe(422)
  expect((await house.send(`${path}/gone/delete`, { _name: 'Gone' })).headers.get('location')).toBe(path)
  expect((await house.open(`${path}/gone`)).status).toBe(404)
})

test('whoever may only read sees tokens and cannot make or revoke any', async () => {
  for (const role of ['VIEWER', 'EDITOR'] as const) {
    const { html } = await house.open(`${path}/billing`, role)
    expect(html).toContain('Production')
    expect(html).not.toMatch(/New token|\/revoke|\/delete/)
    expect((await house.send(`${path}/billing/tokens/new`, { name: 'X', preset: 'data-plane' }, { role })).status).toBe(
      403,
    )
  }
})

test('accounts of another organization are not there', async () => {
  await foundOrganization(house, 'alder')
  expect((await house.open(`${path}/alder-founder`)).status).toBe(404)
  expect((await house.send(`${path}/alder-founder/tokens/new`, { name: 'X', preset: 'data-plane' })).status).toBe(404)
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
