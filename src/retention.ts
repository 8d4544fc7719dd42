import { join } from 'node:path'
import type { Submit } from './actions/submit.ts'
import { type AuditView, auditEntryJson, dayOf } from './domain/audit.ts'
import { rfc3339 } from './domain/input.ts'
import { appliance } from './domain/principal.ts'
import { writeArchive } from './engine/archive.ts'
import type { Reader } from './engine/reader.ts'
import {
  endOfLot,
  entriesToArchive,
  oldestAuditEntry,
  organizationsUpTo,
  retentionMark,
} from './store/audit-retention.ts'
import type { House } from './web/house.ts'

const day = 86_400_000
/** Entries that leave together: a file's worth, and few enough that what was begun is soon done. */
const perLot = 20_000
/** Rows that cross from the read thread at a time: about a millisecond of the main thread. */
const perSlice = 200

interface Kept {
  /** Days; undefined keeps for ever. */
  audit: number | undefined
  /** Days that attempts of deliveries are kept; they go without an archive. */
  attempts: number | undefined
  archive: string
}

/**
 * What does not stay for ever. Audit entries go to the archive first: a file for each organization, on the disk before
 * the database lets go of a row. Events and the journal of usage stay.
 */
export class Retention {
  private readonly submit: Submit
  private readonly read: Reader
  private readonly scan: House['scan']
  private readonly clock: () => number
  private readonly kept: Kept
  private ending = false

  constructor(house: Pick<House, 'submit' | 'read' | 'scan' | 'clock'>, kept: Kept) {
    this.submit = house.submit
    this.read = house.read
    this.scan = house.scan
    this.clock = house.clock
    this.kept = kept
  }

  /** Ends after the lot in hand; what was begun goes on after the next start. */
  stop(): void {
    this.ending = true
  }

  /** Throws with what stands in the way, such as a folder that cannot be written: nothing was deleted then. */
  run = async (): Promise<void> => {
    if (this.kept.attempts !== undefined) await this.forgetAttempts(this.midnight(this.kept.attempts))
    if (this.kept.audit === undefined) return
    const before = this.midnight(this.kept.audit)
    while (!this.ending && this.isDue(before)) await this.moveLot(before)
  }

  /** Whole days of UTC, so that a trail that begins somewhere begins with a day. */
  private midnight(daysAgo: number): number {
    return (dayOf(this.clock()) - daysAgo) * day
  }

  private async forgetAttempts(before: number): Promise<void> {
    while (!this.ending && (await this.submit('deliveries.forget', appliance(''), { before })).value);
  }

  private isDue(before: number): boolean {
    const oldest = this.read.find(oldestAuditEntry, {})
    return oldest !== undefined && oldest.occurredAt < before
  }

  private async moveLot(before: number): Promise<void> {
    const [lot] = await this.scan.all(endOfLot(before, perLot))
    const upTo = lot?.upTo ?? 0
    for (const organization of await this.scan.all(organizationsUpTo, { upTo })) await this.archive(organization, upTo)
    while ((await this.submit('audit.forget', appliance(''), undefined)).value);
  }

  /** Entries below the mark are in the archive already: the program ended before they were deleted. */
  private async archive({ id, slug }: { id: string; slug: string | null }, upTo: number): Promise<void> {
    const after = this.read.find(retentionMark, { organization: id })?.mark ?? 0
    const slices = this.slices({ organization: id, after, upTo })
    const { value: first } = await slices.next()
    if (!first?.[0]) return
    const seen = { entries: 0, last: first[0] }
    const file = `audit-${slug ?? id}-${rfc3339(first[0].occurredAt).slice(0, 10)}-${first[0].id}.ndjson.gz`
    const { sha256 } = await writeArchive(join(this.kept.archive, file), linesOf(id, first, slices, seen))
    const { entries, last } = seen
    const times = { from: rfc3339(first[0].occurredAt), until: rfc3339(last.occurredAt) }
    await this.submit('audit.archive', appliance(id), { upTo: last.id, entries, ...times, file, sha256 })
  }

  private async *slices(place: { organization: string; after: number; upTo: number }) {
    for (let { after } = place; ; ) {
      const rows = await this.scan.all(entriesToArchive({ ...place, after }, perSlice))
      yield rows
      if (rows.length < perSlice) return
      after = rows.at(-1)?.id ?? after
    }
  }
}

/** As the API shows them, with whose they are. */
async function* linesOf(
  organizationId: string,
  first: AuditView[],
  more: AsyncIterable<AuditView[]>,
  seen: { entries: number; last: AuditView },
): AsyncGenerator<string> {
  const lines = (rows: AuditView[]) => {
    seen.entries += rows.length
    seen.last = rows.at(-1) ?? seen.last
    return rows.map(row => `${JSON.stringify({ organizationId, ...auditEntryJson(row) })}\n`).join('')
  }
  yield lines(first)
  for await (const rows of more) yield lines(rows)
}
