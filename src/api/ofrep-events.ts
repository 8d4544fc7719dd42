import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Changed } from '../actions/action.ts'
import { tagOf } from '../domain/etag.ts'
import { murmur3 } from '../domain/murmur3.ts'
import { Problem } from '../domain/problem.ts'
import { lastUsageReport, streamSecret } from '../store/event-streams.ts'
import { setHeaders } from '../web/front-door.ts'
import type { House } from '../web/house.ts'
import { frame, streamHeaders } from '../web/sse.ts'
import type { Call } from './ofrep.ts'
import { Callers } from './ofrep-callers.ts'

/** Changes within this time reach a stream as one, and none waits longer. */
const together = 50
/** The shortest wait: what one commit changes comes in one turn of the loop. */
const soonest = 5
const reconnectAfter = 2000
const minute = 60_000

/** The organization's stream, as clients are told of it. */
export interface Stream {
  readonly uri: string
  /** A hash of the address, and so of the organization. */
  readonly mark: number
}

/** What is kept of an organization that was told of its stream or has one. */
interface Bell extends Stream {
  organization: string
  channel: string
  /** Everything that clients were or would have been told of, in this run. */
  changes: number
  /** Changes of what rules read beside the flags: facts and time. */
  moved: number
  usage: number
  moment: string
  lastModified: number
  sentAt: number
  sending: NodeJS.Timeout | undefined
}

/**
 * Tells clients to ask again, over server-sent events. The channel in the address opens nothing but this bell, so it may
 * be kept by browsers and never expires.
 */
export class FlagEvents {
  private readonly house: House
  private readonly secret: string
  private readonly bells = new Map<string, Bell>()
  private readonly callers = new Callers()
  /** Sets what was counted in memory apart from what an earlier run counted. */
  private readonly run: string

  constructor(house: House) {
    this.house = house
    this.secret = house.read.one(streamSecret, {}).secret
    this.run = Date.now().toString(36)
    house.flags.onChange(organization => this.ring(organization))
    house.onChange(changed => this.follow(changed))
    house.streams.every(1000, () => this.tick())
  }

  /** The organization's stream, or undefined where a further one would be refused. */
  advertise(organization: string, request: IncomingMessage): Stream | undefined {
    const bell = this.bellOf(organization)
    if (!this.house.streams.hasRoom(bell.channel)) return undefined
    this.callers.answered(request, bell.changes)
    return bell
  }

  /** Takes the answer for a stream: a hello first, and a refetch at once where the client has missed something. */
  connect({ request, response, id: requestId, cors }: Call): void {
    const bell = this.bellAt(request.url ?? '')
    // Nobody has looked while nobody listened.
    if (!this.house.streams.isListened(bell.channel)) this.look(bell)
    const seen = request.headers['last-event-id']
    const id = this.idOf(bell)
    const missed = seen ? seen !== id : (this.callers.lastAnswered(request) ?? bell.changes) !== bell.changes
    // What is about to be told to others is in this stream's first text.
    if (bell.sending) this.send(bell)
    const first = `retry: ${reconnectAfter}\n${frame(id, '{"type":"hello"}')}${missed ? this.refetch(bell) : ''}`
    setHeaders(response, requestId)
    if (!this.house.streams.add(bell.channel, response, [...streamHeaders, ...cors], first))
      throw new Problem('Server.Busy', 'Too many event streams are open.', { headers: { 'Retry-After': '30' } })
  }

  private bellAt(url: string): Bell {
    const channel = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('channel') ?? ''
    const organization = channel.slice(0, channel.lastIndexOf('.'))
    if (organization === '' || this.channelOf(organization) !== channel)
      throw new Problem('Route.NotFound', 'There is no such channel; evaluate/flags tells of the right one.')
    return this.bellOf(organization)
  }

  private bellOf(organization: string): Bell {
    const known = this.bells.get(organization)
    if (known) return known
    const channel = this.channelOf(organization)
    const uri = `/api/ofrep/v1/events?channel=${channel}`
    const bell: Bell = {
      organization,
      channel,
      uri,
      mark: murmur3(uri),
      changes: 0,
      moved: 0,
      usage: 0,
      moment: '',
      lastModified: this.house.clock(),
      sentAt: 0,
      sending: undefined,
    }
    this.bells.set(organization, bell)
    this.look(bell)
    return bell
  }

  private channelOf(organization: string): string {
    const mark = createHmac('sha256', this.secret).update(organization).digest('base64url').slice(0, 22)
    return `${organization}.${mark}`
  }

  /** Names what clients were told last. Of flags alone it is their revision, and so outlives a restart. */
  private idOf({ organization, moved }: Bell): string {
    const set = this.house.flags.of(organization)
    const moves = set.readsFacts || this.momentOf(organization) !== ''
    return moves ? `${set.revision}.${this.run}.${moved}` : String(set.revision)
  }

  private refetch(bell: Bell): string {
    const id = this.idOf(bell)
    const data = {
      type: 'refetchEvaluation',
      etag: tagOf([bell.organization, id]),
      lastModified: Math.floor(bell.lastModified / 1000),
    }
    return frame(id, JSON.stringify(data))
  }

  private follow({ event, organization }: Changed): void {
    const bell = this.bells.get(organization)
    if (!bell || !changesFacts(event) || !this.house.flags.of(organization).readsFacts) return
    bell.moved++
    this.ring(organization)
  }

  private ring(organization: string): void {
    const bell = this.bells.get(organization)
    if (!bell) return
    bell.changes++
    bell.lastModified = this.house.clock()
    if (bell.sending || !this.house.streams.isListened(bell.channel)) return
    bell.sending = setTimeout(() => this.send(bell), Math.max(soonest, bell.sentAt + together - performance.now()))
  }

  private send(bell: Bell): void {
    clearTimeout(bell.sending)
    bell.sending = undefined
    bell.sentAt = performance.now()
    this.house.streams.send(bell.channel, this.refetch(bell))
  }

  /** Of usage, and of what time alone changes, no event tells: where somebody listens, they are looked at. */
  private tick(): void {
    for (const bell of this.bells.values())
      if (this.house.streams.isListened(bell.channel) && this.look(bell)) this.ring(bell.organization)
  }

  /** Has something moved since it was last looked at? */
  private look(bell: Bell): boolean {
    const { read, flags } = this.house
    const { organization } = bell
    const usage = flags.of(organization).readsFacts ? (read.find(lastUsageReport, { organization })?.id ?? 0) : 0
    const moment = this.momentOf(organization)
    if (usage === bell.usage && moment === bell.moment) return false
    bell.usage = usage
    bell.moment = moment
    bell.moved++
    return true
  }

  /** Changes once a minute at most, when time alone may have changed an answer; empty where it cannot. */
  private momentOf(organization: string): string {
    const set = this.house.flags.of(organization)
    const begun = Math.floor(this.house.clock() / minute)
    return set.bucketStep(begun * minute) + (set.readsNow ? `@${begun}` : '')
  }
}

/** Of the events about instances those of usage are left out: usage is looked at once a second. */
const changesFacts = (event: string): boolean =>
  /^(CUSTOMER|INSTANCE|LICENSE|ENTITLEMENT|DEPLOYMENT_ZONE)_/.test(event) && !event.startsWith('INSTANCE_ENTITLEMENT_')
