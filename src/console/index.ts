import type { Router } from 'express'
import { Router as router } from 'express'
import type { House } from '../web/house.ts'
import { account } from './account.tsx'
import { activity } from './activity.tsx'
import { auditTrail } from './audit-trail.tsx'
import { components } from './components.tsx'
import { customers } from './customers.tsx'
import { dashboard } from './dashboard.tsx'
import { deploy } from './deploy.tsx'
import { entitlements } from './entitlements.tsx'
import { featureFlags } from './feature-flags.tsx'
import { grants } from './grants.tsx'
import { instance } from './instance.tsx'
import { instanceEntitlements } from './instance-entitlements.tsx'
import { instanceFlags } from './instance-flags.tsx'
import { instanceLicense } from './instance-license.tsx'
import { instances } from './instances.tsx'
import { licenseVersions } from './license-versions.tsx'
import { licenses } from './licenses.tsx'
import { oneTimeLinks } from './one-time-links.tsx'
import type { Page } from './page.ts'
import { publicFiles } from './public.ts'
import { releases } from './releases.tsx'
import { search } from './search.tsx'
import { serveNowhere, servePages } from './serve.tsx'
import { serviceAccounts } from './service-accounts.tsx'
import { settings } from './settings.tsx'
import { signIn } from './sign-in.tsx'
import { theme } from './theme.ts'
import { tokens } from './tokens.tsx'
import { users } from './users.tsx'
import { webhookHistory } from './webhook-history.tsx'
import { webhookSecrets } from './webhook-secrets.tsx'
import { webhookSending } from './webhook-sending.tsx'
import { webhooks } from './webhooks.tsx'
import { zones } from './zones.tsx'

/**
 * Every page of the console. One is made in four steps; customers.tsx here and in views/ shows them all:
 *
 * 1. `page('/things', { demand, query, show })` to read, `form('/things/new', { demand, show, submit })` to change. Names in
 *    addresses are those of actions/action.ts; /things/new goes before /things/{thing} by itself.
 * 2. `show` reads what it needs with `house.read` (by key) or `house.scan` (whatever may scan), always by
 *    `principal.organization`, and returns a view: `<ThingList … />`. Lists: `readLeaf` with the API's own Source.
 * 3. `submit` does one action: `await ask.submit('things.create')` reads the form by the action's schema. Then
 *    `goTo('/things/…', 'Made.')`. A problem it throws brings the form back by itself, with what was typed.
 * 4. Add it to this list; the navigation (views/navigation.tsx) and every button that leads to it then show.
 *
 * Sessions, scopes, forgery, problems, toasts and headers are serve.tsx; nobody needs to think of them.
 */
export const pages = (house: House): Page[] =>
  [
    signIn,
    oneTimeLinks,
    dashboard,
    customers,
    search,
    theme,
    account,
    settings,
    users,
    featureFlags,
    instances,
    instance,
    instanceFlags,
    instanceLicense,
    releases,
    components,
    zones,
    deploy,
    activity,
    licenses,
    licenseVersions,
    grants,
    entitlements,
    serviceAccounts,
    tokens,
    webhooks,
    webhookSending,
    webhookSecrets,
    webhookHistory,
    instanceEntitlements,
    auditTrail,
  ].flatMap(word => word(house))

/** The console as it is put at the root. */
export const rooms = (house: House): Router =>
  router()
    .use(publicFiles())
    .use(servePages(pages(house), house))

/** What people see at an address at which there is nothing: to be put behind everything else. */
export const nowhere = (house: House): Router => serveNowhere(pages(house), house)
