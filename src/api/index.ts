import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { customers } from './customers.ts'
import { events } from './events.ts'
import { health } from './health.ts'
import { me } from './me.ts'
import { organizations } from './organizations.ts'
import { serviceAccounts } from './service-accounts.ts'

/** Every operation of the API, in the order of the documentation page. */
export const routes = (house: House): Route[] =>
  [customers, organizations, serviceAccounts, events, me, health].flatMap(word => word(house))
