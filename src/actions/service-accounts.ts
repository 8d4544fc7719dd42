import { event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found } from '../domain/problem.ts'
import {
  ServiceAccount,
  ServiceAccountDraft,
  type ServiceAccountRecord,
  serviceAccountJson,
} from '../domain/service-account.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { deleteTokensOf, serviceAccountAt } from '../store/service-accounts.ts'
import { action, done } from './action.ts'
import { merge } from './merge.ts'
import { freeSlug } from './slugs.ts'

const ServiceAccountChanges = ServiceAccountDraft.omit({ slug: true })
const ServiceAccountMerge = mergeOf(ServiceAccountChanges, ServiceAccount)

export const createServiceAccount = action(
  'write:tokens',
  ServiceAccountDraft,
  async (tx, { principal, input, now, newId }) => {
    const { organization } = principal
    const wish = { kind: 'account', taken: 'ServiceAccount.SlugTaken', ...input } as const
    const row: ServiceAccountRecord = {
      id: newId(),
      organizationId: organization,
      name: input.name,
      slug: await freeSlug(tx, wish, slug => serviceAccountAt(organization, slug)),
      ...stamped(principal, now),
    }
    await tx.run(insertRow('service_accounts', row))
    const account = serviceAccountJson(row)
    return done(account, event('SERVICE_ACCOUNT_CREATION', account))
  },
)

export const updateServiceAccount = action(
  'write:tokens',
  ['account'],
  ServiceAccountMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await serviceAccount(tx, principal.organization, at.account)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, ServiceAccountChanges, serviceAccountJson(row))
    const kind = { table: 'service_accounts', event: 'SERVICE_ACCOUNT_UPDATE', json: serviceAccountJson } as const
    return merge(tx, { principal, now }, row, wanted, kind)
  },
)

/** Its tokens go with it, and stop working with the next request. */
export const deleteServiceAccount = action(
  'write:tokens',
  ['account'],
  Nothing,
  async (tx, { principal, at, ifMatch }) => {
    const row = await serviceAccount(tx, principal.organization, at.account)
    matchRevision(ifMatch, row)
    await tx.run(deleteTokensOf, { organization: principal.organization, account: row.id })
    await tx.run(deleteRow('service_accounts', row))
    return done(undefined, event('SERVICE_ACCOUNT_DELETION', serviceAccountJson(row)))
  },
)

export const serviceAccount = async (tx: Tx, organization: string, reference: string): Promise<ServiceAccountRecord> =>
  found(await tx.find(serviceAccountAt(organization, reference)), 'ServiceAccount.NotFound')
