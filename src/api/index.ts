import type { Hot } from '../web/front-door.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { auditTrails } from './audit-trails.ts'
import { components } from './components.ts'
import { customers } from './customers.ts'
import { deploymentZones } from './deployment-zones.ts'
import { entitlements } from './entitlements.ts'
import { events } from './events.ts'
import { featureFlags } from './feature-flags.ts'
import { flagEvaluations } from './flag-evaluations.ts'
import { health } from './health.ts'
import { instances } from './instances.ts'
import { licenseEntitlements } from './license-entitlements.ts'
import { licenses } from './licenses.ts'
import { me } from './me.ts'
import { metrics } from './metrics.ts'
import { hotOfrep } from './ofrep.ts'
import { ofrep } from './ofrep-routes.ts'
import { organizations } from './organizations.ts'
import { releases } from './releases.ts'
import { serviceAccounts } from './service-accounts.ts'
import { hotUsage, usage } from './usage.ts'
import { usageReads } from './usage-reads.ts'
import { usageReports } from './usage-reports.ts'
import { users } from './users.ts'
import { webhookDeliveries } from './webhook-deliveries.ts'
import { webhooks } from './webhooks.ts'

/** Every operation of the API, in the order of the documentation page. */
export const routes = (house: House): Route[] =>
  [
    customers,
    instances,
    licenses,
    licenseEntitlements,
    entitlements,
    usage,
    usageReads,
    usageReports,
    featureFlags,
    flagEvaluations,
    ofrep,
    auditTrails,
    components,
    releases,
    deploymentZones,
    webhookDeliveries,
    webhooks,
    organizations,
    serviceAccounts,
    users,
    events,
    me,
    health,
    metrics,
  ].flatMap(word => word(house))

/** What is answered on the raw front door, most asked first. */
export const hotRoutes = (house: House): Hot[] => [hotOfrep(house), hotUsage(house)]
