import { isDeepStrictEqual } from 'node:util'
import type { EntitlementType, EntitlementValue } from './entitlement.ts'
import { compareUse, HUNDRED, type Line, lineAt, linesOf, type Meter, useOf } from './usage.ts'
import { type Granted, quotaOf } from './usage-answer.ts'

/** What of an entitlement is another under a further license. Other JSON, and another threshold of one maximum, is changed. */
export type ChangeKind = 'removed' | 'lowered' | 'changed' | 'added' | 'raised' | 'same'

/** What a license grants of an entitlement. */
export interface GrantSide {
  value: EntitlementValue
  overagePercent: number
}

export interface EntitlementChange {
  slug: string
  name: string
  type: EntitlementType
  kind: ChangeKind
  /** Undefined where the license does not grant it. */
  before: GrantSide | undefined
  after: GrantSide | undefined
  /** Of a quota: what its present window has come to. */
  use: number | undefined
  /** The use is over what the license would grant: reports that add to it would be refused. */
  over: boolean
  /** It is over what is granted now. */
  wasOver: boolean
}

/**
 * What another license would change for an instance, entitlement by entitlement, what hurts first. A use is over where
 * it is above the maximum, or where there is any and the quota is gone.
 */
export function licenseChange(
  before: readonly Granted[],
  after: readonly Granted[],
  meterOf: (granted: Granted) => Meter,
): EntitlementChange[] {
  const sides = new Map<string, { old?: Granted; new?: Granted }>()
  for (const granted of before) sides.set(granted.entitlementId, { old: granted })
  for (const granted of after) sides.set(granted.entitlementId, { ...sides.get(granted.entitlementId), new: granted })
  return [...sides.values()]
    .map(({ old, new: next }) => changeOf(old, next, meterOf))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

function changeOf(
  old: Granted | undefined,
  next: Granted | undefined,
  meterOf: (granted: Granted) => Meter,
): EntitlementChange {
  // One of the two is there: that is why there is a line.
  const granted = (next ?? old) as Granted
  const isQuota = granted.entitlementType === 'NUMBER'
  const meter = isQuota ? meterOf(granted) : undefined
  return {
    slug: granted.entitlementSlug,
    name: granted.entitlementName,
    type: granted.entitlementType,
    kind: kindOf(old, next),
    before: old && sideOf(old),
    after: next && sideOf(next),
    use: meter && useOf(meter, quotaOf(granted).method),
    over: meter !== undefined && isOver(meter, next, granted),
    wasOver: meter !== undefined && isOver(meter, old, granted),
  }
}

const sideOf = ({ value, limitCapExceededOveragePercent }: Granted): GrantSide => ({
  value,
  overagePercent: limitCapExceededOveragePercent,
})

function kindOf(old: Granted | undefined, next: Granted | undefined): ChangeKind {
  if (!next) return 'removed'
  if (!old) return 'added'
  if (isDeepStrictEqual(sideOf(old), sideOf(next))) return 'same'
  const order = next.entitlementType === 'CONFIG' ? 0 : compareGrants(old, next)
  return order < 0 ? 'raised' : order > 0 ? 'lowered' : 'changed'
}

/** Negative where the next grants more. */
function compareGrants({ value: old, ...oldRest }: Granted, { value: next, ...nextRest }: Granted): number {
  if (old.type === 'boolean' && next.type === 'boolean') return Number(old.value) - Number(next.value)
  const [from, to] = [maximumOf({ value: old, ...oldRest }), maximumOf({ value: next, ...nextRest })]
  if (from === undefined || to === undefined) return from === to ? 0 : from === undefined ? 1 : -1
  return from < to ? -1 : from > to ? 1 : 0
}

/** Undefined without a limit. */
const maximumOf = (grant: Granted): Line | undefined => linesOf(quotaOf(grant))?.maximum

function isOver(meter: Meter, grant: Granted | undefined, { aggregationMethod }: Granted): boolean {
  const maximum = grant ? maximumOf(grant) : lineAt(0n, HUNDRED)
  return maximum !== undefined && compareUse(meter, maximum, aggregationMethod ?? 'SUM') > 0
}

const order: readonly ChangeKind[] = ['removed', 'lowered', 'changed', 'added', 'raised', 'same']

const rankOf = ({ kind, over }: EntitlementChange): number => (over ? 0 : 1 + order.indexOf(kind))
