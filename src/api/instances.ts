import { z } from 'zod'
import { seen } from '../actions/instances.ts'
import { Reference } from '../domain/input.ts'
import { Instance, instanceJson } from '../domain/instance.ts'
import type { Sort } from '../domain/list.ts'
import { found, invalid } from '../domain/problem.ts'
import { customerAt } from '../store/customers.ts'
import { deploymentZoneAt } from '../store/deployment-zones.ts'
import { type InstanceFilters, instanceAt, instanceOrDeletedAt, instancesOf } from '../store/instances.ts'
import { licenseAt } from '../store/licenses.ts'
import type { Statement } from '../store/query.ts'
import type { House } from '../web/house.ts'
import { type Ask, demandOf, type Route } from '../web/routes.ts'
import { create, list, remove, update, withTag } from './kinds.ts'

const instance = '/instances/{instance}'

const includeDeleted = z
  .enum(['true', 'false'])
  .transform(text => text === 'true')
  .optional()

export const instances = (house: House): Route[] => [
  list(house, '/instances', {
    summary: 'List instances',
    demand: 'read:instances',
    answers: Instance,
    json: instanceJson,
    filters: {
      customer: Reference.optional(),
      license: Reference.optional(),
      zone: Reference.optional(),
      includeDeleted,
    },
    source: ask => sourceOf(ask, filtersOf(house, ask)),
  }),
  list(house, '/customers/{customer}/instances', {
    summary: 'List the instances of a customer',
    demand: 'read:customers',
    answers: Instance,
    json: instanceJson,
    source: ask => {
      const row = found(house.read.find(customerAt(ask.principal.organization, ask.at.customer)), 'Customer.NotFound')
      return sourceOf(ask, { customer: row.id })
    },
  }),
  create(house, '/instances', 'instances.create', {
    summary: 'Create an instance of a customer',
    description:
      'Without a license it gets the default one, without an end of the license a year from its start; ' +
      'an end of null never comes. What it belongs to is named by id or by slug.',
    answers: Instance,
    location: ({ slug, id }) => `/instances/${slug ?? id}`,
  }),
  {
    method: 'GET',
    path: instance,
    summary: 'Show an instance',
    demand: 'read:instances',
    query: z.strictObject({ includeDeleted }),
    status: 200,
    answers: Instance,
    handle: ({ principal, at, query }) => {
      const row = query.includeDeleted ? instanceOrDeletedAt : instanceAt
      return withTag(instanceJson(seen(house.read.find(row(principal.organization, at.instance)), principal)))
    },
  },
  update(house, instance, 'instances.update', {
    summary: 'Change an instance',
    description: 'Another license or other dates hold from the next request on.',
    answers: Instance,
  }),
  remove(house, instance, 'instances.delete', 'Delete an instance, so that it can still be restored'),
  {
    method: 'POST',
    path: `${instance}/restore`,
    summary: 'Restore a deleted instance, by its id',
    description: 'It gets the slug back that it had, or the next free one behind it.',
    demand: demandOf('instances.restore'),
    status: 200,
    answers: Instance,
    handle: async ({ principal, asked }) => {
      const { value, replayed } = await house.submit('instances.restore', principal, undefined, asked)
      const { body, headers } = withTag(value)
      return { body, headers: { ...headers, ...(replayed && { 'Idempotent-Replayed': 'true' }) } }
    },
  },
]

const sourceOf = ({ principal, query }: Ask, filters: InstanceFilters) =>
  instancesOf(principal.organization, query.sort as Sort, { ...filters, only: principal.instance })

/** Filters by the ids of what they name. A name of nothing is 422, so that a typo does not look like an empty list. */
function filtersOf({ read }: House, { principal, query }: Ask): InstanceFilters {
  const idOf = (name: string, at: (organization: string, reference: string) => Statement<{ id: string }>) => {
    const value = query[name] as string | undefined
    if (value === undefined) return undefined
    const row = read.find(at(principal.organization, value))
    if (row) return row.id
    throw invalid({ location: `query.${name}`, message: 'names nothing that exists', value })
  }
  return {
    customer: idOf('customer', customerAt),
    license: idOf('license', licenseAt),
    zone: idOf('zone', deploymentZoneAt),
    includeDeleted: query.includeDeleted as boolean | undefined,
  }
}
