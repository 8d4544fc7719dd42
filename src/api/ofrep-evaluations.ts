import type { IncomingMessage } from 'node:http'
import { names, tagOf } from '../domain/etag.ts'
import { type CompiledFlag, evaluate, type FlagSet, type OutcomeText, outcomeText } from '../domain/flag-set.ts'
import { demand, type Principal } from '../domain/principal.ts'
import { factsFor } from '../snapshot/facts.ts'
import { authenticate } from '../web/auth.ts'
import { answerText, answerUnchanged, type WithBody } from '../web/front-door.ts'
import type { House } from '../web/house.ts'
import type { Call } from './ofrep.ts'
import { contextIn } from './ofrep-contexts.ts'
import type { FlagEvents, Stream } from './ofrep-events.ts'
import { failureText } from './ofrep-refusals.ts'
import type { Tags } from './ofrep-tags.ts'

/** Who asks, with what, and when: all that an evaluation depends on beside the flags. */
class Asked {
  readonly principal: Principal
  readonly body: Buffer
  readonly now: number
  private read: Record<string, unknown> | undefined

  constructor(principal: Principal, body: Buffer, now: number) {
    this.principal = principal
    this.body = body
    this.now = now
  }

  /** Read when it is first looked at. Throws what `contextIn` throws. */
  get context(): Record<string, unknown> {
    this.read ??= contextIn(this.body)
    return this.read
  }
}

/** What is kept from one evaluation of all flags to the next. */
export interface Known {
  events: FlagEvents
  tags: Tags
}

export function evaluateOne(house: House, call: Call, key: string): WithBody {
  const { response, id, cors } = call
  return whenAsked(house, call, asked => {
    const flag = house.flags.of(asked.principal.organization).flags.get(key)
    if (!flag) {
      house.flags.evaluations.unknown++
      const text = failureText('FLAG_NOT_FOUND', `There is no flag ${JSON.stringify(key)}.`, key)
      return answerText(response, id, 404, text, cors)
    }
    const facts = flag.readsFacts ? factsOf(house, asked) : undefined
    const resolved = evaluate(flag, asked.context, { now: asked.now, facts })
    resolved.tally.count++
    if ('json' in resolved) answerText(response, id, 200, resolved.json, cors, resolved.bytes)
    else answerText(response, id, 400, failureText(resolved.errorCode, resolved.errorDetails, key), cors)
  })
}

export function evaluateAll(house: House, { events, tags }: Known, call: Call): WithBody {
  const { request, response, id, cors } = call
  return whenAsked(house, call, asked => {
    const { organization } = asked.principal
    const set = house.flags.of(organization)
    const facts = set.readsFacts ? factsOf(house, asked) : undefined
    const stream = events.advertise(organization, request)
    const tag = tagFor(tags, set, asked, facts, stream)
    if (isKnown(request, tag)) {
      answerUnchanged(response, id, ['ETag', tag, ...cors])
      return
    }
    // Appending is what strings do fastest: a list and its join take a third longer for 100 flags.
    let text = '{"flags":['
    let isFirst = true
    let more = 0
    for (const flag of set.flags.values()) {
      const { json, listed, bytes } = toldOf(house, flag, asked, facts)
      text += isFirst ? json : listed
      isFirst = false
      more += bytes - json.length
    }
    text += `],"metadata":{"flagSetId":"${organization}","version":${set.revision}}`
    if (stream !== undefined) text += `,"eventStreams":[{"type":"sse","endpoint":{"requestUri":"${stream.uri}"}}]`
    text += '}'
    // All but the flags is ASCII.
    answerText(response, id, 200, text, ['ETag', tag, ...cors], text.length + more)
  })
}

/** Lets in who may ask, and goes on with what they ask. */
function whenAsked(house: House, { request }: Call, answer: (asked: Asked) => void): WithBody {
  const principal = authenticate(request, house)
  demand(principal, 'read:feature_flags')
  return body => answer(new Asked(principal, body, house.clock()))
}

/** Of all that the answer depends on, so that "not modified" is told without evaluating a flag. */
function tagFor(tags: Tags, set: FlagSet, asked: Asked, facts: object | undefined, stream: Stream | undefined): string {
  const { principal, body, now } = asked
  const state = [
    stream ? stream.mark : principal.organization,
    set.revision,
    principal.instance,
    set.bucketStep(now),
    set.readsNow ? Math.floor(now / 1000) : undefined,
  ]
  const make = () => tagOf([...state, facts, asked.context])
  return facts === undefined ? tags.of(body, state, make) : make()
}

/** A flag that cannot be evaluated is a failure in its place, and no other's. */
function toldOf(house: House, flag: CompiledFlag, { context, now }: Asked, facts: object | undefined): OutcomeText {
  try {
    const resolved = evaluate(flag, context, { now, facts })
    resolved.tally.count++
    return 'json' in resolved ? resolved : failed(resolved.errorCode, resolved.errorDetails, flag.key)
  } catch (error) {
    house.log.error({ flag: flag.key, error: String(error) }, 'a flag could not be evaluated')
    return failed('GENERAL', 'The flag could not be evaluated.', flag.key)
  }
}

const failed = (...failure: Parameters<typeof failureText>): OutcomeText => outcomeText(failureText(...failure))

/**
 * What the caller already has, by its header or, where it can send none, by the query. After an event a client puts the
 * event's tag into that query: of the configuration alone, it is never the tag of an answer and so never in the way.
 */
function isKnown({ headers, url = '' }: IncomingMessage, tag: string): boolean {
  if (names(headers['if-none-match'], tag)) return true
  if (!url.includes('flagConfigEtag=')) return false
  return names(new URLSearchParams(url.slice(url.indexOf('?'))).get('flagConfigEtag') ?? undefined, tag)
}

/** Of the instance that the context names, if the asker sees it. */
const factsOf = (house: House, { principal, context, now }: Asked): object | undefined =>
  factsFor(house.read, principal, context, now)
