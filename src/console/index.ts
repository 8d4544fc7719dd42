import type { Router } from 'express'
import { Router as router } from 'express'
import type { House } from '../web/house.ts'
import { auditTrail } from './audit-trail.tsx'
import { customers } from './customers.tsx'
import { dashboard } from './dashboard.tsx'
import { instanceEntitlements } from './instance-entitlements.tsx'
import type { Page } from './page.ts'
import { publicFiles } from './public.ts'
import { search } from './search.tsx'
import { serveNowhere, servePages } from './serve.tsx'
import { theme } from './theme.ts'

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
  [dashboard, customers, instanceEntitlements, auditTrail, search, theme].flatMap(word => word(house))

/** The console as it is put at the root. */
export const rooms = (house: House): Router =>
  router()
    .use(publicFiles())
    .use(servePages(pages(house), house))

/** What people see at an address at which there is nothing: to be put behind everything else. */
export const nowhere = (house: House): Router => serveNowhere(pages(house), house)
