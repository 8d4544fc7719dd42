import { rfc3339 } from '../domain/input.ts'
import { DAY } from './calendar.ts'
import { receives } from './receiver.ts'
import type { Scene, Stage } from './stage.ts'

/** Machines: those that report and deploy, and those that are told. */
export const integrationScenes = (stage: Stage): Scene[] => [
  stage.scene(0, 8.6, () => firstAccounts(stage)),
  stage.scene(0, 10.2, () => firstWebhooks(stage)),
  stage.scene(0, 11.9, async () => {
    await account(stage, 'Klinikum Nord', 'klinikum-nord')
    await token(stage, 'klinikum-nord', { name: 'On-premises', preset: 'data-plane', instanceSlug: 'klinikum-nord' })
  }),
  stage.scene(3, 10, async () => {
    await stage.as('jonas')('tokens.revoke', undefined, { account: 'ci', token: 'old-laptop' })
  }),
  stage.scene(4, 9, async () => {
    await account(stage, 'Data Warehouse', 'data-warehouse')
    const expiresAt = rfc3339(stage.calendar.end + 20 * DAY)
    await token(stage, 'data-warehouse', { name: 'Nightly', scopes: ['read:*'], expiresAt })
    await webhook(stage, receives.warehouse, 'Data warehouse: who bought and used up what', [
      ...['CUSTOMER_CREATION', 'CUSTOMER_UPDATE', 'CUSTOMER_DELETION', 'INSTANCE_CREATION', 'INSTANCE_UPDATE'],
      ...['LICENSE_CREATION', 'LICENSE_UPDATE', 'INSTANCE_ENTITLEMENT_USAGE_REACHED'],
    ])
  }),
  stage.scene(9, 9, () =>
    webhook(stage, receives.intranet, 'News on the intranet (old)', [
      ...['CUSTOMER_CREATION', 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT', 'FEATURE_FLAG_UPDATE', 'LICENSE_CREATION'],
      'INSTANCE_ENTITLEMENT_USAGE_REACHED',
    ]),
  ),
]

async function firstAccounts(stage: Stage): Promise<void> {
  await account(stage, 'Umami Cloud', 'umami-cloud')
  await token(stage, 'umami-cloud', { name: 'Production', preset: 'data-plane' })
  await account(stage, 'Build', 'ci')
  const scopes = ['write:components', 'write:releases', 'write:deployment_zones']
  await token(stage, 'ci', { name: 'Old laptop', scopes })
  await token(stage, 'ci', { name: 'Pipeline', scopes })
}

async function firstWebhooks(stage: Stage): Promise<void> {
  await webhook(stage, receives.crm, 'CRM: who bought what', [
    ...['CUSTOMER_CREATION', 'CUSTOMER_UPDATE', 'CUSTOMER_DELETION', 'INSTANCE_CREATION', 'INSTANCE_DELETION'],
    ...['INSTANCE_LICENSE_CHANGE', 'INSTANCE_LICENSE_EXPIRED'],
  ])
  await webhook(stage, receives.billing, 'Billing: use against quotas', [
    ...['INSTANCE_LICENSE_EXPIRED', 'INSTANCE_ENTITLEMENT_USAGE_REACHED', 'INSTANCE_ENTITLEMENT_CAP_EXCEEDED'],
    'INSTANCE_ENTITLEMENT_USAGE_WARNING_THRESHOLD_REACHED',
  ])
  await webhook(stage, receives.chat, 'Chat: #deployments', [
    ...['RELEASE_CREATION', 'DEPLOYMENT_ZONE_RELEASE_DEPLOYMENT', 'WEBHOOK_ENDPOINT_DISABLED'],
  ])
}

const account = (stage: Stage, name: string, slug: string) =>
  stage.as('jonas')('serviceAccounts.create', { name, slug })

async function token(stage: Stage, account: string, draft: object): Promise<void> {
  const { token } = await stage.as('jonas')('tokens.create', draft, { account })
  stage.handOver(account, token)
}

const webhook = (stage: Stage, path: string, description: string, eventNames: string[]) =>
  stage.as('jonas')('webhooks.create', { url: stage.receiver + path, description, eventNames })
