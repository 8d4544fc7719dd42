import express, { type Request, type Response, type Router } from 'express'
import type { z } from 'zod'
import type { Asked, Path } from '../actions/action.ts'
import { type ActionName, actionNamed } from '../actions/registry.ts'
import { parse } from '../domain/input.ts'
import { demand, type Principal } from '../domain/principal.ts'
import { invalid, Problem } from '../domain/problem.ts'
import type { Demand } from '../domain/scope.ts'
import { authenticate, isAnonymous } from './auth.ts'
import { jsonOf, readBody } from './bodies.ts'
import type { House } from './house.ts'
import { answerProblem } from './problems.ts'
import { requestId } from './request-ids.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One operation of the API. Requests are validated, documented and tested from this same description. */
export interface Route {
  method: Method
  /** As OpenAPI writes it: /customers/{customer} */
  path: string
  summary: string
  /** More words for the documentation page. */
  description?: string
  /** The scope asked for; 'identity' is any valid credential, 'nothing' none. */
  demand: Demand | 'identity' | 'nothing'
  /** Asked from this machine itself without a credential, it is answered all the same. */
  orLocal?: true
  query?: z.ZodObject
  body?: z.ZodType
  /** 200, 201 or 204 by what the route does. */
  status: 200 | 201 | 204
  answers?: z.ZodType
  /** Members of the answer that OpenAPI shows in place of JSON, such as text/csv. */
  contentTypes?: readonly string[]
  /** Answers with other statuses in place of problems, for protocols that have their own: schemas, undefined for none. */
  others?: Readonly<Record<number, z.ZodType | undefined>>
  handle: (ask: Ask) => Promise<Reply> | Reply
}

/** A request that was authenticated and read. */
export interface Ask {
  principal: Principal
  at: Path
  /** As the route's query schema reads it. */
  query: Record<string, unknown>
  body: unknown
  /** What an action is told beside its input. */
  asked: Asked
  response: Response
}

/** `body` is sent as JSON; 'sent' when the handler wrote the answer itself. */
export type Reply = { body?: unknown; headers?: Record<string, string> } | 'sent'

/** What can be put on a router. */
interface Addressed {
  method: Method
  path: string
}

/** Puts the routes of the API on a router. */
export const mount = (routes: readonly Route[], house: House): Router =>
  router(routes, {
    serve: (route, request, response) => serve(route, request, response, house),
    refuse: (problem, request, response) => answerProblem(request, response, problem, house),
  })

interface Answering<R> {
  serve: (route: R, request: Request, response: Response) => Promise<void>
  /** Called, not thrown: so the request still knows its route, for the counts. */
  refuse: (problem: Problem, request: Request, response: Response) => unknown
}

/** A router that hands each request to its route, and answers 405 with Allow where the address is known and the method is not. */
export function router<R extends Addressed>(routes: readonly R[], { serve, refuse }: Answering<R>): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  for (const route of routes) {
    const path = expressPath(route.path)
    router[route.method.toLowerCase() as 'get'](path, (request, response) => serve(route, request, response))
  }
  for (const path of new Set(routes.map(route => route.path)))
    router.all(expressPath(path), (request, response) => {
      const known = routes.filter(route => route.path === path)
      const allow = known.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
      const detail = `${request.method} is not known here; ${allow} is.`
      return refuse(new Problem('Route.MethodNotAllowed', detail, { headers: { Allow: allow } }), request, response)
    })
  return router
}

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1')

async function serve(route: Route, request: Request, response: Response, house: House): Promise<void> {
  try {
    const reply = await route.handle(await read(route, request, response, house))
    if (reply === 'sent') return
    response.status(route.status).set(reply.headers ?? {})
    if (route.status === 204) response.end()
    else response.json(reply.body)
  } catch (error) {
    answerProblem(request, response, error, house)
  }
}

async function read(route: Route, request: Request, response: Response, house: House): Promise<Ask> {
  const principal = principalOf(route, request, house)
  const query = queryOf(request)
  return {
    principal,
    at: request.params as Partial<Path> as Path,
    query: route.query ? (parse(route.query, query, 'query') as Record<string, unknown>) : noQuery(query),
    body: route.method === 'GET' ? undefined : await bodyOf(request, route.body),
    asked: askedBy(route, request, response),
    response,
  }
}

function principalOf(route: Route, request: Request, house: House): Principal {
  if (route.demand === 'nothing') return nobody
  if (route.orLocal && isAnonymous(request) && house.callerOf(request).local) return nobody
  const principal = authenticate(request, house)
  if (route.demand !== 'identity') demand(principal, route.demand)
  return principal
}

const nobody: Principal = { kind: 'appliance', id: 'nobody', name: 'nobody', organization: '', scopes: [] }

/** The parameters of the address, each at most once. */
export function queryOf(request: Request): Record<string, string> {
  const parameters = new URLSearchParams(request.url.split('?')[1] ?? '')
  const twice = [...parameters.keys()].filter(name => parameters.getAll(name).length > 1)
  if (twice.length > 0) throw invalid({ location: `query.${twice[0]}`, message: 'is given more than once' })
  return Object.fromEntries(parameters)
}

/** For routes that take none. */
export function noQuery(query: Record<string, string>): Record<string, unknown> {
  const unknown = Object.keys(query).map(name => ({ location: `query.${name}`, message: 'is not a known member' }))
  if (unknown.length > 0) throw invalid(...unknown)
  return {}
}

async function bodyOf(request: Request, wanted: z.ZodType | undefined): Promise<unknown> {
  const body = await readBody(request)
  if (body.length === 0) return !wanted || wanted.safeParse(undefined).success ? undefined : missingBody()
  const type = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/([\w.-]+\+)?json$/.test(type))
    throw new Problem(
      'Request.UnsupportedMediaType',
      `Send JSON with "Content-Type: application/json", not ${type.slice(0, 100)}.`,
    )
  const json = jsonOf(body)
  if (!wanted) throw invalid({ location: 'body', message: 'must be empty here' })
  return json
}

function missingBody(): never {
  throw invalid({ location: 'body', message: 'is required: send a JSON object' })
}

function askedBy(route: Route, request: Request, response: Response): Asked {
  const key = request.headers['idempotency-key']
  if (typeof key === 'string' && (key.length === 0 || key.length > 255))
    throw invalid({ location: 'header.Idempotency-Key', message: 'must be 1 to 255 characters' })
  return {
    at: request.params as Partial<Path> as Path,
    ifMatch: request.headers['if-match'],
    requestId: String(response.getHeader('X-Request-Id')),
    idempotency:
      typeof key === 'string' && route.method === 'POST'
        ? { key, method: route.method, path: request.baseUrl + request.path }
        : undefined,
  }
}

/** First on every request of the API: its id, which the answer, the log and every problem carry. */
export function named(request: Request, response: Response, next: () => void): void {
  response.setHeader('X-Request-Id', requestId(request))
  next()
}

/** The scope that an action demands, for the routes that do nothing but it. */
export const demandOf = (name: ActionName): Demand => actionNamed(name).demand
