import { rfc3339 } from '../domain/input.ts'
import { App } from './apps.ts'
import { DAY } from './calendar.ts'
import { entitlements, type Family, licenses } from './catalog.ts'
import { type CustomerPlan, customers, type InstancePlan } from './customers.ts'
import type { Scene, Stage } from './stage.ts'

/** What is sold, to whom, and what becomes of it. */
export const salesScenes = (stage: Stage): Scene[] => [
  stage.scene(0, 8, () => catalog(stage)),
  stage.scene(0, 11.2, async () => {
    for (const each of customers.filter(({ came }) => came < 0)) await welcome(stage, each, 'jonas')
  }),
  ...customers
    .filter(({ came }) => came >= 0)
    .map(each => stage.scene(each.came, 10.4, () => welcome(stage, each, 'priya'))),
  stage.scene(8, 13, () => newPro(stage)),
  stage.scene(9, 14.5, () => move(stage, 'noodle-republic-bangkok', 'pro-v2')),
  stage.scene(14, 9.3, () => newStarter(stage)),
  stage.scene(16, 11, () => move(stage, 'bistro-lumiere', 'pro-v2')),
  stage.scene(18, 16, () => stage.as('jonas')('customers.delete', undefined, { customer: 'old-mill-inn' })),
  stage.scene(20, 10, () =>
    stage.as('jonas')('customers.update', { externalCustomerId: 'CRM-20418' }, { customer: 'fjord-kitchen' }),
  ),
  stage.scene(21, 17, () => leave(stage, 'smokehouse-dallas')),
]

async function catalog(stage: Stage): Promise<void> {
  for (const entitlement of entitlements) await stage.as('aiko')('entitlements.create', entitlement)
  for (const [family, { license, grants }] of Object.entries(licenses)) {
    await stage.as('aiko')('licenses.create', license)
    for (const [entitlementSlug, grant] of Object.entries(grants))
      await stage.as('aiko')('licenseEntitlements.assign', { entitlementSlug, ...grant }, { license: family })
  }
}

async function welcome(stage: Stage, plan: CustomerPlan, by: string): Promise<void> {
  const { name, slug, instances } = plan
  await stage.as(by)('customers.create', {
    name,
    slug,
    externalCustomerId: `CRM-${20_100 + customers.indexOf(plan) * 13}`,
  })
  for (const each of instances) await open(stage, plan, each, by)
}

async function open(stage: Stage, customer: CustomerPlan, plan: InstancePlan, by: string): Promise<void> {
  const { calendar } = stage
  const { name, family, license = family, zone, endsIn, metadata } = plan
  const ends = endsIn === null ? null : calendar.end + endsIn * DAY
  const starts = Math.min(calendar.now(), ends === null ? calendar.now() : ends - lengthOf(family))
  const { slug } = await stage.as(by)('instances.create', {
    ...{ name, customerSlug: customer.slug, licenseSlug: license, deploymentZoneSlug: zone },
    startLicenseDate: rfc3339(starts),
    endLicenseDate: ends === null ? null : rfc3339(ends),
    description: zone === 'staging' ? 'Where new releases are tried first.' : '',
    metadata: { utcOffset: customer.ahead, ...metadata },
  })
  const reporter = zone === null ? 'klinikum-nord' : 'umami-cloud'
  if (slug !== null) stage.apps.push(new App(stage, { plan, slug, reporter, ahead: customer.ahead, ends }))
}

const lengthOf = (family: Family): number => (family === 'trial' ? 28 : 365) * DAY

/** A version with more of it, for those who buy from now on; who has the old one keeps it. */
async function newPro(stage: Stage): Promise<void> {
  const act = stage.as('aiko')
  await act('licenses.create', { name: 'Pro', type: 'PAID', familySlug: 'pro', versionName: 'Autumn' })
  const at = { license: 'pro-v2' }
  await act(
    'licenseEntitlements.update',
    { value: { type: 'number', value: 150_000 } },
    { ...at, entitlement: 'api-calls' },
  )
  await act(
    'licenseEntitlements.update',
    { value: { type: 'boolean', value: true } },
    { ...at, entitlement: 'demand-forecast' },
  )
  await act('licenses.update', { isActive: false }, { license: 'pro' })
}

async function newStarter(stage: Stage): Promise<void> {
  const act = stage.as('aiko')
  await act('licenses.create', { name: 'Starter', type: 'PAID', familySlug: 'starter', isDefault: true })
  const at = { license: 'starter-v2', entitlement: 'report-exports' }
  await act('licenseEntitlements.update', { value: { type: 'number', value: 45 } }, at)
}

const move = (stage: Stage, instance: string, licenseSlug: string) =>
  stage.as('jonas')('instances.update', { licenseSlug }, { instance })

async function leave(stage: Stage, instance: string): Promise<void> {
  await stage.as('jonas')('instances.delete', undefined, { instance })
  const app = stage.apps.findIndex(({ slug }) => slug === instance)
  if (app >= 0) stage.apps.splice(app, 1)
}
