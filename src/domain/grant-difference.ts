import type { GrantView } from './license.ts'
import { type EntitlementChange, licenseChange } from './license-change.ts'
import { emptyMeter } from './usage.ts'
import type { Granted } from './usage-answer.ts'

/** What two licenses grant differently, with what their values are said in. */
export interface GrantDifference extends EntitlementChange {
  of: GrantView
}

/** Entitlement by entitlement, without those that are the same: what an instance that has used nothing would notice. */
export function grantDifferences(before: readonly GrantView[], after: readonly GrantView[]): GrantDifference[] {
  const views = new Map([...before, ...after].map(grant => [grant.entitlementSlug, grant]))
  return licenseChange(before.map(ofNobody), after.map(ofNobody), () => emptyMeter).flatMap(change => {
    const of = views.get(change.slug)
    return of && change.kind !== 'same' ? [{ ...change, of }] : []
  })
}

/** Can anybody come to be over by it? */
export const isLowered = (before: GrantView, after: GrantView): boolean =>
  grantDifferences([before], [after]).some(({ kind }) => kind === 'lowered')

const ofNobody = (grant: GrantView): Granted => ({
  ...grant,
  instanceId: '',
  instanceSlug: null,
  startLicenseDate: 0,
  endLicenseDate: null,
  meterType: null,
  resetAnchor: null,
  warningThresholdPercent: null,
})
