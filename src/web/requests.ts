import type { IncomingMessage, ServerResponse } from 'node:http'
// The global of this name is looked up through a getter at each use.
import { performance } from 'node:perf_hooks'
import type { Changed } from '../actions/action.ts'
import { Distribution, latencyBounds } from '../domain/distribution.ts'
import { isAdministrative } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import type { CallerOf } from './callers.ts'
import type { Log } from './house.ts'

/** What was answered on one route. */
export interface RouteCounts {
  /** By method and status. */
  answers: Map<string, Map<number, number>>
  /** In seconds. */
  latencies: Distribution
}

/** Routes are templates, but whoever adds addresses without one must not fill the memory. */
const mostRoutes = 400
export const otherRoute = 'other'

/** Lines a second about those who were kept out: a flood of them must not become a flood on the disk. */
const mostRefusalsTold = 20

/**
 * Sees every request that was answered: counts it in plain numbers, which a scrape collects, and tells the log. Counting
 * costs 0.1 µs, for it is on the way of every evaluation.
 */
export class Requests {
  readonly routes = new Map<string, RouteCounts>()
  private readonly log: Log
  private readonly callerOf: CallerOf
  private refusals = { second: 0, told: 0, untold: 0 }

  constructor(log: Log, callerOf: CallerOf) {
    this.log = log
    this.callerOf = callerOf
  }

  /** `begun` is of performance.now(). */
  answered(route: string, request: IncomingMessage, response: ServerResponse, begun: number, id: string): void {
    const milliseconds = performance.now() - begun
    const counts = this.routes.get(route) ?? this.countsFor(route)
    const method = request.method ?? ''
    const statuses = counts.answers.get(method) ?? addedTo(counts.answers, method)
    statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
    counts.latencies.add(milliseconds / 1000)
    if (this.log.tellsRequests) this.tell(request, response, milliseconds, id)
  }

  /** Somebody without a valid credential, or without the right to do what they asked for. */
  refused(request: IncomingMessage, id: string, problem: Problem): void {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.refusals.second) this.refusals = { ...this.refusals, second, told: 0 }
    if (this.refusals.told >= mostRefusalsTold) {
      this.refusals.untold++
      return
    }
    this.refusals.told++
    const { untold } = this.refusals
    this.refusals.untold = 0
    this.log.security(
      { ...this.about(request, id), code: problem.code, ...problem.members, ...(untold > 0 && { untold }) },
      problem.status === 401 ? 'authentication failed' : 'refused',
    )
  }

  /** Follows commits: changes of who may do what are always told of. */
  changed({ event, organization, subject, actor, requestId }: Changed): void {
    if (isAdministrative(event)) this.log.security({ event, organization, subject, actor, requestId }, 'administration')
  }

  private tell(request: IncomingMessage, response: ServerResponse, milliseconds: number, id: string): void {
    const ended = response.writableFinished || response.writableEnded ? {} : { aborted: true }
    const fields = { status: response.statusCode, milliseconds: Math.round(milliseconds * 1000) / 1000, ...ended }
    this.log.debug({ ...this.about(request, id), ...fields }, 'request')
  }

  private about(request: IncomingMessage, requestId: string) {
    const { address } = this.callerOf(request)
    return { requestId, method: request.method, path: pathOf(request), address, principal: request.principal?.name }
  }

  private countsFor(route: string): RouteCounts {
    if (this.routes.size >= mostRoutes && route !== otherRoute)
      return this.routes.get(otherRoute) ?? this.countsFor(otherRoute)
    const counts = { answers: new Map(), latencies: new Distribution(latencyBounds) }
    this.routes.set(route, counts)
    return counts
  }
}

/** Without its query, in which links have codes and pages have what people searched for. */
const pathOf = (request: IncomingMessage): string => {
  // Express shortens url to the part below a mounted router.
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '')
  return (url.split('?')[0] ?? '').slice(0, 500)
}

function addedTo(answers: RouteCounts['answers'], method: string): Map<number, number> {
  const statuses = new Map<number, number>()
  answers.set(method, statuses)
  return statuses
}
