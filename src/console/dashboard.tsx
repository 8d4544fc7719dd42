import { z } from 'zod'
import { Dashboard } from '../../views/dashboard.tsx'
import { FirstSteps } from '../../views/first-steps.tsx'
import { currentMeter } from '../actions/meters.ts'
import { dayOf } from '../domain/audit.ts'
import { daySteps, inSteps } from '../domain/day-series.ts'
import { allows } from '../domain/scope.ts'
import { usageAnswer } from '../domain/usage-answer.ts'
import {
  activeInstances,
  daysOfOrganization,
  deliveriesDead,
  deliveriesRetrying,
  firstReportDay,
  firstSteps,
  licensesEndingBetween,
  metersOverLine,
  newestEvent,
  nextToEnd,
  reportable,
} from '../store/dashboard.ts'
import { eventsOf } from '../store/events.ts'
import { pageOf } from '../store/pages.ts'
import type { House } from '../web/house.ts'
import { originFor } from './callers.ts'
import { livePage } from './live.ts'
import type { Ask, Page } from './page.ts'

const day = 86_400_000
const daysShown = '30'
const rowsShown = 6
/** Beyond this many the dashboard says that there are more. */
const mostOverLine = 500

export const dashboard = (house: House): Page[] =>
  livePage('/', {
    demand: 'visitor',
    query: z.object({}),
    newest: ask => newestOf(house, ask),
    show: async (ask, newest) => {
      const { organization } = ask.principal
      const begun = await house.scan.all(firstReportDay, { organization })
      const activity = activityOf(house, ask)
      if (begun.length > 0) return <Dashboard {...{ newest, activity, ...(await numbersOf(house, ask)) }} />
      const [[steps], [target]] = await Promise.all([
        house.scan.all(firstSteps(organization)),
        house.scan.all(reportable(organization)),
      ])
      return <FirstSteps {...{ newest, activity, steps, target }} origin={originFor(ask.request, house)} />
    },
  })

/** The newest change and what today has counted: two rows by key. */
function newestOf({ read, clock }: House, { principal: { organization } }: Ask): string {
  const today = dayOf(clock())
  const [counts] = read.all(daysOfOrganization(organization, today, today))
  const event = read.find(newestEvent, { organization })
  return [event?.id ?? 0, counts?.accepted ?? 0, counts?.rejected ?? 0, today].join('.')
}

function activityOf(house: House, { principal }: Ask) {
  if (!allows(principal.scopes, 'read:audit')) return []
  const { rows } = pageOf(eventsOf(principal.organization, {}), { limit: rowsShown, sort: '-createdAt' })
  return house.read.all(rows).slice(0, rowsShown)
}

async function numbersOf(house: House, { principal: { organization }, now }: Ask) {
  const { scan } = house
  const steps = daySteps(daysShown, dayOf(now))
  const [active, ending30, ending60, ending, over, days, retrying, dead] = await Promise.all([
    scan.all(activeInstances(organization, now)),
    scan.all(licensesEndingBetween(organization, now, now + 30 * day)),
    scan.all(licensesEndingBetween(organization, now, now + 60 * day)),
    scan.all(nextToEnd(organization, now, now + 60 * day, rowsShown)),
    scan.all(metersOverLine(organization, now, { look: mostOverLine + 1, shown: rowsShown })),
    scan.all(daysOfOrganization(organization, steps.from, steps.to)),
    scan.all(deliveriesRetrying(organization)),
    scan.all(deliveriesDead(organization)),
  ])
  const perDay = inSteps(steps, days)
  const { flags, enabled } = house.flags.of(organization)
  const { near = 0, looked = 0 } = over[0] ?? {}
  const quotas = over.slice(0, near).map(row => {
    const { meter, window } = currentMeter(row, row, now)
    return { row, window, answer: usageAnswer(row, meter, { window, now }) }
  })
  return {
    active: active[0]?.counted ?? 0,
    ending30: ending30[0]?.counted ?? 0,
    ending60: ending60[0]?.counted ?? 0,
    ending,
    quotas,
    quotaCount: near,
    hasMoreQuotas: looked > mostOverLine,
    today: perDay.at(-1) ?? { reads: 0, accepted: 0, rejected: 0 },
    steps,
    accepted: perDay.map(counts => counts?.accepted ?? 0),
    rejected: perDay.map(counts => counts?.rejected ?? 0),
    flags: flags.size,
    flagsEnabled: enabled,
    retrying: retrying[0]?.counted ?? 0,
    dead: dead[0]?.counted ?? 0,
  }
}
