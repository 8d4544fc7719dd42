import type { IncomingMessage, ServerResponse } from 'node:http'
import { Problem } from '../domain/problem.ts'
import { answerPreflight, corsOf } from '../web/cors.ts'
import { decodedPart, type Hot, type WithBody } from '../web/front-door.ts'
import type { FlatHeaders } from '../web/headers.ts'
import type { House } from '../web/house.ts'
import { otherRoute } from '../web/requests.ts'
import { evaluateAll, evaluateOne, type Known } from './ofrep-evaluations.ts'
import { FlagEvents } from './ofrep-events.ts'
import { answerRefusal } from './ofrep-refusals.ts'
import { Tags } from './ofrep-tags.ts'

const root = '/api/ofrep/v1/'
const flags = 'evaluate/flags'

/** A request of OFREP: what its handlers share. */
export interface Call {
  request: IncomingMessage
  response: ServerResponse
  /** The request's id, for the answer and the log. */
  id: string
  cors: FlatHeaders
  /** The flag in the address, where there is one. */
  key: string | undefined
}

/** OFREP 0.3.0 on the raw front door: one flag, all flags, the stream of changes. Source: flags.md, "OFREP". */
export const hotOfrep = (house: House): Hot => {
  const corsFor = corsOf(house.origins)
  const known = { events: new FlagEvents(house), tags: new Tags() }
  return (request, path) => {
    const below = belowRoot(path)
    if (below === undefined) return undefined
    const key = keyIn(below)
    const cors = corsFor(request)
    return {
      route: routeOf(below, key),
      answer: (_, response, id) => answer(house, known, below, { request, response, id, cors, key }),
      refuse: (response, id, error) => answerRefusal(house, { request, response, id, cors, key }, error),
    }
  }
}

function routeOf(below: string, key: string | undefined): string {
  if (key !== undefined) return '/api/ofrep/v1/evaluate/flags/{key}'
  if (isBulk(below)) return '/api/ofrep/v1/evaluate/flags'
  return below === 'events' ? '/api/ofrep/v1/events' : otherRoute
}

const isBulk = (below: string): boolean => below === flags || below === `${flags}/`

/** Clients join a base URL that ends in a slash with a path that begins with one. */
function belowRoot(path: string): string | undefined {
  const tidy = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
  return tidy.startsWith(root) ? tidy.slice(root.length) : undefined
}

/** The flag's key in …/evaluate/flags/{key}. Old clients do not encode it, so it may have slashes. */
function keyIn(below: string): string | undefined {
  if (!below.startsWith(flags) || below.charAt(flags.length) !== '/') return undefined
  const key = below.slice(flags.length + 1)
  return key === '' ? undefined : (decodedPart(key) ?? key)
}

function answer(house: House, known: Known, below: string, call: Call): WithBody | undefined {
  const { request, response, key } = call
  if (key === undefined && !isBulk(below) && below !== 'events')
    throw new Problem('Route.NotFound', 'OFREP has evaluate/flags, evaluate/flags/{key} and events here.')
  const method = key !== undefined || isBulk(below) ? 'POST' : 'GET'
  if (request.method === 'OPTIONS') {
    answerPreflight(response, call.id, `${method}, OPTIONS`, call.cors)
    return undefined
  }
  if (request.method !== method)
    throw new Problem('Route.MethodNotAllowed', `${request.method} is not known here; ${method} is.`, {
      headers: { Allow: `${method}, OPTIONS` },
    })
  if (key !== undefined) return evaluateOne(house, call, key)
  if (isBulk(below)) return evaluateAll(house, known, call)
  known.events.connect(call)
  return undefined
}
