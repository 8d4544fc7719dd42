import type { ActionName } from '../actions/registry.ts'
import { DAY, HOUR } from './calendar.ts'
import { grants, limitOf } from './catalog.ts'
import { Chance } from './chance.ts'
import type { InstancePlan } from './customers.ts'
import { localTime, office, restaurant, usual } from './rhythm.ts'
import type { Stage } from './stage.ts'

/** What an app asks or reports at a moment. */
export interface Call {
  at: number
  app: App
  name: Extract<ActionName, 'usage.report' | 'usage.read' | 'entitlements.read' | 'entitlements.readAll'>
  entitlement: string | undefined
  input: Input | undefined
}

type Input = Record<string, unknown> & { value?: number }

const hoursOfMonth = 730
const hoursOfWeek = 168

/** An instance at work: reports what is used and asks what it may, with the day, the week and the growth of its business. */
export class App {
  readonly slug: string
  readonly reporter: string
  private readonly stage: Pick<Stage, 'seed' | 'calendar'>
  private readonly plan: InstancePlan
  private readonly ahead: number
  private readonly ends: number | null
  private seats: number
  private stored = 0
  /** Until when it does not try again what was refused. */
  private readonly waiting = new Map<string, number>()

  constructor(
    stage: Pick<Stage, 'seed' | 'calendar'>,
    {
      plan,
      slug,
      reporter,
      ahead,
      ends,
    }: { plan: InstancePlan; slug: string; reporter: string; ahead: number; ends: number | null },
  ) {
    this.stage = stage
    this.plan = plan
    this.slug = slug
    this.reporter = reporter
    this.ahead = ahead
    this.ends = ends
    this.seats = Math.ceil((this.limit('staff-seats') ?? 100) * new Chance(stage.seed, slug).between(0.3, 0.75))
  }

  /** Everything of an hour, in no order. */
  *hour(start: number): Generator<Call> {
    // Who does not pay for a week is switched off by somebody.
    if (this.ends !== null && start > this.ends + 7 * DAY) return
    const chance = new Chance(this.stage.seed, this.slug, (start - this.stage.calendar.start) / HOUR)
    const local = localTime(start, this.ahead).hour
    const busy = this.busyAt(start)
    const call = (name: Call['name'], entitlement?: string, input?: Input): Call => ({
      at: Math.floor(start + chance.next() * HOUR),
      ...{ app: this, name, entitlement, input },
    })
    for (const [entitlement, input, asksFirst] of this.reports(local, busy, chance)) {
      const report = call('usage.report', entitlement, input)
      if (!grants(this.plan.family, entitlement) || (this.waiting.get(entitlement) ?? 0) > report.at) continue
      if (asksFirst) yield { ...report, at: report.at - 200, name: 'usage.read', input: { amount: 1 } }
      yield report
    }
    if (local === 6 || chance.happens(0.04 * this.plan.chattiness))
      yield call('entitlements.readAll', undefined, { quotasOnly: false })
    if (chance.happens(0.12 * busy)) yield call('entitlements.read', 'sso')
    if (chance.happens(0.08 * busy)) yield call('usage.read', 'api-calls', {})
  }

  /** What it stores is what was counted. */
  accepted({ entitlement, input }: Call): void {
    if (entitlement === 'storage') this.stored += input?.value ?? 0
  }

  /** Most apps give up for a while, and somebody tries again. */
  refused({ at, entitlement = '' }: Call): void {
    const chance = new Chance(this.stage.seed, this.slug, 'refused', at)
    if (chance.happens(0.7)) this.waiting.set(entitlement, at + chance.between(1, 7) * HOUR)
  }

  private *reports(local: number, busy: number, chance: Chance): Generator<[string, Input, boolean?]> {
    const { appetite, exports, chattiness } = this.plan
    const often = chattiness * 0.45
    const calls = ((this.limit('api-calls') ?? 0) * appetite) / (hoursOfMonth * usual * often)
    for (let n = chance.times(often * busy); n > 0; n--)
      yield ['api-calls', { value: Math.ceil(calls * chance.between(0.4, 1.6)), ...this.particulars(chance) }]
    const perWeek = exports * (this.limit('report-exports') ?? 120)
    for (let n = chance.times((perWeek * busy) / (hoursOfWeek * usual)); n > 0; n--)
      yield ['report-exports', { metadata: { format: chance.of('pdf', 'xlsx', 'csv') } }, chance.happens(0.25)]
    if (local === 9) yield ['staff-seats', { value: this.staff(chance) }]
    if (chance.happens(0.1 * busy)) yield ['storage', { value: this.stores(chance) }]
    if ([12, 19].includes(local))
      yield [
        'peak-orders',
        { value: Math.round((this.limit('peak-orders') ?? 900) * busy * chance.between(0.12, 0.28)) },
      ]
    if (local % 6 === 1)
      yield ['checkout-time', { value: Math.round((this.limit('checkout-time') ?? 900) * chance.between(0.35, 0.8)) }]
    if (local === 4) yield ['fastest-sync', { value: Math.round(chance.between(8, 32)) / 10 }]
  }

  private busyAt(start: number): number {
    const { calendar } = this.stage
    const time = localTime(start, this.ahead)
    if (this.plan.zone === 'staging') return office(time)
    const growth = 0.85 + (0.3 * (start - calendar.start)) / (calendar.end - calendar.start)
    return restaurant(time) * growth
  }

  /** People come, and now and then one goes; nobody hires whom they cannot give a seat. */
  private staff(chance: Chance): number {
    const most = Math.floor((this.limit('staff-seats') ?? 100) * 0.95)
    this.seats = Math.min(most, Math.max(1, this.seats + chance.of(0, 0, 0, 0, 0, 1, 1, -1)))
    return this.seats
  }

  /** Gigabytes, to a thousandth: at first all that it brings along, then pictures and receipts, and sometimes a deletion. */
  private stores(chance: Chance): number {
    const limit = this.limit('storage') ?? 100
    const change =
      this.stored === 0
        ? limit * chance.between(0.2, 0.6)
        : limit * (chance.happens(0.12) ? -0.02 : chance.between(0.0005, 0.005))
    return Math.round(change * 1000) / 1000
  }

  /** What careful apps send along. */
  private particulars(chance: Chance): object {
    const transactionId = `${this.slug}-${Math.floor(chance.next() * 1e9).toString(36)}`
    return chance.happens(0.3) ? { transactionId, metadata: { gateway: chance.of('gw-1', 'gw-2', 'gw-3') } } : {}
  }

  private limit(entitlement: string): number | undefined {
    return limitOf(this.plan.family, entitlement)
  }
}
