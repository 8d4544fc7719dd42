import { currentMeter } from '../actions/meters.ts'
import type { EvaluationContext } from '../domain/flag-set.ts'
import { instanceFacts } from '../domain/instance-facts.ts'
import { type Principal, sees } from '../domain/principal.ts'
import { isId } from '../domain/slug.ts'
import { effectiveEntitlement } from '../domain/usage-answer.ts'
import type { Reader } from '../engine/reader.ts'
import { type InstanceFactsRow, instanceFactsAt, instancesOfCustomerSlug } from '../store/instance-facts.ts'
import { lastMetersOfInstance } from '../store/meters.ts'
import { grantsOfInstance } from '../store/usage-targets.ts'

/**
 * What rules read as `__kaiten`: four reads by key at most. Undefined where the context names no instance, or one that
 * the asker may not see.
 */
export function factsFor(read: Reader, asker: Principal, context: EvaluationContext, now: number): object | undefined {
  const reference = context.tenantSlug ?? context.targetingKey
  const row = typeof reference === 'string' ? instanceNamed(read, asker.organization, reference) : undefined
  if (!row || !sees(asker, row.id)) return undefined
  const grants = read.all(grantsOfInstance, { organization: asker.organization, instance: row.id })
  const meters = new Map(read.all(lastMetersOfInstance, { instance: row.id }).map(each => [each.entitlementId, each]))
  const entitlements = grants.map(granted => {
    const { meter, window } = currentMeter(meters.get(granted.entitlementId), granted, now)
    return effectiveEntitlement(granted, meter, { window, now })
  })
  return instanceFacts(row, entitlements, now)
}

/** By its slug or id, or by the slug of a customer that has no other instance. */
function instanceNamed(read: Reader, organization: string, reference: string): InstanceFactsRow | undefined {
  const named = read.find(instanceFactsAt(organization, reference))
  if (named || isId(reference)) return named
  const [only, another] = read.all(instancesOfCustomerSlug, { organization, reference })
  return another ? undefined : only
}
