import { z } from 'zod'
import type { ActionName, ValueOf } from '../actions/registry.ts'
import { actionNamed } from '../actions/registry.ts'
import { ListQuery } from '../domain/list.ts'
import { found, type ProblemCode } from '../domain/problem.ts'
import type { Demand } from '../domain/scope.ts'
import type { Source } from '../store/pages.ts'
import type { Statement } from '../store/query.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import type { Ask, Reply, Route } from '../web/routes.ts'

/** The five kinds of routes that most of the API is made of: list, show, create, update, remove. */

export const pageSchema = (item: z.ZodType) =>
  z.object({
    items: z.array(item),
    total: z.int(),
    totalIsLowerBound: z.literal(true).optional(),
    hasMore: z.boolean(),
    nextCursor: z.string().optional(),
  })

export interface Listing<Row> {
  summary: string
  demand: Demand
  answers: z.ZodType
  json: (row: Row) => unknown
  /** Filters beside limit, cursor, q and sort. */
  filters?: z.ZodRawShape
  source: (ask: Ask) => Source<Row>
}

export const list = <Row extends object>(house: House, path: string, listing: Listing<Row>): Route => ({
  method: 'GET',
  path,
  summary: listing.summary,
  demand: listing.demand,
  query: ListQuery.extend(listing.filters ?? {}),
  status: 200,
  answers: pageSchema(listing.answers),
  handle: async ask => {
    const page = await readPage(house, listing.source(ask), ask.query as ListQuery)
    return { body: { ...page, items: page.items.map(listing.json) } }
  },
})

export interface Showing<Row> {
  summary: string
  demand: Demand
  answers: z.ZodType
  json: (row: Row) => object
  notFound: ProblemCode
  row: (ask: Ask) => Statement<Row>
}

export const show = <Row>(house: House, path: string, showing: Showing<Row>): Route => ({
  method: 'GET',
  path,
  summary: showing.summary,
  demand: showing.demand,
  status: 200,
  answers: showing.answers,
  handle: ask => withTag(showing.json(found(house.read.find(showing.row(ask)), showing.notFound))),
})

interface Changing {
  summary: string
  description?: string
  answers: z.ZodType
}

/** `location` is the new object's address below /api, made of the object or of the address it was posted to. */
export const create = <N extends ActionName>(
  house: House,
  path: string,
  name: N,
  creating: Changing & { location: (made: ValueOf<N>, ask: Ask) => string },
): Route => ({
  ...changing('POST', path, name, creating),
  status: 201,
  handle: async ask => {
    const { value, replayed } = await house.submit(name, ask.principal, ask.body, ask.asked)
    const reply = withTag(value as object)
    const location = `/api${creating.location(value, ask)}`
    return {
      body: reply.body,
      headers: { ...reply.headers, Location: location, ...(replayed && { 'Idempotent-Replayed': 'true' }) },
    }
  },
})

export const update = (house: House, path: string, name: ActionName, updating: Changing): Route => ({
  ...changing('PUT', path, name, updating),
  status: 200,
  handle: async ask => withTag((await house.submit(name, ask.principal, ask.body, ask.asked)).value as object),
})

export const remove = (house: House, path: string, name: ActionName, summary: string): Route => ({
  method: 'DELETE',
  path,
  summary,
  demand: actionNamed(name).demand,
  status: 204,
  handle: async ask => {
    await house.submit(name, ask.principal, undefined, ask.asked)
    return {}
  },
})

const changing = (
  method: 'POST' | 'PUT',
  path: string,
  name: ActionName,
  { summary, description, answers }: Changing,
) => ({
  method,
  path,
  summary,
  ...(description && { description }),
  demand: actionNamed(name).demand,
  body: actionNamed(name).input,
  answers,
})

/** The answer with its revision as ETag, where the object has one. */
export const withTag = (object: object): Exclude<Reply, 'sent'> => ({
  body: object,
  headers: 'revision' in object ? { ETag: `"${String(object.revision)}"` } : {},
})
