import type { Dates, Expected, Grant, History, Reading, Step } from '../domain/history.oracle.ts'
import { rfc3339, rfc3339OrNull } from '../domain/input.ts'

/** For tests: histories played on the product, through whichever door it is asked by. */

/** What a history asks for, by the names of actions. Each can be said as a request, too. */
export type Deed =
  | 'customers.create'
  | 'entitlements.create'
  | 'licenses.create'
  | 'licenseEntitlements.assign'
  | 'licenseEntitlements.update'
  | 'instances.create'
  | 'instances.update'
  | 'usage.report'
  | 'usage.read'

/** The product with a clock that is moved by hand. */
export interface Door {
  ask: (deed: Deed, at: Place, input: object) => Promise<Answer>
  setClock: (now: number) => void
  /** What happens each minute. */
  tick: () => Promise<void>
  /** Whether to read also after reports whose answer has said already where the meter stands. */
  readsAlways: boolean
}

export interface Place {
  instance?: string
  entitlement?: string
  license?: string
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** What the product said, as the oracle tells it. */
export interface Played {
  instance: string
  steps: Omit<Expected, 'events'>[]
  /** What each refusal for the limit said of it. */
  refusals: Record<string, unknown>[]
  /** How often a quota was read; each is in the audit trail. */
  reads: number
}

/** Plays a history step by step. `name` is in the slugs of what it is played with, and of nothing else. */
export async function play(history: History, door: Door, name: string): Promise<Played> {
  const at = { instance: `i-${name}`, entitlement: `e-${name}` }
  const grants = [...history.licenses]
  let now = history.begin
  let license = 0
  let reads = 0
  const refusals: Played['refusals'] = []

  const read = async (amount?: number): Promise<Reading | null> => {
    const answer = await door.ask('usage.read', at, amount === undefined ? {} : { amount })
    if (answer.status === 404 && answer.body.code === 'Entitlement.NotGranted') return null
    reads++
    return readingIn(succeeded(answer).body)
  }

  const report = async ({ value, behavior, ago }: Step & { do: 'report' }): Promise<Played['steps'][number]> => {
    const timestamp = ago === undefined ? {} : { timestamp: rfc3339(now - ago) }
    const answer = await door.ask('usage.report', at, { value, ...(behavior && { behavior }), ...timestamp })
    if (answer.status !== 200) {
      const refusal = refusalIn(answer)
      if (refusal === 'ThresholdExceeded') refusals.push(toldIn(answer))
      return { refusal, reading: await read() }
    }
    const counted = readingIn(answer.body)
    const isPrompt = ago === undefined || ago <= 0
    const reading = isPrompt && !door.readsAlways ? counted : await read()
    return { refusal: null, counted: { ...counted, late: counted.start !== reading?.start }, reading }
  }

  const change = async (step: Step): Promise<void> => {
    if (step.do === 'pass') {
      now += step.milliseconds
      door.setClock(now)
    } else if (step.do === 'grant') {
      const deed = grants[license] ? 'licenseEntitlements.update' : 'licenseEntitlements.assign'
      grants[license] = step.grant
      succeeded(
        await grantWith(door, deed, { license: `l${license}-${name}`, entitlement: at.entitlement }, step.grant),
      )
    } else if (step.do === 'license') {
      license = step.license
      succeeded(await door.ask('instances.update', at, { licenseSlug: `l${license}-${name}` }))
    } else if (step.do === 'dates') succeeded(await door.ask('instances.update', at, datesFrom(step.dates, now)))
  }

  door.setClock(now)
  const instance = await furnish(history, door, name)
  const steps: Played['steps'] = []
  for (const [index, step] of history.steps.entries()) {
    if (step.do === 'report') steps.push(await report(step))
    else if (step.do === 'read') steps.push({ reading: await read(step.amount) })
    else {
      await change(step)
      // Every other time: a window that has ended is found by a tick here, and there by a report.
      if (step.do === 'pass' && index % 2 === 0) await door.tick()
      steps.push({ reading: await read() })
    }
  }
  await door.tick()
  return { instance, steps, refusals, reads }
}

/** The instance of a history with its quota and the licenses that it will be on. Gives the instance's id. */
async function furnish(history: History, door: Door, name: string): Promise<string> {
  const { method, meterType, resetPeriod, resetAnchor, warningPercent } = history
  const make = async (deed: Deed, word: string, more: object = {}) => {
    const slug = `${word}-${name}`
    return succeeded(await door.ask(deed, {}, { name: slug, slug, ...more }))
  }
  const entitlement = {
    type: 'NUMBER',
    meterType,
    aggregationMethod: method,
    warningThresholdPercent: warningPercent,
    ...(resetPeriod && { resetPeriod, resetAnchor }),
  }
  await Promise.all([
    make('customers.create', 'c'),
    make('entitlements.create', 'e', entitlement),
    ...history.licenses.map((_, index) => make('licenses.create', `l${index}`, { type: 'PAID' })),
  ])
  const granted = history.licenses.map(async (grant, index) => {
    const at = { license: `l${index}-${name}`, entitlement: `e-${name}` }
    if (grant) succeeded(await grantWith(door, 'licenseEntitlements.assign', at, grant))
  })
  const places = { customerSlug: `c-${name}`, licenseSlug: `l0-${name}` }
  const [made] = await Promise.all([
    make('instances.create', 'i', { ...places, ...datesFrom(history.dates, history.begin) }),
    ...granted,
  ])
  return String(made.body.id)
}

function grantWith(door: Door, deed: Deed, at: Required<Pick<Place, 'license' | 'entitlement'>>, grant: Grant) {
  const value = { type: 'number', value: grant.threshold }
  const named = deed === 'licenseEntitlements.assign' ? { entitlementSlug: at.entitlement } : {}
  return door.ask(deed, at, { ...named, value, limitCapExceededOveragePercent: grant.overagePercent })
}

const datesFrom = ({ startsIn, endsIn }: Dates, now: number) => ({
  startLicenseDate: rfc3339(now + startsIn),
  endLicenseDate: rfc3339OrNull(endsIn === null ? null : now + endsIn),
})

function succeeded(answer: Answer): Answer {
  if (answer.status < 300) return answer
  throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
}

type Word = NonNullable<Expected['refusal']>
const places: Record<string, Word> = { 'body.value': 'InvalidValue', 'body.timestamp': 'InvalidTimestamp' }

function refusalIn({ body }: Answer): Word {
  const { code, errors = [] } = body as { code: string; errors?: { location: string }[] }
  const word = code === 'Request.Invalid' ? places[errors[0]?.location ?? ''] : code.split('.')[1]
  if (!word) throw new Error(JSON.stringify(body))
  // Any other word is told as a difference from what was expected.
  return word as Word
}

const toldIn = ({ body: { limit, maximum, currentUsage, requested, remaining, resetsAt } }: Answer) => ({
  limit,
  maximum,
  currentUsage,
  requested,
  remaining,
  resetsAt,
})

/** The numbers of a usage answer, each of which it says once or twice. */
export function readingIn(answer: Record<string, unknown>): Reading {
  const { value, threshold, current_usage, currentPeriodStart: start, currentPeriodEnd: end, ...numbers } = answer
  const { limit, maximum, unlimited, remaining, percentage_used, status, allowed } = numbers as unknown as Numbers
  const { value: use, event_count: eventCount } = value as { value: number; event_count: number }
  if (current_usage !== use || (threshold as { value: number }).value !== (limit ?? -1))
    throw new Error(`An answer contradicts itself: ${JSON.stringify(answer)}`)
  const window = {
    start: start === null ? 0 : Date.parse(String(start)),
    end: end === null ? null : Date.parse(String(end)),
  }
  const percentageUsed = percentage_used
  return { value: use, eventCount, limit, maximum, unlimited, remaining, percentageUsed, status, allowed, ...window }
}

type Numbers = Omit<Reading, 'percentageUsed'> & { percentage_used: number }
