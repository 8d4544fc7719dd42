import type { Kept } from '../engine/keeper.ts'
import type { Tx } from '../engine/transaction.ts'
import { countInDay } from '../store/audit.ts'
import { countInOrganizationDay } from '../store/dashboard.ts'
import { lastMeter, putMeter } from '../store/meters.ts'
import type { AuditDayRecord, EntitlementUsageRecord, OrganizationDayRecord } from '../store/tables.ts'
import { type TargetRow, usageTarget } from '../store/usage-targets.ts'

type MeterKey = { instance: string; entitlement: string }

/** More than this is let go: a vendor's busiest few thousand meters are what repeats. */
const mostKept = 10_000

/**
 * What reports and reads that follow each other hand on: grants and meters that were read, and the meter rows and day
 * counts that many reports of a batch write as one. Journal and audit trail have a row for each all the same.
 */
class KeptUsage implements Kept {
  private readonly targets = new Map<string, TargetRow | undefined>()
  private readonly meters = new Map<string, EntitlementUsageRecord | undefined>()
  private readonly unwritten = new Set<string>()
  private readonly days = new Map<string, AuditDayRecord>()
  private readonly organizationDays = new Map<string, OrganizationDayRecord>()

  /** Instance, grant and entitlement of an address, as usageTarget reads them. */
  async target(tx: Tx, organization: string, at: MeterKey): Promise<TargetRow | undefined> {
    const key = `${organization} ${at.instance} ${at.entitlement}`
    if (this.targets.has(key)) return this.targets.get(key)
    const row = await tx.find(usageTarget(organization, at.instance, at.entitlement))
    this.targets.set(key, row)
    return row
  }

  /** The stored window of a meter with the latest start. */
  async lastMeter(tx: Tx, at: MeterKey): Promise<EntitlementUsageRecord | undefined> {
    const key = `${at.instance} ${at.entitlement}`
    if (this.meters.has(key)) return this.meters.get(key)
    const row = await tx.find(lastMeter, at)
    this.meters.set(key, row)
    return row
  }

  /** Keeps the meter's latest window, to be written with the batch. */
  putLast(tx: Tx, row: EntitlementUsageRecord): void {
    tx.putsOff()
    const key = keyOf(row)
    this.meters.set(key, row)
    this.unwritten.add(key)
  }

  /** Writes a closed window at once, which may be the latest that is stored. */
  async putLate(tx: Tx, row: EntitlementUsageRecord): Promise<void> {
    await tx.run(putMeter, row)
    this.meters.delete(keyOf(row))
  }

  countInDay(tx: Tx, count: AuditDayRecord): void {
    tx.putsOff()
    const key = `${count.instanceId} ${count.entitlementId} ${count.day}`
    const sofar = this.days.get(key)
    if (sofar) {
      add(sofar, count)
      sofar.lastValue = count.lastValue ?? sofar.lastValue
      sofar.highestValue = highest(sofar.highestValue, count.highestValue)
    } else this.days.set(key, { ...count })
    const { organizationId, day, reads, accepted, rejected } = count
    const whole = this.organizationDays.get(`${organizationId} ${day}`)
    if (whole) add(whole, count)
    else this.organizationDays.set(`${organizationId} ${day}`, { organizationId, day, reads, accepted, rejected })
  }

  /** For whoever looks at stored meters. */
  async writeMeters(tx: Tx): Promise<void> {
    for (const key of this.unwritten) await tx.run(putMeter, this.meters.get(key) as EntitlementUsageRecord)
    this.unwritten.clear()
  }

  async flush(tx: Tx): Promise<void> {
    await this.writeMeters(tx)
    for (const count of this.days.values()) await tx.run(countInDay, count)
    for (const count of this.organizationDays.values()) await tx.run(countInOrganizationDay, count)
    this.days.clear()
    this.organizationDays.clear()
    if (this.targets.size > mostKept) this.targets.clear()
    if (this.meters.size > mostKept) this.meters.clear()
  }
}

export const keptUsage = (tx: Tx): KeptUsage => tx.keep(() => new KeptUsage())

const keyOf = ({ instanceId, entitlementId }: EntitlementUsageRecord): string => `${instanceId} ${entitlementId}`

function add(sofar: OrganizationDayRecord, more: OrganizationDayRecord): void {
  sofar.reads += more.reads
  sofar.accepted += more.accepted
  sofar.rejected += more.rejected
}

const highest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b)
