import type { CustomerRecord } from '../domain/customer.ts'
import { holdersAtMost } from '../domain/holders.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export { customerAt } from './references.ts'

export const customersOf = (organization: string): Source<CustomerRecord> => ({
  list: 'customers',
  table: 'customers',
  rows: q.selectFrom('customers').selectAll().where('organizationId', '=', organization),
  filters: {},
})

export const instancesHeldByCustomer = query((p: { customer: string }) =>
  q
    .selectFrom('instances')
    .select(['id', 'name'])
    .where('customerId', '=', p.customer)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .limit(holdersAtMost + 1),
)
