import type { GrantChangeView } from '../../views/grant-change.tsx'
import { fromNumber, nearest, ONE } from '../domain/decimal.ts'
import { HUNDRED, lineAt, thresholdFrom } from '../domain/usage.ts'
import { usesAbove } from '../store/usage-targets.ts'
import type { House } from '../web/house.ts'

const mostShown = 100

interface GrantChange {
  organization: string
  /** Ids. */
  license: string
  entitlement: string
  /** As the grant's value has it: -1 is unlimited. For taking the grant away, 0: whoever used any of it is over. */
  threshold: number
  overagePercent: number
}

/**
 * Which instances would be over a grant's new threshold with what they use now: the first hundred by percent, and how
 * many they are. Read beside the main thread.
 */
export async function grantChangePreview(
  house: Pick<House, 'scan' | 'clock'>,
  { threshold, overagePercent, ...grant }: GrantChange,
): Promise<GrantChangeView> {
  const limit = thresholdFrom(threshold)
  const overage = fromNumber(overagePercent)
  if (limit === null || limit === undefined || overage === undefined) return { over: 0, instances: [] }
  const above = nearest(lineAt(limit, HUNDRED + overage), HUNDRED * ONE)
  const rows = await house.scan.all(usesAbove, { ...grant, above, now: house.clock(), limit: mostShown })
  const percentOf = (use: number): number | null => (threshold === 0 ? null : (use / threshold) * 100)
  return {
    over: rows[0]?.counted ?? 0,
    instances: rows.map(({ counted: _, ...row }) => ({ ...row, percent: percentOf(row.use) })),
  }
}
