import { isLicenseActive } from './instance.ts'

/** How an instance stands with its license, in one word. */
export type LicenseState = 'deleted' | 'upcoming' | 'active' | 'ending' | 'ended'

const soon = 30 * 86_400_000

interface Dated {
  startLicenseDate: number
  endLicenseDate: number | null
  deletedAt: number | null
}

/** A license that ends within 30 days is told apart: somebody has to talk to the customer. */
export function licenseStateOf(instance: Dated, now: number): LicenseState {
  if (instance.deletedAt !== null) return 'deleted'
  if (now < instance.startLicenseDate) return 'upcoming'
  if (!isLicenseActive(instance, now)) return 'ended'
  return instance.endLicenseDate !== null && instance.endLicenseDate - now <= soon ? 'ending' : 'active'
}
