import type { z } from 'zod'
import type { Action } from './action.ts'
import * as customers from './customers.ts'
import * as organizations from './organizations.ts'
import * as serviceAccounts from './service-accounts.ts'
import * as tokens from './tokens.ts'

/** Every action by its name. What is not here cannot happen. */
export const registry = {
  'organizations.create': organizations.createOrganization,
  'organizations.update': organizations.updateOrganization,
  'serviceAccounts.create': serviceAccounts.createServiceAccount,
  'serviceAccounts.update': serviceAccounts.updateServiceAccount,
  'serviceAccounts.delete': serviceAccounts.deleteServiceAccount,
  'tokens.bootstrap': tokens.bootstrap,
  'tokens.create': tokens.createToken,
  'tokens.revoke': tokens.revokeTokenOf,
  'tokens.recordUse': tokens.recordUse,
  'customers.create': customers.createCustomer,
  'customers.update': customers.updateCustomer,
  'customers.delete': customers.deleteCustomer,
} as const satisfies Record<string, unknown>

export type ActionName = keyof typeof registry
type Registered<N extends ActionName> = (typeof registry)[N]
export type InputOf<N extends ActionName> =
  Registered<N> extends Action<infer S, infer _V, infer _A> ? z.input<S> : never
export type ValueOf<N extends ActionName> = Awaited<ReturnType<Registered<N>['run']>>['value']

/** The action of a name. Each is typed by its own input; what comes here was read by that input's schema. */
export const actionNamed = (name: ActionName): Action => registry[name] as unknown as Action
