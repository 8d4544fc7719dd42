import { expect, test } from 'vitest'
import { testHouse } from '../test-house.ts'
import { receiver } from '../test-receiver.ts'

const loopback = { KAITEN_WEBHOOK_ALLOW_HTTP: 'true', KAITEN_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' }

test('an event reaches its receiver signed, and the history shows it', async () => {
  await using house = await testHouse(loopback)
  await using hook = await receiver()
  const made = await house.post('/api/webhooks', { url: hook.url, eventNames: ['CUSTOMER_CREATION'] })
  expect(made).toMatchObject({
    status: 201,
    body: { url: hook.url, enabled: true, secret: expect.stringMatching(/^whsec_/) },
  })
  hook.secrets = [made.body.secret]
  const customer = await house.post('/api/customers', { name: 'Test Webhook Customer' })
  const [first] = await hook.until(1)
  expect(first?.event).toEqual({
    id: expect.any(Number),
    name: 'CUSTOMER_CREATION',
    type: 'com.kaiten.customer.v1.created',
    timestamp: customer.body.createdAt,
    organizationId: expect.any(String),
    data: customer.body,
  })
  expect(hook.refused).toEqual([])
  await expect
    .poll(async () => (await house.get('/api/webhooks/history')).body.items)
    .toMatchObject([
      {
        deliveryId: first?.id,
        endpointId: made.body.id,
        eventName: 'CUSTOMER_CREATION',
        number: 1,
        status: 'SUCCESS',
        responseStatus: 200,
        responseBody: 'thanks',
        requestBody: first?.text,
        nextAttemptAt: null,
      },
    ])
  expect(house.faults).toEqual([])
})
