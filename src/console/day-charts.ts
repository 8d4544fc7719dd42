import type { Series } from '../../views/chart.tsx'
import { type DaySteps, inSteps } from '../domain/day-series.ts'
import { countsByDay, type DaysFilter, type EntitlementOfDays, valuesByDay } from '../store/audit-days.ts'
import type { House } from '../web/house.ts'

/** Rollups as series of charts. */

type Scan = Pick<House, 'scan'>

/** Reads, accepted and rejected reports in each step. */
export async function activityIn({ scan }: Scan, filter: DaysFilter, steps: DaySteps): Promise<Series[]> {
  const rows = inSteps(steps, await scan.all(countsByDay(filter)))
  const summed = (kind: 'reads' | 'accepted' | 'rejected') =>
    rows.map(days => days.reduce((sum, day) => sum + day[kind], 0))
  return [
    { name: 'Read', colour: 'blue', values: summed('reads') },
    { name: 'Accepted', colour: 'green', values: summed('accepted') },
    { name: 'Rejected', colour: 'red', values: summed('rejected') },
  ]
}

/** More curves than this are not told apart. */
export const mostCurves = 5

/** The use at the end of each step of a few entitlements; of a single one also its highest. */
export async function valuesIn(
  { scan }: Scan,
  filter: DaysFilter,
  steps: DaySteps,
  entitlements: readonly Pick<EntitlementOfDays, 'id' | 'name'>[],
): Promise<Series[]> {
  const ids = entitlements.map(({ id }) => id)
  const rows = ids.length > 0 ? await scan.all(valuesByDay(filter, ids)) : []
  const stepsOf = (id: string) =>
    inSteps(
      steps,
      rows.filter(({ entitlementId }) => entitlementId === id),
    )
  const [only] = entitlements
  if (only && entitlements.length === 1)
    return [
      { name: only.name, colour: 'blue', values: stepsOf(only.id).map(days => days.at(-1)?.lastValue ?? null) },
      { name: 'Highest meanwhile', colour: 'purple', values: stepsOf(only.id).map(highest), isOff: true },
    ]
  return entitlements.map(({ id, name }, index) => ({
    name,
    values: stepsOf(id).map(days => days.at(-1)?.lastValue ?? null),
    // Calls in millions and a dozen seats have no axis in common.
    isOff: index > 0,
  }))
}

const highest = (days: readonly { highestValue: number }[]): number | null =>
  days.length > 0 ? Math.max(...days.map(({ highestValue }) => highestValue)) : null
