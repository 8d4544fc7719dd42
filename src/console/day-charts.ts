import type { Series } from '../../views/chart.tsx'
import { type DaySteps, inSteps } from '../domain/day-series.ts'
import { countsByDay, type DaysFilter, type EntitlementOfDays, valuesByDay } from '../store/audit-days.ts'
import type { House } from '../web/house.ts'

/** Rollups as series of charts. */

type Scan = Pick<House, 'scan'>

/** Reads, accepted and rejected reports in each step. */
export async function activityIn({ scan }: Scan, filter: DaysFilter, steps: DaySteps): Promise<Series[]> {
  const rows = inSteps(steps, await scan.all(countsByDay(filter, steps.size)))
  const counted = (kind: 'reads' | 'accepted' | 'rejected') => rows.map(row => row?.[kind] ?? 0)
  return [
    { name: 'Read', colour: 'blue', values: counted('reads') },
    { name: 'Accepted', colour: 'green', values: counted('accepted') },
    { name: 'Rejected', colour: 'red', values: counted('rejected') },
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
  const rows = ids.length > 0 ? await scan.all(valuesByDay(filter, ids, steps.size)) : []
  const valuesOf = (id: string, value: 'lastValue' | 'highestValue') =>
    inSteps(
      steps,
      rows.filter(({ entitlementId }) => entitlementId === id),
    ).map(row => row?.[value] ?? null)
  const [only] = entitlements
  if (only && entitlements.length === 1)
    return [
      { name: only.name, colour: 'blue', values: valuesOf(only.id, 'lastValue') },
      { name: 'Highest meanwhile', colour: 'purple', values: valuesOf(only.id, 'highestValue'), isOff: true },
    ]
  return entitlements.map(({ id, name }, index) => ({
    name,
    values: valuesOf(id, 'lastValue'),
    // Calls in millions and a dozen seats have no axis in common.
    isOff: index > 0,
  }))
}
