import type { Action } from './action.ts'
import * as auditIndex from './audit-index.ts'
import * as auditRetention from './audit-retention.ts'
import * as components from './components.ts'
import * as customers from './customers.ts'
import * as deploymentZones from './deployment-zones.ts'
import * as entitlementReads from './entitlement-reads.ts'
import * as entitlements from './entitlements.ts'
import * as featureFlags from './feature-flags.ts'
import * as forgetting from './forgetting.ts'
import * as instances from './instances.ts'
import * as invitations from './invitations.ts'
import * as licenseEntitlements from './license-entitlements.ts'
import * as licenses from './licenses.ts'
import * as organizations from './organizations.ts'
import * as passwords from './passwords.ts'
import * as periods from './periods.ts'
import * as releases from './releases.ts'
import * as serviceAccounts from './service-accounts.ts'
import * as sessions from './sessions.ts'
import * as setUp from './set-up.ts'
import * as tokens from './tokens.ts'
import * as usage from './usage.ts'
import * as users from './users.ts'
import * as webhookDeliveries from './webhook-deliveries.ts'
import * as webhooks from './webhooks.ts'

/** Every action by its name. What is not here cannot happen. */
export const registry = {
  'organizations.create': organizations.createOrganization,
  'organizations.update': organizations.updateOrganization,
  'serviceAccounts.create': serviceAccounts.createServiceAccount,
  'serviceAccounts.update': serviceAccounts.updateServiceAccount,
  'serviceAccounts.delete': serviceAccounts.deleteServiceAccount,
  'entitlements.read': entitlementReads.readEntitlement,
  'entitlements.readAll': entitlementReads.readEntitlements,
  'audit.index': auditIndex.indexAudit,
  'audit.archive': auditRetention.archiveAudit,
  'audit.forget': auditRetention.forgetAudit,
  'remembered.forget': forgetting.forget,
  'usage.report': usage.reportUsage,
  'usage.read': entitlementReads.readUsage,
  'usage.rollOver': periods.rollOverPeriods,
  'tokens.bootstrap': tokens.bootstrap,
  'tokens.create': tokens.createToken,
  'tokens.revoke': tokens.revokeTokenOf,
  'tokens.recordUse': tokens.recordUse,
  'customers.create': customers.createCustomer,
  'customers.update': customers.updateCustomer,
  'customers.delete': customers.deleteCustomer,
  'entitlements.create': entitlements.createEntitlement,
  'entitlements.update': entitlements.updateEntitlement,
  'entitlements.delete': entitlements.deleteEntitlement,
  'licenses.create': licenses.createLicense,
  'licenses.update': licenses.updateLicense,
  'licenses.delete': licenses.deleteLicense,
  'licenseEntitlements.assign': licenseEntitlements.assignEntitlement,
  'licenseEntitlements.update': licenseEntitlements.updateLicenseEntitlement,
  'licenseEntitlements.unassign': licenseEntitlements.unassignEntitlement,
  'instances.create': instances.createInstance,
  'instances.update': instances.updateInstance,
  'instances.delete': instances.deleteInstance,
  'instances.restore': instances.restoreInstance,
  'instances.expire': instances.expireInstances,
  'components.create': components.createComponent,
  'components.update': components.updateComponent,
  'components.delete': components.deleteComponent,
  'releases.create': releases.createRelease,
  'releases.delete': releases.deleteRelease,
  'deploymentZones.create': deploymentZones.createDeploymentZone,
  'deploymentZones.update': deploymentZones.updateDeploymentZone,
  'deploymentZones.delete': deploymentZones.deleteDeploymentZone,
  'deploymentZones.deploy': deploymentZones.deployRelease,
  'featureFlags.create': featureFlags.createFeatureFlag,
  'featureFlags.update': featureFlags.updateFeatureFlag,
  'featureFlags.restore': featureFlags.restoreFeatureFlag,
  'featureFlags.delete': featureFlags.deleteFeatureFlag,
  'webhooks.create': webhooks.createWebhook,
  'webhooks.update': webhooks.updateWebhook,
  'webhooks.delete': webhooks.deleteWebhook,
  'webhooks.rotateSecret': webhooks.rotateSecret,
  'webhooks.test': webhooks.testWebhook,
  'webhooks.recover': webhookDeliveries.recoverSlice,
  'deliveries.retry': webhookDeliveries.retryDelivery,
  'deliveries.record': webhookDeliveries.recordOutcomes,
  'deliveries.forget': webhookDeliveries.forgetDeliveries,
  'users.create': users.createUser,
  'users.enroll': users.enrollUser,
  'users.update': users.updateUser,
  'users.delete': users.deleteUser,
  'users.resetLink': users.linkUser,
  'users.setUpLink': setUp.createSetUpLink,
  'users.setUp': setUp.setUp,
  'users.acceptInvitation': invitations.acceptInvitation,
  'users.changePassword': passwords.changePassword,
  'users.resetPassword': passwords.resetPassword,
  'users.updateSelf': passwords.updateSelf,
  'sessions.begin': sessions.beginSession,
  'sessions.refuse': sessions.refuseSession,
  'sessions.renew': sessions.renew,
  'sessions.enterOrganization': sessions.enterOrganization,
  'sessions.end': sessions.end,
  'sessions.endOthers': sessions.endOthers,
  'sessions.recordUse': sessions.recordUse,
} as const satisfies Record<string, unknown>

export type ActionName = keyof typeof registry

/** These hand on to each other what KeptUsage keeps, and change nothing of it in another way. */
export const keepUsage: readonly ActionName[] = [
  'usage.report',
  'usage.read',
  'entitlements.read',
  'entitlements.readAll',
  'audit.index',
]

type Registered<N extends ActionName> = (typeof registry)[N]
export type ValueOf<N extends ActionName> = Awaited<ReturnType<Registered<N>['run']>>['value']

/** The action of a name. Each is typed by its own input; what comes here was read by that input's schema. */
export const actionNamed = (name: ActionName): Action => registry[name] as unknown as Action
