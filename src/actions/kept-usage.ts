import type { Kept } from '../engine/keeper.ts'
import type { Tx } from '../engine/transaction.ts'
import { countInDay, insertAuditEntry } from '../store/audit.ts'
import { countInOrganizationDay } from '../store/dashboard.ts'
import { lastMeter, putMeter } from '../store/meters.ts'
import { type Insertion, together } from '../store/query.ts'
import type { AuditDayRecord, EntitlementUsageRecord, OrganizationDayRecord } from '../store/tables.ts'
import { insertUsageReport } from '../store/usage-reports.ts'
import { type TargetRow, usageTarget } from '../store/usage-targets.ts'

type MeterKey = { instance: string; entitlement: string }

type UsageReportRow = Parameters<typeof insertUsageReport.bind>[0]
type AuditRow = Parameters<typeof insertAuditEntry.bind>[0]

/** What was looked for: that there is none is kept too. */
interface Found<Row> {
  row: Row | undefined
}
type KeptMeter = Found<EntitlementUsageRecord>

/** More than this is let go: a vendor's busiest few thousand meters are what repeats. */
const mostKept = 10_000

/**
 * What reports and reads that follow each other hand on: grants and meters that were read, and the meter rows and day
 * counts that many reports of a batch write as one. Journal and audit trail have a row for each all the same, several of
 * which are one statement.
 */
class KeptUsage implements Kept {
  private readonly targets = new Map<string, Pairs<Found<TargetRow>>>()
  private readonly meters = new Pairs<KeptMeter>()
  private readonly unwritten = new Set<KeptMeter>()
  private readonly journal: UsageReportRow[] = []
  private readonly trail: AuditRow[] = []
  private readonly days = new Map<number, Pairs<AuditDayRecord>>()
  private readonly organizationDays = new Map<number, Map<string, OrganizationDayRecord>>()

  /** Instance, grant and entitlement of an address, as usageTarget reads them. */
  async target(tx: Tx, organization: string, { instance, entitlement }: MeterKey): Promise<TargetRow | undefined> {
    const targets = this.targets.get(organization) ?? added(this.targets, organization, new Pairs())
    const kept = targets.get(instance, entitlement)
    if (kept) return kept.row
    const row = await tx.find(usageTarget(organization, instance, entitlement))
    targets.set(instance, entitlement, { row })
    return row
  }

  /** The stored window of a meter with the latest start. */
  async lastMeter(tx: Tx, at: MeterKey): Promise<EntitlementUsageRecord | undefined> {
    const kept = this.meters.get(at.instance, at.entitlement)
    if (kept) return kept.row
    const row = await tx.find(lastMeter, at)
    this.meters.set(at.instance, at.entitlement, { row })
    return row
  }

  /** Keeps the meter's latest window, to be written with the batch. */
  putLast(tx: Tx, row: EntitlementUsageRecord): void {
    tx.putsOff()
    const { instanceId, entitlementId } = row
    const kept = this.meters.get(instanceId, entitlementId) ?? this.meters.set(instanceId, entitlementId, { row })
    kept.row = row
    this.unwritten.add(kept)
  }

  /** Writes a closed window at once, which may be the latest that is stored. */
  async putLate(tx: Tx, row: EntitlementUsageRecord): Promise<void> {
    await tx.run(putMeter, row)
    this.meters.delete(row.instanceId, row.entitlementId)
  }

  /** Keeps a row of the journal, to be written with the batch. */
  putReport(tx: Tx, row: UsageReportRow): void {
    tx.putsOff()
    this.journal.push(row)
  }

  /** Keeps an entry of the audit trail and its place in the day's rollup, to be written with the batch. */
  putEntry(tx: Tx, row: AuditRow, count: AuditDayRecord): void {
    tx.putsOff()
    this.trail.push(row)
    this.countInDay(count)
  }

  private countInDay(count: AuditDayRecord): void {
    const { organizationId, instanceId, entitlementId, day, reads, accepted, rejected } = count
    const days = this.days.get(day) ?? added(this.days, day, new Pairs<AuditDayRecord>())
    const sofar = days.get(instanceId, entitlementId)
    if (sofar) {
      add(sofar, count)
      sofar.lastValue = count.lastValue ?? sofar.lastValue
      sofar.highestValue = highest(sofar.highestValue, count.highestValue)
    } else days.set(instanceId, entitlementId, { ...count })
    const wholes = this.organizationDays.get(day) ?? added(this.organizationDays, day, new Map())
    const whole = wholes.get(organizationId)
    if (whole) add(whole, count)
    else wholes.set(organizationId, { organizationId, day, reads, accepted, rejected })
  }

  /** For whoever looks at stored meters. */
  async writeMeters(tx: Tx): Promise<void> {
    for (const { row } of this.unwritten) await tx.run(putMeter, row as EntitlementUsageRecord)
    this.unwritten.clear()
  }

  async flush(tx: Tx): Promise<void> {
    await this.writeMeters(tx)
    await insertAll(tx, insertUsageReport, this.journal.splice(0))
    await insertAll(tx, insertAuditEntry, this.trail.splice(0))
    for (const days of this.days.values()) for (const count of days.values()) await tx.run(countInDay, count)
    for (const wholes of this.organizationDays.values())
      for (const count of wholes.values()) await tx.run(countInOrganizationDay, count)
    this.days.clear()
    this.organizationDays.clear()
    if (this.meters.size > mostKept) this.meters.clear()
    const targets = [...this.targets.values()].reduce((sum, { size }) => sum + size, 0)
    if (targets > mostKept) this.targets.clear()
  }
}

/** In their order, which is that of the ids that they are given. */
async function insertAll<Row>(tx: Tx, insertion: Insertion<Row>, rows: readonly Row[]): Promise<void> {
  let at = 0
  for (; at + together <= rows.length; at += together) await tx.run(insertion.several, rows.slice(at, at + together))
  for (const row of rows.slice(at)) await tx.run(insertion, row)
}

/** Values by two texts, without a third that joins them: that would be made, flattened and hashed for each report. */
class Pairs<V> {
  size = 0
  private readonly firsts = new Map<string, Map<string, V>>()

  get(first: string, second: string): V | undefined {
    return this.firsts.get(first)?.get(second)
  }

  /** Gives back the value. */
  set(first: string, second: string, value: V): V {
    const seconds = this.firsts.get(first) ?? added(this.firsts, first, new Map<string, V>())
    if (!seconds.has(second)) this.size++
    return added(seconds, second, value)
  }

  delete(first: string, second: string): void {
    if (this.firsts.get(first)?.delete(second)) this.size--
  }

  clear(): void {
    this.firsts.clear()
    this.size = 0
  }

  *values(): Generator<V> {
    for (const seconds of this.firsts.values()) yield* seconds.values()
  }
}

export const keptUsage = (tx: Tx): KeptUsage => tx.keep(() => new KeptUsage())

function added<K, V>(to: Map<K, V>, key: K, value: V): V {
  to.set(key, value)
  return value
}

function add(sofar: OrganizationDayRecord, more: OrganizationDayRecord): void {
  sofar.reads += more.reads
  sofar.accepted += more.accepted
  sofar.rejected += more.rejected
}

const highest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b)
