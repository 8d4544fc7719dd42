import type { Changed } from '../actions/action.ts'
import type { Submit } from '../actions/submit.ts'
import { eventTypes } from '../domain/event.ts'
import { eventExample } from '../domain/event-example.ts'
import { found, Problem } from '../domain/problem.ts'
import { deliveryBody } from '../domain/webhook.ts'
import { signed } from '../domain/webhook-signature.ts'
import type { Reader } from '../engine/reader.ts'
import type { RowOf } from '../store/query.ts'
import { attemptToSend, dueAttempts, lastAttempt } from '../store/webhook-deliveries.ts'
import type { Log } from '../web/house.ts'
import { type Endpoint, Endpoints } from './endpoints.ts'
import { Outcomes } from './outcomes.ts'
import type { Outgoing, Outcome as Sent } from './post.ts'

/** Source: events.md, "Delivery". */
const mostInFlight = 32
/** Of those, for endpoints that fail, are slow or are not known yet: each may hold its place for the whole time limit. */
const mostDoubtful = 16
/** People who send by hand and wait get a place at once: so many may be taken beyond those. */
const mostByHand = 16
/** Ended and not yet written down: beyond this the disk is slower than the receivers, and nothing is started. */
const mostUnwritten = 256
const perLook = 64
const tick = 1000
const grace = 5000

type Due = RowOf<typeof attemptToSend>

export interface CourierOptions {
  read: Reader
  submit: Submit
  /** Epoch milliseconds. */
  clock: () => number
  log: Log
  key: Uint8Array
  outgoing: Outgoing
  version: string
}

const eventIsGone = 'The event is no longer kept, so there is nothing to send.'
const unreadableSecret = 'The signing secret cannot be read with the key in use. Rotate it, or put back kaiten.key.'

/**
 * Takes what is due from the table, sends it, and has written down how it ended. The process lock makes it the only one,
 * so nothing is leased: what is under way is known here alone, and after a crash it is due. Woken by commits, and each
 * second for retries; nothing is held open while it sends.
 */
export class Courier {
  readonly sent = { succeeded: 0, failed: 0 }
  private readonly options: CourierOptions
  private readonly endpoints: Endpoints
  private readonly outcomes: Outcomes
  /** Attempts under way, and those that ended and are not yet written down. */
  private readonly busy = new Map<number, Endpoint>()
  /** Those for which something may be due, the longest unserved first. */
  private readonly ready = new Set<Endpoint>()
  private readonly awaited = new Map<number, PromiseWithResolvers<void>>()
  private readonly stopping = new AbortController()
  private readonly underWay = new Set<Promise<void>>()
  private inFlight = 0
  private doubtful = 0
  private byHand = 0
  private timer: NodeJS.Timeout | undefined
  private woken = false
  private ending = false

  constructor(options: CourierOptions) {
    this.options = options
    this.endpoints = new Endpoints(options.read, options.key)
    this.outcomes = new Outcomes({
      ...options,
      recorded: attempts => this.recorded(attempts),
      givenUp: attempt => this.answer(attempt),
    })
  }

  start(): void {
    this.timer = setInterval(this.everySecond, tick)
    this.timer.unref()
    this.everySecond()
  }

  /** Starts nothing more; what is under way has a few seconds to end, and is sent again at the next start if it does not. */
  async stop(): Promise<void> {
    this.ending = true
    clearInterval(this.timer)
    const abort = setTimeout(() => this.stopping.abort(), grace)
    await Promise.all(this.underWay)
    clearTimeout(abort)
    await this.outcomes.stop()
    this.options.outgoing.close()
  }

  /** Asks the table for nobody but those to whom something is due. */
  everySecond = (): void => {
    const now = this.options.clock()
    for (const endpoint of this.endpoints.all()) if (endpoint.dueAt <= now) this.ready.add(endpoint)
    this.pump()
  }

  /** Ids of the attempts that are under way. */
  get sending(): ReadonlySet<number> {
    return new Set(this.busy.keys())
  }

  /** Follows a commit. */
  follow(changed: Changed): void {
    for (const endpoint of this.endpoints.follow(changed)) this.wake(endpoint)
  }

  /** Something may be due to an endpoint that no event tells of. */
  wakeFor(endpointId: string): void {
    const endpoint = this.endpoints.of(endpointId)
    if (endpoint) this.wake(endpoint)
  }

  /** Sends what waits of a delivery, whatever else is under way, and resolves when it is written down how that ended. */
  async sendNow(deliveryId: string): Promise<void> {
    const attempt = found(this.options.read.find(lastAttempt, { delivery: deliveryId }), 'WebhookDelivery.NotFound')
    const endpoint = this.endpoints.of(attempt.endpointId)
    if (attempt.dueAt === null || !endpoint) return
    if (this.byHand >= mostByHand) {
      // It is queued all the same, and sent in its turn.
      this.wake(endpoint)
      throw new Problem('Server.Busy', 'Too many deliveries are being sent by hand.', {
        headers: { 'Retry-After': '5' },
      })
    }
    this.byHand++
    const ended = this.awaited.get(attempt.id) ?? Promise.withResolvers<void>()
    this.awaited.set(attempt.id, ended)
    if (!endpoint.busy.has(attempt.id)) this.begin(endpoint, attempt.id)
    await ended.promise.finally(() => this.byHand--)
  }

