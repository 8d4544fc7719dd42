import { sql } from 'kysely'
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

/**
 * How many living instances each of some customers has; those without any are left out. `ids` is a JSON list. The plus
 * keeps SQLite off the organization's index, all of whose instances it would look at.
 */
export const instancesPerCustomer = query((p: { organization: string; ids: string }) =>
  q
    .selectFrom('instances')
    .select(({ fn }) => ['customerId', fn.countAll<number>().as('instances')])
    .where(sql`+"organizationId"`, '=', p.organization)
    .where('deletedAt', 'is', null)
    .where('customerId', 'in', sql<string>`(select value from json_each(${p.ids}))`)
    .groupBy('customerId'),
)

export const instancesHeldByCustomer = query((p: { customer: string }) =>
  q
    .selectFrom('instances')
    .select(['id', 'name'])
    .where('customerId', '=', p.customer)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .limit(holdersAtMost + 1),
)
