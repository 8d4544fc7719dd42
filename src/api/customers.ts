import { Customer, customerJson } from '../domain/customer.ts'
import { customerAt, customersOf } from '../store/customers.ts'
import type { House } from '../web/house.ts'
import type { Route } from '../web/routes.ts'
import { create, list, remove, show, update } from './kinds.ts'

export const customers = (house: House): Route[] => [
  list(house, '/customers', {
    summary: 'List customers',
    demand: 'read:customers',
    answers: Customer,
    json: customerJson,
    source: ({ principal }) => customersOf(principal.organization),
  }),
  create(house, '/customers', 'customers.create', {
    summary: 'Create a customer',
    answers: Customer,
    location: ({ slug }) => `/customers/${slug}`,
  }),
  show(house, '/customers/{customer}', {
    summary: 'Show a customer',
    demand: 'read:customers',
    answers: Customer,
    json: customerJson,
    notFound: 'Customer.NotFound',
    row: ({ principal, at }) => customerAt(principal.organization, at.customer),
  }),
  update(house, '/customers/{customer}', 'customers.update', { summary: 'Change a customer', answers: Customer }),
  remove(house, '/customers/{customer}', 'customers.delete', 'Delete a customer'),
]
