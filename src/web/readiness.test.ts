import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { testHouse } from '../test-house.ts'

test('a house that takes changes is alive and ready, within the API and beside it', async () => {
  await using house = await testHouse()
  for (const path of ['/healthz', '/readyz', '/api/healthz', '/api/readyz'])
    expect(await house.get(path, { Authorization: '' })).toMatchObject({ status: 200, body: { status: 'ok' } })
})

test('on a disk that is nearly full, reads and evaluations go on and everything else is to come again', async () => {
  await using house = await testHouse()
  await house.post('/api/entitlements', { name: 'API Calls', type: 'NUMBER' })
  await house.post('/api/licenses', { name: 'Growth', type: 'PAID' })
  const grant = { entitlementSlug: 'api-calls', value: { type: 'number', value: 10 } }
  await house.post('/api/licenses/growth/entitlements', grant)
  await house.post('/api/customers', { name: 'Acme' })
  await house.post('/api/instances', { name: 'Acme Prod', customerSlug: 'acme', licenseSlug: 'growth' })
  await house.post('/api/feature-flags', { name: 'Dark Mode', type: 'boolean', enabled: true })

  await house.restart({ KAITEN_MIN_FREE_SPACE: '999999T' })
  const full = { status: 503, body: { code: 'Storage.Full' } }
  const usage = '/api/instances/acme-prod/entitlements/api-calls/usage'
  const report = await house.post(usage, { value: 1 })
  expect(report).toMatchObject(full)
  expect(report.headers.get('retry-after')).toBe('30')
  expect(await house.post('/api/customers', { name: 'Another' })).toMatchObject(full)
  expect(await house.delete('/api/customers/acme')).toMatchObject(full)
  expect(await house.get('/readyz')).toMatchObject(full)
  expect((await house.get('/healthz')).status).toBe(200)

  expect((await house.get('/api/customers/acme')).status).toBe(200)
  expect(await house.get(usage)).toMatchObject({ status: 200, body: { current_usage: 0 } })
  expect((await house.get('/api/instances/acme-prod/entitlements')).status).toBe(200)
  expect((await house.post('/api/ofrep/v1/evaluate/flags/dark-mode', {})).status).toBe(200)
  await house.inside.clockwork.everyMinute()
  expect(house.faults).toEqual([expect.stringContaining('the disk is nearly full')])

  await house.restart({ KAITEN_MIN_FREE_SPACE: '0' })
  expect((await house.post(usage, { value: 1 })).status).toBe(200)
  expect((await house.get('/readyz')).status).toBe(200)
})

test('a house that stops says so before it refuses anything, and finishes what has begun', async () => {
  const house = await testHouse()
  const { port, hostname } = new URL(house.url)
  const socket = connect(Number(port), hostname)
  let told = ''
  socket.on('data', data => {
    told += data
  })
  const head = (line: string, ...more: string[]) =>
    [`${line} HTTP/1.1`, 'Host: x', `X-API-Key: ${house.token}`, ...more, '', ''].join('\r\n')
  socket.write(head('POST /api/customers', 'Content-Type: application/json', 'Content-Length: 15'))
  await new Promise(resolve => setTimeout(resolve, 100))
  const stopped = house[Symbol.asyncDispose]()
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(() => house.inside.readiness.demand()).toThrow('stopping')
  await expect(fetch(`${house.url}/healthz`)).rejects.toThrow()
  socket.write('{"name":"Late"}')
  await stopped
  expect(told).toMatch(/^HTTP\/1.1 201 /)
})
