import { type Event, event } from '../domain/event.ts'
import { type GrantRecord, type LicenseEntitlementRecord, licenseEntitlementJson } from '../domain/license.ts'
import { stamped } from '../domain/stamp.ts'
import type { Tx } from '../engine/transaction.ts'
import { allGrantsOf } from '../store/license-entitlements.ts'
import { deleteRow, insertRow } from '../store/query.ts'
import { type Context, type Done, done } from './action.ts'

type Author = Pick<Context<unknown>, 'principal' | 'now' | 'newId'>
type License = { id: string; slug: string }
/** What is granted: the entitlement, as grants show it, and how much of it. */
type Granted = Omit<GrantRecord, keyof LicenseEntitlementRecord | 'licenseSlug'> &
  Pick<LicenseEntitlementRecord, 'entitlementId' | 'value' | 'limitCapExceededOveragePercent'>

export async function grantTo(
  tx: Tx,
  { principal, now, newId }: Author,
  { id: licenseId, slug: licenseSlug }: License,
  { entitlementSlug, entitlementName, entitlementType, ...granted }: Granted,
): Promise<Done<ReturnType<typeof licenseEntitlementJson>>> {
  const row: LicenseEntitlementRecord = {
    id: newId(),
    organizationId: principal.organization,
    licenseId,
    entitlementId: granted.entitlementId,
    value: granted.value,
    limitCapExceededOveragePercent: granted.limitCapExceededOveragePercent,
    ...stamped(principal, now),
  }
  await tx.run(insertRow('license_entitlements', row))
  const grant = licenseEntitlementJson({ ...row, licenseSlug, entitlementSlug, entitlementName, entitlementType })
  return done(grant, event('LICENSE_ENTITLEMENT_ASSIGNMENT', grant))
}

/** Gives a license all that another one grants; each grant is told like one that was made by hand. */
export async function copyGrants(tx: Tx, author: Author, from: License, to: License): Promise<Event[]> {
  const events: Event[] = []
  const { organization } = author.principal
  for (const grant of await tx.all(allGrantsOf, { organization, license: from.id }))
    events.push(...(await grantTo(tx, author, to, grant)).events)
  return events
}

export async function removeGrant(tx: Tx, grant: GrantRecord): Promise<Event> {
  await tx.run(deleteRow('license_entitlements', grant))
  return event('LICENSE_ENTITLEMENT_UNASSIGNMENT', licenseEntitlementJson(grant))
}

export async function removeGrantsOf(
  tx: Tx,
  { organizationId: organization, id }: { organizationId: string; id: string },
) {
  const events: Event[] = []
  for (const grant of await tx.all(allGrantsOf, { organization, license: id }))
    events.push(await removeGrant(tx, grant))
  return events
}
