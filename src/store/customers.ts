import type { CustomerRecord } from '../domain/customer.ts'
import type { Source } from './pages.ts'
import { q, query } from './query.ts'

export { customerAt } from './references.ts'

export const customersOf = (organization: string): Source<CustomerRecord> => ({
  list: 'customers',
  table: 'customers',
  rows: q.selectFrom('customers').selectAll().where('organizationId', '=', organization),
  filters: {},
})

/** At most 2: whether there is one and whether there are more is all that a refusal says. */
export const instancesHeldByCustomer = query((p: { customer: string }) =>
  q
    .selectFrom(held =>
      held
        .selectFrom('instances')
        .select('id')
        .where('customerId', '=', p.customer)
        .where('deletedAt', 'is', null)
        .limit(2)
        .as('held'),
    )
    .select(({ fn }) => fn.countAll<number>().as('instances')),
)
