import { Customer, CustomerDraft, type CustomerRecord, customerJson } from '../domain/customer.ts'
import { event } from '../domain/event.ts'
import { holders } from '../domain/holders.ts'
import { Nothing } from '../domain/input.ts'
import { changeable, matchRevision, mergeOf } from '../domain/merge.ts'
import { found, Problem } from '../domain/problem.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { customerAt, instancesHeldByCustomer } from '../store/customers.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { action, done } from './action.ts'
import { merge } from './merge.ts'
import { freeSlug } from './slugs.ts'

const CustomerChanges = CustomerDraft.omit({ slug: true })
const CustomerMerge = mergeOf(CustomerChanges, Customer)

export const createCustomer = action('write:customers', CustomerDraft, async (tx, { principal, input, now, newId }) => {
  const { organization } = principal
  const wish = { kind: 'customer', taken: 'Customer.SlugTaken', ...input } as const
  const row: CustomerRecord = {
    id: newId(),
    organizationId: organization,
    name: input.name,
    slug: await freeSlug(tx, wish, slug => customerAt(organization, slug)),
    externalCustomerId: input.externalCustomerId ?? null,
    ...stamped(principal, now),
  }
  await tx.run(insertRow('customers', row))
  const customer = customerJson(row)
  return done(customer, event('CUSTOMER_CREATION', customer))
})

export const updateCustomer = action(
  'write:customers',
  ['customer'],
  CustomerMerge,
  async (tx, { principal, at, input, now, ifMatch }) => {
    const row = await customer(tx, principal.organization, at.customer)
    matchRevision(ifMatch, row)
    const wanted = changeable(input, CustomerChanges, customerJson(row))
    const kind = { table: 'customers', event: 'CUSTOMER_UPDATE', json: customerJson } as const
    return merge(tx, { principal, now }, row, wanted, kind)
  },
)

export const deleteCustomer = action(
  'write:customers',
  ['customer'],
  Nothing,
  async (tx, { principal, at, ifMatch }) => {
    const row = await customer(tx, principal.organization, at.customer)
    matchRevision(ifMatch, row)
    const instances = await tx.all(instancesHeldByCustomer, { customer: row.id })
    if (instances.length > 0)
      throw new Problem(
        'Customer.HasInstances',
        `${row.name} has ${holders(instances, 'instance')}. Delete them first.`,
      )
    await tx.run(deleteRow('customers', row))
    return done(undefined, event('CUSTOMER_DELETION', customerJson(row)))
  },
)

export const customer = async (tx: Tx, organization: string, reference: string): Promise<CustomerRecord> =>
  found(await tx.find(customerAt(organization, reference)), 'Customer.NotFound')