  private wake(endpoint: Endpoint): void {
    endpoint.dueAt = 0
    this.ready.add(endpoint)
    if (this.woken) return
    this.woken = true
    // Once per turn of the loop, however many commits and answers it brings.
    setImmediate(() => {
      this.woken = false
      this.pump()
    })
  }

  /** Starts what may be started, one per endpoint in turn: an endpoint that is served goes to the end of the set. */
  private pump(): void {
    // Commands that open the house for a moment commit too, and send nothing.
    if (this.timer === undefined) return
    const now = this.options.clock()
    for (const endpoint of this.ready) {
      if (this.ending || this.inFlight >= mostInFlight || this.outcomes.count >= mostUnwritten) return
      if (!endpoint.row.enabled) this.ready.delete(endpoint)
      if (!endpoint.mayStart(now) || (endpoint.isDoubtful && this.doubtful >= mostDoubtful)) continue
      const attempt = this.nextOf(endpoint, now)
      this.ready.delete(endpoint)
      if (attempt === undefined) continue
      this.ready.add(endpoint)
      this.begin(endpoint, attempt)
    }
  }

  private nextOf(endpoint: Endpoint, now: number): number | undefined {
    // What was due is not, where the clock was put back.
    if ((endpoint.queue[0]?.dueAt ?? 0) > now) endpoint.queue = []
    if (endpoint.queue.length === 0) {
      const limit = perLook + endpoint.busy.size
      const due = this.options.read.all(dueAttempts, { endpoint: endpoint.row.id, now, limit })
      endpoint.queue = due.filter(({ id }) => !endpoint.busy.has(id))
      // What is under way shows as due until it is written down, and then the endpoint is looked at again.
      if (endpoint.queue.length === 0 && endpoint.busy.size === 0) this.endpoints.lookAhead(endpoint)
    }
    const next = endpoint.queue.shift()?.id
    return next !== undefined && endpoint.busy.has(next) ? this.nextOf(endpoint, now) : next
  }

  private begin(endpoint: Endpoint, attemptId: number): void {
    const attempt = this.options.read.find(attemptToSend, { id: attemptId })
    if (!attempt) {
      this.finished(attemptId)
      return
    }
    endpoint.busy.add(attemptId)
    this.busy.set(attemptId, endpoint)
    const sent = this.send(endpoint, attempt)
    this.underWay.add(sent)
    void sent.finally(() => this.underWay.delete(sent))
  }

  private async send(endpoint: Endpoint, attempt: Due): Promise<void> {
    const { isDoubtful } = endpoint
    const startedAt = this.options.clock()
    endpoint.inFlight++
    this.inFlight++
    if (isDoubtful) this.doubtful++
    const answer = await this.post(endpoint, attempt, startedAt)
    endpoint.inFlight--
    this.inFlight--
    if (isDoubtful) this.doubtful--
    if (this.stopping.signal.aborted) return this.finished(attempt.id)
    const succeeded = 'status' in answer && answer.status >= 200 && answer.status < 300
    this.sent[succeeded ? 'succeeded' : 'failed']++
    endpoint.ended({ succeeded, durationMs: answer.durationMs }, this.options.clock())
    this.outcomes.add(attempt.organizationId, { attemptId: attempt.id, startedAt, ...outcomeOf(answer) })
    this.wake(endpoint)
  }

  private async post(endpoint: Endpoint, attempt: Due, startedAt: number): Promise<Sent> {
    const keys = endpoint.keysAt(startedAt)
    if (keys.length === 0) return { error: unreadableSecret, durationMs: 0 }
    if (attempt.eventId !== null && attempt.dataText === null) return { error: eventIsGone, durationMs: 0 }
    const body = deliveryBody({
      ...attempt,
      id: attempt.eventId,
      eventType: attempt.eventType ?? eventTypes[attempt.eventName],
      data: attempt.dataText ?? JSON.stringify(eventExample(attempt.eventName)),
    })
    const signature = signed({ id: attempt.deliveryId, timestamp: Math.floor(startedAt / 1000), body, keys })
    return this.options.outgoing.post({
      url: endpoint.row.url,
      headers: { 'content-type': 'application/json', 'user-agent': `Kaiten/${this.options.version}`, ...signature },
      body,
      signal: this.stopping.signal,
    })
  }

  private recorded(attempts: readonly number[]): void {
    for (const id of attempts) this.finished(id)
  }

  private finished(attemptId: number): void {
    const endpoint = this.busy.get(attemptId)
    if (endpoint) {
      this.busy.delete(attemptId)
      endpoint.busy.delete(attemptId)
      // A retry may have been written, or the last of the queue: the table says what is due now.
      this.wake(endpoint)
    }
    this.answer(attemptId)
  }

  private answer(attemptId: number): void {
    this.awaited.get(attemptId)?.resolve()
    this.awaited.delete(attemptId)
  }
}

const outcomeOf = (sent: Sent) => ({
  durationMs: sent.durationMs,
  ...('status' in sent ? { status: sent.status, body: sent.body } : { error: sent.error }),
  ...('headers' in sent && sent.headers.retryAfter !== undefined && { retryAfter: sent.headers.retryAfter }),
})
