import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Changed } from '../actions/action.ts'
import { isAdministrative } from '../domain/event.ts'
import type { Problem } from '../domain/problem.ts'
import type { CallerOf } from './callers.ts'
import type { Log } from './house.ts'

/** Upper ends of the latency buckets, in seconds: from one evaluation in memory to the longest export. */
export const latencyBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30]

/** What was answered on one route. */
export interface RouteCounts {
  /** By method and status: `GET 200`. */
  answers: Map<string, Map<number, number>>
  /** Requests per bucket, and beyond the last. */
  latencies: number[]
  seconds: number
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
    const seconds = milliseconds / 1000
    let bucket = 0
    while (bucket < latencyBuckets.length && seconds > (latencyBuckets[bucket] as number)) bucket++
    counts.latencies[bucket] = (counts.latencies[bucket] as number) + 1
    counts.seconds += seconds
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
    const counts = { answers: new Map(), latencies: Array(latencyBuckets.length + 1).fill(0), seconds: 0 }
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
