import { request } from 'node:http'
import { expect, test } from 'vitest'
import { testHouse } from '../test-house.ts'

test('at debug each request has one line: who, what, from where, how it ended; and nothing of its query', async () => {
  await using house = await testHouse({ KAITEN_LOG_LEVEL: 'debug', KAITEN_TRUSTED_PROXIES: 'loopback' })
  const lines = () => house.told.filter(({ message }) => message === 'request')
  const headers = { 'X-Forwarded-For': '198.51.100.7', 'X-Request-Id': 'of-the-test' }
  await house.get('/api/customers?q=secret&limit=1', headers)
  await expect.poll(lines).toHaveLength(1)
  expect(lines()[0]).toEqual({
    level: 'debug',
    message: 'request',
    requestId: 'of-the-test',
    method: 'GET',
    path: '/api/customers',
    address: '198.51.100.7',
    principal: 'bootstrap/bootstrap',
    status: 200,
    milliseconds: expect.any(Number),
  })
  await house.post('/api/ofrep/v1/evaluate/flags/none?x=1', {}, headers)
  expect(lines()[1]).toMatchObject({
    requestId: 'of-the-test',
    path: '/api/ofrep/v1/evaluate/flags/none',
    principal: 'bootstrap/bootstrap',
    status: 404,
  })
})

test('at info no request has a line', async () => {
  await using house = await testHouse()
  await house.get('/api/customers')
  await house.post('/api/ofrep/v1/evaluate/flags', {})
  expect(house.told.filter(({ message }) => message === 'request')).toEqual([])
})

test.each([
  ['Express', 'GET', '/api/customers'],
  ['the front door', 'POST', '/api/usage'],
  ['OFREP', 'POST', '/api/ofrep/v1/evaluate/flags'],
])('whoever is kept out by %s is always told of, with where they come from', async (_, method, path) => {
  await using house = await testHouse()
  const weak = await house.tokenWith(['read:components'])
  house.told.length = 0
  await house.ask(method, path, undefined, { Authorization: 'Bearer ksh_wrong', 'X-Request-Id': 'first' })
  await house.ask(method, `${path}?code=hidden`, undefined, { Authorization: `Bearer ${weak}` })
  expect(house.told).toEqual([
    {
      level: 'security',
      message: 'authentication failed',
      requestId: 'first',
      method,
      path,
      address: '127.0.0.1',
      principal: undefined,
      code: 'Auth.NoIdentity',
    },
    expect.objectContaining({
      message: 'refused',
      path,
      principal: expect.stringMatching(/^tester\//),
      code: 'Auth.MissingScope',
    }),
  ])
  expect(JSON.stringify(house.told)).not.toMatch(/hidden|ksh_/)
})

test('a flood of refusals is not a flood of lines, and what was left out is counted', async () => {
  await using house = await testHouse()
  const refusal = () => house.get('/api/me', { Authorization: 'Bearer ksh_wrong' })
  await Promise.all(Array.from({ length: 200 }, refusal))
  await new Promise(resolve => setTimeout(resolve, 1000))
  await refusal()
  const lines = house.told.filter(({ message }) => message === 'authentication failed')
  expect(lines.length).toBeLessThan(100)
  const untold = lines.reduce((sum, line) => sum + Number(line.untold ?? 0), 0)
  expect(lines.length + untold).toBe(201)
})

test('who may do what is always told of when it changes', async () => {
  await using house = await testHouse()
  house.told.length = 0
  await house.post('/api/service-accounts', { name: 'App' }, { 'X-Request-Id': 'of-the-test' })
  await house.post('/api/customers', { name: 'Acme' })
  expect(house.told).toEqual([
    expect.objectContaining({
      level: 'security',
      message: 'administration',
      event: 'SERVICE_ACCOUNT_CREATION',
      actor: 'bootstrap/bootstrap',
      requestId: 'of-the-test',
    }),
  ])
})

test('requests are counted by the template of their route, whatever was in the address', async () => {
  await using house = await testHouse()
  await house.get('/api/customers/one')
  await house.get('/api/customers/two')
  await house.ask('PATCH', '/api/customers/three')
  await house.get('/api/nowhere/at-all')
  await house.post('/api/ofrep/v1/evaluate/flags/mine', {})
  await house.post('/api/instances/x/entitlements/y/usage', { value: 1 })
  await new Promise(resolve => request(`${house.url}/api/docs`, answer => answer.resume().on('end', resolve)).end())
  const { routes } = house.inside.requests
  const counted = (route: string, method: string, status: number) => routes.get(route)?.answers.get(method)?.get(status)
  await expect.poll(() => counted('/api/docs', 'GET', 200)).toBe(1)
  expect(counted('/api/customers/{customer}', 'GET', 404)).toBe(2)
  expect(counted('/api/customers/{customer}', 'PATCH', 405)).toBe(1)
  expect(counted('other', 'GET', 404)).toBe(1)
  expect(counted('/api/ofrep/v1/evaluate/flags/{key}', 'POST', 404)).toBe(1)
  expect(counted('/api/instances/{instance}/entitlements/{entitlement}/usage', 'POST', 404)).toBe(1)
  const latencies = routes.get('/api/customers/{customer}')?.latencies
  expect(latencies?.counts.reduce((sum, each) => sum + each)).toBe(3)
  expect(latencies?.sum).toBeGreaterThan(0)
})
