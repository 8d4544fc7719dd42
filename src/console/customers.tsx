import { CustomerInstances, CustomerList, CustomerOverview, EditCustomer, NewCustomer } from '../../views/customers.tsx'
import { ConfirmDeletion } from '../../views/deletion.tsx'
import { found } from '../domain/problem.ts'
import { customerAt, customersOf, instancesPerCustomer } from '../store/customers.ts'
import { instancesOf } from '../store/instances.ts'
import type { House } from '../web/house.ts'
import { readLeaf } from '../web/lists.ts'
import { demandName } from './forms.ts'
import { LeafQuery } from './lists.ts'
import { type Ask, form, goTo, type Page, page } from './page.ts'

export const customers = (house: House): Page[] => {
  const customerOf = ({ principal, at }: Ask) =>
    found(house.read.find(customerAt(principal.organization, at.customer)), 'Customer.NotFound')

  /** How many instances each has, counted beside the main thread. */
  const instancesOfEach = async (organization: string, ids: readonly string[]) => {
    const counted = await house.scan.all(instancesPerCustomer, { organization, ids: JSON.stringify(ids) })
    return new Map(counted.map(({ customerId, instances }) => [customerId, instances]))
  }

  /** The customer with the number of its instances: what every tab's head shows. */
  const counted = async (ask: Ask) => {
    const customer = customerOf(ask)
    const each = await instancesOfEach(ask.principal.organization, [customer.id])
    return { customer, instances: each.get(customer.id) ?? 0 }
  }

  return [
    ...page('/customers', {
      demand: 'read:customers',
      query: LeafQuery,
      show: async ({ principal: { organization }, query }) => {
        const leaf = await readLeaf(house, customersOf(organization), query)
        const instances = await instancesOfEach(
          organization,
          leaf.items.map(({ id }) => id),
        )
        return <CustomerList {...{ leaf, query, instances }} />
      },
    }),
    ...form('/customers/new', {
      demand: 'write:customers',
      show: () => <NewCustomer />,
      submit: async ask => {
        const { slug, name } = await ask.submit('customers.create')
        return goTo(`/customers/${slug}`, `${name} was created.`)
      },
    }),
    ...page('/customers/{customer}', {
      demand: 'read:customers',
      show: async ask => <CustomerOverview {...(await counted(ask))} />,
    }),
    ...page('/customers/{customer}/instances', {
      demand: 'read:customers',
      query: LeafQuery,
      show: async ask => {
        const shown = await counted(ask)
        const { principal, query } = ask
        const filters = { customer: shown.customer.id, only: principal.instance }
        const leaf = await readLeaf(house, instancesOf(principal.organization, query.sort, filters), query)
        return <CustomerInstances {...{ ...shown, leaf, query }} />
      },
    }),
    ...form('/customers/{customer}/edit', {
      demand: 'write:customers',
      show: ask => <EditCustomer customer={customerOf(ask)} />,
      submit: async ask => {
        const { slug, name } = await ask.submit('customers.update')
        return goTo(`/customers/${slug}`, `${name} was saved.`)
      },
    }),
    ...form('/customers/{customer}/delete', {
      demand: 'write:customers',
      show: ask => {
        const { name, slug, revision } = customerOf(ask)
        const to = `/customers/${slug}`
        return (
          <ConfirmDeletion
            {...{ kind: 'customer', name, revision }}
            action={`${to}/delete`}
            cancel={to}
            above={[
              { to: '/customers', name: 'Customers' },
              { to, name },
            ]}
            asksForName
          >
            It can only be deleted while it has no instances. Its slug is free again afterwards.
          </ConfirmDeletion>
        )
      },
      submit: async ask => {
        const { name } = customerOf(ask)
        demandName(ask.fields, name)
        await ask.submit('customers.delete')
        return goTo('/customers', `${name} was deleted.`)
      },
    }),
  ]
}
