import type { Event } from '../domain/event.ts'
import { Nothing } from '../domain/input.ts'
import { metersToRollOver, putMeter } from '../store/meters.ts'
import { usageTarget } from '../store/usage-targets.ts'
import { action } from './action.ts'
import { rollOver } from './meters.ts'
import { isKnown } from './targets.ts'

const perRun = 200

/**
 * Tells of windows that closed, each minute, for meters that nobody reports to any more. What is no longer granted has a
 * limit of 0. The value is whether more are waiting.
 */
export const rollOverPeriods = action('write:usage', Nothing, async (tx, { principal, now }) => {
  const { organization } = principal
  const rows = await tx.all(metersToRollOver, { organization, now, limit: perRun })
  const events: Event[] = []
  for (const row of rows) {
    const target = await tx.find(usageTarget(organization, row.instanceId, row.entitlementId))
    if (target && isKnown(target)) {
      const value = target.value ?? { type: 'number' as const, value: 0 }
      const granted = { ...target, value, limitCapExceededOveragePercent: target.limitCapExceededOveragePercent ?? 0 }
      events.push(...(await rollOver(tx, row, granted, now)))
    } else await tx.run(putMeter, { ...row, rolledOverAt: now })
  }
  return { value: rows.length === perRun, events }
})
