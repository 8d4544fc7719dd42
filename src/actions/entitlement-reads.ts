import { z } from 'zod'
import { fromNumber, notDecimal, ONE } from '../domain/decimal.ts'
import { Nothing } from '../domain/input.ts'
import { lifetime } from '../domain/period.ts'
import { invalid } from '../domain/problem.ts'
import { readsUsage } from '../domain/scope.ts'
import { emptyMeter } from '../domain/usage.ts'
import { effectiveEntitlement, type Granted, usageAnswer } from '../domain/usage-answer.ts'
import type { Tx } from '../engine/transaction.ts'
import { lastMetersOfInstance } from '../store/meters.ts'
import { grantsOfInstance } from '../store/usage-targets.ts'
import { action, done } from './action.ts'
import { audit } from './audit.ts'
import { instance } from './instances.ts'
import { keptUsage } from './kept-usage.ts'
import { currentMeter, keyOf } from './meters.ts'
import { grantedBy, meteredTargetOf, targetOf } from './targets.ts'

/** Reads by clients are actions because the audit trail has them: committed before the answer. */

export const readEntitlement = action(readsUsage, ['instance', 'entitlement'], Nothing, async (tx, context) => {
  const granted = grantedBy(await targetOf(tx, context.principal, context.at))
  const entitlement = await effective(tx, granted, context.now)
  const { value, enabled } = entitlement
  auditRead(tx, context, granted, { value: value.value, enabled })
  return done(entitlement)
})

/** A quota's use; with an amount, whether that many more would be accepted. */
export const readUsage = action(
  readsUsage,
  ['instance', 'entitlement'],
  z.strictObject({ amount: z.number().optional() }),
  async (tx, context) => {
    const { input, now } = context
    const granted = grantedBy(await meteredTargetOf(tx, context.principal, context.at))
    const amount = input.amount === undefined ? ONE : fromNumber(input.amount)
    if (amount === undefined) throw invalid({ location: 'query.amount', message: notDecimal })
    const { meter, window } = await meterOf(tx, granted, now)
    const answer = usageAnswer(granted, meter, { window, now, amount })
    const asked = input.amount === undefined ? {} : { amount: input.amount, allowed: answer.allowed }
    auditRead(tx, context, granted, { value: answer.current_usage, limit: answer.limit, ...asked })
    return done(answer)
  },
)

/** Everything the license of an instance grants, or its quotas alone. */
export const readEntitlements = action(
  readsUsage,
  ['instance'],
  z.strictObject({ quotasOnly: z.boolean() }),
  async (tx, context) => {
    const { principal, at, input, now } = context
    const { id, licenseSlug: license } = await instance(tx, principal, at.instance)
    const rows = await tx.all(grantsOfInstance, { organization: principal.organization, instance: id })
    const grants = rows.filter(row => !input.quotasOnly || row.entitlementType === 'NUMBER')
    await keptUsage(tx).writeMeters(tx)
    const meters = await tx.all(lastMetersOfInstance, { instance: id })
    const last = new Map(meters.map(row => [row.entitlementId, row]))
    const items = grants.map(granted => {
      const { meter, window } = currentMeter(last.get(granted.entitlementId), granted, now)
      return (input.quotasOnly ? usageAnswer : effectiveEntitlement)(granted, meter, { window, now })
    })
    audit(tx, context, {
      kind: 'read',
      instance: id,
      entitlement: null,
      payload: { entitlements: grants.map(({ entitlementSlug }) => entitlementSlug), license },
    })
    return done(items)
  },
)

async function effective(tx: Tx, granted: Granted, now: number) {
  if (granted.entitlementType !== 'NUMBER') return effectiveEntitlement(granted, emptyMeter, { window: lifetime, now })
  const { meter, window } = await meterOf(tx, granted, now)
  return effectiveEntitlement(granted, meter, { window, now })
}

const meterOf = async (tx: Tx, granted: Granted, now: number) =>
  currentMeter(await keptUsage(tx).lastMeter(tx, keyOf(granted)), granted, now)

const auditRead = (tx: Tx, context: Parameters<typeof audit>[1], granted: Granted, came: Record<string, unknown>) =>
  audit(tx, context, {
    kind: 'read',
    instance: granted.instanceId,
    entitlement: granted.entitlementId,
    payload: { entitlement: granted.entitlementSlug, license: granted.licenseSlug, ...came },
  })
