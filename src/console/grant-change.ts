import { toNumber } from '../domain/decimal.ts'
import { type GrantChangePreview, lowers, overUse, type QuotaChange } from '../domain/grant-change.ts'
import type { GrantRecord } from '../domain/license.ts'
import { HUNDRED } from '../domain/usage.ts'
import { countUsesAbove, usesAbove } from '../store/grant-changes.ts'
import { meterOf } from '../store/meters.ts'
import type { House } from '../web/house.ts'

/** How many are named where nothing else is said. */
const shownAtMost = 100

type Grant = Pick<GrantRecord, 'organizationId' | 'licenseId' | 'entitlementId'>

/** Before a quota is lowered: the instances on the license whose use would be over it. */
export async function grantChangePreview(
  { scan }: Pick<House, 'scan'>,
  { organizationId: organization, licenseId: license, entitlementId: entitlement }: Grant,
  change: QuotaChange,
  now: number,
  most = shownAtMost,
): Promise<GrantChangePreview> {
  if (!lowers(change)) return { total: 0, over: [] }
  const place = { organization, license, entitlement, least: leastOver(change), now }
  const rows = await scan.all(usesAbove, { ...place, limit: most + 1 })
  const over = rows.flatMap(({ usage, sum, eventCount, ...instance }) => {
    const found = overUse(meterOf({ usage, sum, eventCount }), change)
    return found ? [{ ...instance, ...found }] : []
  })
  if (rows.length <= most) return { total: over.length, over }
  const total = (await scan.all(countUsesAbove, place))[0]?.uses ?? 0
  return { total, over: over.slice(0, most) }
}

/** Uses are found by their doubles, a little too many of them; what is over is then told exactly. */
function leastOver({ after: { threshold, overagePercent } }: QuotaChange): number {
  const maximum = toNumber(((threshold ?? 0n) * (HUNDRED + overagePercent)) / HUNDRED)
  return maximum - Math.abs(maximum) * 1e-12
}
