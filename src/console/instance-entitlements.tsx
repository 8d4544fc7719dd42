import { z } from 'zod'
import { InstanceEntitlements } from '../../views/instance-entitlements.tsx'
import { currentMeter } from '../actions/meters.ts'
import { dayOf, kindsMatching } from '../domain/audit.ts'
import { dayRanges, daySteps } from '../domain/day-series.ts'
import { Reference } from '../domain/input.ts'
import { isLicenseActive } from '../domain/instance.ts'
import { found } from '../domain/problem.ts'
import { type Granted, usageAnswer } from '../domain/usage-answer.ts'
import { auditPage } from '../store/audit.ts'
import { valuesByDay } from '../store/audit-days.ts'
import { closedMeters, lastMeter } from '../store/meters.ts'
import { grantsOfInstance } from '../store/usage-targets.ts'
import type { House } from '../web/house.ts'
import { readPage } from '../web/lists.ts'
import { valuesIn } from './day-charts.ts'
import { instanceHead } from './instance-heads.ts'
import { livePage } from './live.ts'
import type { Ask, Page } from './page.ts'

const HistoryQuery = z.object({ entitlement: Reference.optional(), days: z.enum(dayRanges).default('30') })
type HistoryQuery = z.infer<typeof HistoryQuery>

const allKinds = kindsMatching(undefined, undefined)
const newestShown = 5
const windowsShown = 12
const daysOfSparks = 30

export const instanceEntitlements = (house: House): Page[] => {
  const livingHead = (ask: Pick<Ask, 'principal' | 'at'>) => {
    const head = instanceHead(house, ask)
    found(head.instance.deletedAt === null ? head : undefined, 'Instance.NotFound')
    return head
  }
  const entriesOf = (organization: string, instance: string, entitlement: string | undefined, limit: number) =>
    house.read.all(auditPage({ organization, instance, entitlement, kinds: allKinds }, limit, 0))

  return livePage('/customers/{customer}/instances/{instance}/entitlements', {
    demand: 'read:instances',
    query: HistoryQuery,
    newest: ask => {
      const { instance } = livingHead(ask)
      return String(entriesOf(ask.principal.organization, instance.id, undefined, 1)[0]?.id ?? 0)
    },
    show: async (ask, newest) => {
      const { principal, now, query } = ask
      const head = livingHead(ask)
      const place = { organization: principal.organization, instance: head.instance.id }
      // Rows of a join whose grants are there: their columns are not null.
      const grants = house.read.all(grantsOfInstance, place) as Granted[]
      const quotas = grants.filter(isQuota).map(granted => useOf(house, granted, now))
      const chosen = quotas.find(({ granted }) => granted.entitlementSlug === query.entitlement) ?? fullest(quotas)
      const [sparks, history] = await Promise.all([
        sparksOf(house, place, quotas, now),
        chosen && historyOf(house, ask, place, chosen),
      ])
      const isActive = isLicenseActive(head.instance, now)
      const features = grants.filter(granted => !isQuota(granted))
      const entries = entriesOf(place.organization, place.instance, chosen?.granted.entitlementId, newestShown)
      return <InstanceEntitlements {...{ head, newest, query, quotas, features, isActive, sparks, history, entries }} />
    },
  })
}

const isQuota = ({ entitlementType }: Granted): boolean => entitlementType === 'NUMBER'

type Quota = ReturnType<typeof useOf>

/** One look by key: the latest window of the meter. */
function useOf({ read }: Pick<House, 'read'>, granted: Granted, now: number) {
  const last = read.find(lastMeter, { instance: granted.instanceId, entitlement: granted.entitlementId })
  const { meter, window } = currentMeter(last, granted, now)
  return { granted, window, answer: usageAnswer(granted, meter, { window, now }) }
}

/** The quota that somebody most likely came for. */
const fullest = (quotas: readonly Quota[]): Quota | undefined =>
  quotas.toSorted((a, b) => b.answer.percentage_used - a.answer.percentage_used)[0]

interface Place {
  organization: string
  instance: string
}

/** Of each quota the use at the end of the last days, by the entitlement's id. */
async function sparksOf({ scan }: Pick<House, 'scan'>, place: Place, quotas: readonly Quota[], now: number) {
  const to = dayOf(now)
  const from = to - daysOfSparks + 1
  const ids = quotas.map(({ granted }) => granted.entitlementId)
  const rows = ids.length > 0 ? await scan.all(valuesByDay({ ...place, entitlement: undefined, from, to }, ids)) : []
  return new Map(
    ids.map(id => [
      id,
      rows
        .filter(({ entitlementId }) => entitlementId === id)
        .map(({ day, lastValue }) => ({ at: day - from, value: lastValue })),
    ]),
  )
}

/** One quota over time: the days' rollup, and its closed windows by key. */
async function historyOf(
  house: Pick<House, 'scan' | 'read'>,
  { query, now }: Ask<HistoryQuery>,
  place: Place,
  { granted, answer }: Quota,
) {
  const { entitlementId: id, entitlementName: name } = granted
  const today = dayOf(now)
  const steps = daySteps(query.days, today)
  const filter = { ...place, entitlement: id, from: steps.from, to: today }
  const [curves, windows] = await Promise.all([
    valuesIn(house, filter, steps, [{ id, name }]),
    readPage(house, closedMeters(place.instance, id, now), { limit: windowsShown, sort: '-createdAt' }),
  ])
  const hasReports = curves.some(({ values }) => values.some(value => value !== null))
  // What is used now is known, also where nothing was reported for a while.
  const withNow = curves.map(each => ({
    ...each,
    values: each.values.with(-1, each.values.at(-1) ?? answer.current_usage),
  }))
  const limit = {
    name: 'Limit today',
    colour: 'red',
    isDashed: true,
    values: steps.starts.map(() => answer.limit),
  } as const
  const drawn = answer.limit === null ? withNow : [...withNow, limit]
  return { granted, answer, steps, hasReports, curves: drawn, windows: windows.items }
}
