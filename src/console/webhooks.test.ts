import { afterAll, beforeAll, expect, test } from 'vitest'
import { loopback } from '../test-deliveries.ts'
import { foundOrganization } from '../test-organization.ts'
import { type VisitedHouse, visitedHouse } from '../test-visitor.ts'

let house: VisitedHouse
beforeAll(async () => {
  house = await visitedHouse(loopback)
})
afterAll(() => house[Symbol.asyncDispose]())

const path = '/integrations/webhooks'
const url = 'https://receiver.invalid/hook'
const made = async (more: object = {}) =>
  (await house.post('/api/webhooks', { url, eventNames: ['CUSTOMER_CREATION'], ...more })).body

test('an endpoint is made for the events that were ticked, or for every one', async () => {
  const some = await house.send(`${path}/new`, [
    ['url', url],
    ['description', ''],
    ['_events', ''],
    ['eventNames', 'CUSTOMER_CREATION'],
    ['eventNames', 'LICENSE_UPDATE'],
  ])
  expect(some.status).toBe(303)
  const id = some.headers.get('location')?.split('/').at(-1)
  const endpoint = (await house.get(`/api/webhooks/${id}`)).body
  expect(endpoint).toMatchObject({ url, description: null, eventNames: ['CUSTOMER_CREATION', 'LICENSE_UPDATE'] })

  const ticked: [string, string][] = [
    ['url', url],
    ['_events', 'all'],
    ['eventNames', 'LICENSE_UPDATE'],
  ]
  const every = await house.send(`${path}/new`, ticked)
  const everyId = every.headers.get('location')?.split('/').at(-1)
  expect((await house.get(`/api/webhooks/${everyId}`)).body.eventNames).toEqual([])
})

test('a URL that may not be called is refused beside its field, with all that was chosen kept', async () => {
  const sent = await house.send(`${path}/new`, [
    ['url', 'https://me:secret@example.com'],
    ['description', 'CRM'],
    ['_events', ''],
    ['eventNames', 'USER_UPDATE'],
  ])
  expect(sent.status).toBe(422)
  expect(sent.html).toContain('URL must have no name or password; receivers know us by the signature')
  expect(sent.html).toContain('value="https://me:secret@example.com"')
  expect(sent.html).toMatch(/value="USER_UPDATE" checked/)
  expect(sent.html).not.toMatch(/name="_events" value="all" checked/)
  const none = await house.send(`${path}/new`, { url, _events: '' })
  expect([none.status, none.html.includes('Tick at least one, or choose every event.')]).toEqual([422, true])
})

test('an endpoint is changed, switched off and on, and deleted', async () => {
  const { id } = await made()
  const fields = { url: `${url}/2`, description: 'CRM', enabled: 'true', _events: 'all', _revision: '1' }
  expect((await house.send(`${path}/${id}/edit`, fields)).headers.get('location')).toBe(`${path}/${id}`)
  const changed = { url: `${url}/2`, description: 'CRM', eventNames: [] }
  expect((await house.get(`/api/webhooks/${id}`)).body).toMatchObject(changed)
  expect((await house.send(`${path}/${id}/edit`, fields)).html).toContain('Somebody else has changed this')

  await house.send(`${path}/${id}/disable`, {})
  expect((await house.open(`${path}/${id}`)).html).toContain('Disabled: nothing is sent')
  await house.send(`${path}/${id}/enable`, {})
  expect((await house.get(`/api/webhooks/${id}`)).body.enabled).toBe(true)

  expect((await house.send(`${path}/${id}/delete`, {})).headers.get('location')).toBe(path)
  expect((await house.open(`${path}/${id}`)).status).toBe(404)
})

test('the secret is shown on demand alone, and the log has who saw it', async () => {
  const { id, secret } = await made()
  for (const page of ['', '/edit', '/secret', '/receiver'])
    expect((await house.open(`${path}/${id}${page}`)).html).not.toContain(secret)
  const shown = await house.send(`${path}/${id}/secret`, {})
  expect(shown.html).toContain(`export WEBHOOK_SECRET='${secret}'`)
  const line = house.told.findLast(({ message }) => message === 'a webhook secret was shown')
  expect(line).toMatchObject({ principal: 'ada@example.com', webhook: id })
})

test('while a rotation lasts both secrets are shown, and until when', async () => {
  const { id, secret } = await made()
  const wrong = await house.send(`${path}/${id}/rotate`, { secret: 'whsec_short' })
  expect(wrong.html).toContain('New secret must be whsec_ followed by 24 to 64 bytes in base64')
  const rotated = await house.send(`${path}/${id}/rotate`, { secret: '' })
  expect(rotated.html.match(/export WEBHOOK_SECRET='(whsec_[^']+)'/)?.[1]).not.toBe(secret)
  expect(rotated.html).toContain(secret)
  expect(rotated.html).toContain('Two secrets sign')
  expect((await house.open(`${path}/${id}`)).html).toContain('signs as well until')
  house.pass(25 * 3_600_000)
  expect((await house.send(`${path}/${id}/secret`, {})).html).not.toContain(secret)
  expect((await house.open(`${path}/${id}`)).html).not.toContain('signs as well until')
})

test('the list counts what waits, and says what is asked for', async () => {
  const { id } = await made({ url: 'https://waits.invalid/', enabled: true })
  await house.put(`/api/webhooks/${id}`, { enabled: false })
  const { html } = await house.open(`${path}?q=waits`)
  expect(html).toContain('https://waits.invalid/')
  expect(html).toContain('<code>CUSTOMER_CREATION</code>')
  expect(html).toContain('1 endpoint')
})

test('whoever may only read sees endpoints and changes nothing', async () => {
  const { id, secret } = await made()
  for (const role of ['VIEWER', 'EDITOR'] as const) {
    const { html } = await house.open(`${path}/${id}`, role)
    expect(html).toContain(url)
    expect(html).not.toMatch(/\/(test|disable|edit|delete|secret|rotate|retry|recover)"/)
    for (const act of ['secret', 'rotate', 'test', 'recover', 'retry', 'enable', 'disable', 'edit', 'delete']) {
      const refused = await house.send(`${path}/${id}/${act}`, {}, { role })
      expect([refused.status, refused.html.includes(secret)], act).toEqual([403, false])
    }
  }
})

test('endpoints of another organization are not there', async () => {
  const { token } = await foundOrganization(house, 'alder')
  const headers = { Authorization: `Bearer ${token}` }
  const theirs = (await house.post('/api/webhooks', { url: 'https://alder.invalid' }, headers)).body
  for (const page of ['', '/history', '/receiver', '/secret', '/test', '/retry', '/recover', '/enable'])
    expect((await house.open(`${path}/${theirs.id}${page}`)).status, page).toBe(404)
  expect((await house.send(`${path}/${theirs.id}/secret`, {})).status).toBe(404)
  expect((await house.open(path)).html).not.toContain('alder.invalid')
  expect((await house.open(`${path}/history`)).html).not.toContain('alder.invalid')
})

test('no fault of ours was met', () => {
  expect(house.faults).toEqual([])
})
