import type { TestHouse } from '../src/test-house.ts'

/** A company whose app has reported for a month: a few reports and reads a day, growing, until a limit is met. */
export async function busyInstance(house: TestHouse, days = 30): Promise<{ address: string }> {
  const entitlements = [
    { name: 'API calls', type: 'NUMBER', unitPlural: 'calls', resetPeriod: 'MONTH' },
    { name: 'Seats', type: 'NUMBER', aggregationMethod: 'LATEST', meterType: 'CALCULATED_USAGE' },
    { name: 'Storage', type: 'NUMBER', aggregationMethod: 'MAX', unitPlural: 'GB' },
    { name: 'Exports', type: 'NUMBER', resetPeriod: 'DAY' },
    { name: 'Single sign-on', type: 'BOOLEAN' },
    { name: 'Regions', type: 'CONFIG' },
  ]
  const values = [
    { type: 'number', value: 2500 },
    { type: 'number', value: 50 },
    { type: 'number', value: -1 },
    { type: 'number', value: 20 },
    { type: 'boolean', value: true },
    { type: 'object', value: { allowed: ['eu-central', 'eu-west'], default: 'eu-central' } },
  ]
  await house.post('/api/licenses', { name: 'Growth', type: 'PAID', isDefault: true })
  for (const [index, each] of entitlements.entries()) {
    const { slug } = (await house.post('/api/entitlements', each)).body
    await house.post('/api/licenses/growth/entitlements', { entitlementSlug: slug, value: values[index] })
  }
  await house.post('/api/customers', { name: 'Acme, Inc.' })
  await house.post('/api/instances', { name: 'Acme Production', customerSlug: 'acme-inc' })
  const path = '/api/instances/acme-production/entitlements'
  const report = (slug: string, value: number) => house.post(`${path}/${slug}/usage`, { value })
  for (let day = 0; day < days; day++) {
    const isWeekend = new Date(house.now()).getUTCDay() % 6 === 0
    const much = (isWeekend ? 15 : 60) + day * 3 + ((day * 37) % 23)
    for (let n = 0; n < (isWeekend ? 2 : 5); n++) {
      await report('api-calls', Math.round(much / 2))
      house.pass(37 * 60_000)
    }
    await report('seats', 12 + Math.floor(day * 1.2) + ((day * 5) % 3))
    await report('storage', 3.5 + day * 0.75)
    for (let n = 0; n < 3; n++) await report('exports', 5 + ((day + n) % 4))
    if (!isWeekend) await house.get(path)
    await house.get(`${path}/api-calls`)
    await house.get(`${path}/seats/usage?amount=5`)
    house.pass(86_400_000 - (isWeekend ? 2 : 5) * 37 * 60_000)
  }
  for (const value of [120, 80]) await report('api-calls', value)
  await house.get(path)
  return { address: '/customers/acme-inc/instances/acme-production' }
}
