import type { Principal } from '../domain/principal.ts'
import { sees } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import type { Granted } from '../domain/usage-answer.ts'
import type { Tx } from '../engine/transaction.ts'
import type { TargetRow } from '../store/usage-targets.ts'
import { keptUsage } from './kept-usage.ts'

/** An instance and an entitlement that exist; whether the license grants the one to the other is not yet said. */
export type Target = TargetRow &
  Pick<Granted, 'entitlementId' | 'entitlementSlug' | 'entitlementName' | 'entitlementType'>

export async function targetOf(
  tx: Tx,
  principal: Principal,
  at: { instance: string; entitlement: string },
): Promise<Target> {
  const row = await keptUsage(tx).target(tx, principal.organization, at)
  if (!row || !sees(principal, row.instanceId)) throw new Problem('Instance.NotFound', 'There is no such instance.')
  if (isKnown(row)) return row
  throw new Problem('Entitlement.NotFound', 'There is no such entitlement.')
}

/** The same where it has to be measured. */
export async function meteredTargetOf(
  tx: Tx,
  principal: Principal,
  at: { instance: string; entitlement: string },
): Promise<Target> {
  const target = await targetOf(tx, principal, at)
  if (target.entitlementType === 'NUMBER') return target
  throw new Problem(
    'Entitlement.NotMetered',
    `${target.entitlementSlug} is ${target.entitlementType}; only NUMBER entitlements are measured.`,
  )
}

export function grantedBy(target: Target): Granted {
  if (isGranted(target)) return target
  throw new Problem(
    'Entitlement.NotGranted',
    `The license ${target.licenseSlug} does not contain ${target.entitlementSlug}.`,
  )
}

// The left joins give a grant and an entitlement whole or not at all.
const isGranted = (target: Target): target is Target & Granted => target.value !== null
export const isKnown = (row: TargetRow): row is Target => row.entitlementId !== null
