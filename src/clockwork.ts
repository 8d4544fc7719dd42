import type { Submit } from './actions/submit.ts'
import { appliance, type Principal } from './domain/principal.ts'
import { forgettable } from './domain/remembrance.ts'
import type { Reader, Scanner } from './engine/reader.ts'
import { entriesToIndex } from './engine/search.ts'
import type { Retention } from './retention.ts'
import type { Tokens } from './snapshot/tokens.ts'
import { unindexedEntries } from './store/audit.ts'
import { organizationsWithExpiries } from './store/instances.ts'
import { organizationsToRollOver } from './store/meters.ts'
import { isAnythingTooOld } from './store/remembered.ts'
import { deletedWebhooks } from './store/webhooks.ts'
import type { Log } from './web/house.ts'
import type { SessionUses } from './web/session-uses.ts'

type SliceAction = 'deliveries.forget' | 'instances.expire' | 'remembered.forget' | 'usage.rollOver'

interface Works {
  submit: Submit
  /** For what may wait until others have something to write. */
  submitPatiently: Submit
  read: Reader
  scan: Pick<Scanner, 'all'>
  clock: () => number
  tokens: Tokens
  sessionUses: SessionUses
  retention: Retention
}

/** Few enough that no report waits long behind them: about 5 µs an entry. More at once are fewer segments to merge. */
const entriesPerSlice = 512

/** What happens by the clock and by nobody's request. Each work asks an index first and does nothing where nothing is due. */
export class Clockwork {
  private readonly timers: NodeJS.Timeout[] = []
  private readonly submit: Submit
  private readonly submitPatiently: Submit
  private readonly read: Reader
  private readonly scan: Pick<Scanner, 'all'>
  private readonly clock: () => number
  private readonly tokens: Tokens
  private readonly sessionUses: SessionUses
  private readonly retention: Retention
  private working: Promise<void> = Promise.resolve()
  /** What takes long is done beside the rest. */
  private retaining: Promise<void> = Promise.resolve()

  constructor({ submit, submitPatiently, read, scan, clock, tokens, sessionUses, retention }: Works) {
    this.submit = submit
    this.submitPatiently = submitPatiently
    this.read = read
    this.scan = scan
    this.clock = clock
    this.tokens = tokens
    this.sessionUses = sessionUses
    this.retention = retention
  }

  start(log: Log): void {
    const run = (work: () => Promise<void>) => () => {
      // One after another: a slow disk must not pile up the works of many minutes.
      this.working = this.working.then(work).catch(error => log.error({ error: String(error) }, 'clockwork failed'))
    }
    const retain = () => {
      this.retaining = this.retaining
        .then(this.everyHour)
        .catch(error => log.error({ error: String(error) }, 'audit entries could not be archived and stay'))
    }
    this.timers.push(setInterval(run(this.everySecond), 1000), setInterval(run(this.everyMinute), 60_000))
    this.timers.push(setInterval(retain, 3_600_000))
    for (const timer of this.timers) timer.unref()
    // What fell due while the program was down.
    run(this.everyMinute)()
    // Not at once: a command that opens the house for a moment should not wait for an archive to be written.
    this.timers.push(setTimeout(retain, 60_000).unref())
  }

  /** Ends the timers and finishes what has begun. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    this.retention.stop()
    await Promise.all([this.working, this.retaining])
    await this.writeDownUses()
  }

  everySecond = async (): Promise<void> => {
    const { last, mark } = this.read.one(unindexedEntries, {})
    if ((last ?? 0) > mark) await this.indexAudit(mark)
  }

  everyMinute = async (): Promise<void> => {
    await this.writeDownUses()
    const now = this.clock()
    await this.forEach('usage.rollOver', this.read.all(organizationsToRollOver, { now }))
    await this.forEach('instances.expire', this.read.all(organizationsWithExpiries, { now }))
    if (this.read.find(deletedWebhooks, {})) await this.until('deliveries.forget', appliance(''), {})
    if (this.read.one(isAnythingTooOld(forgettable(now))).due) await this.until('remembered.forget', appliance(''))
  }

  everyHour = (): Promise<void> => this.retention.run()

  /** The read thread makes out what the index is to have, so that the writer does nothing but write. */
  private async indexAudit(mark: number): Promise<void> {
    const following = (after: number) => this.scan.all(entriesToIndex, { after, limit: entriesPerSlice })
    let after = mark
    let [slice] = await following(mark)
    while (slice && slice.count > 0) {
      const { count, last, entries } = slice
      const indexed = this.submitPatiently('audit.index', appliance(''), { after, last, entries })
      // Under load there is always one more: what is less than a slice waits for the next second.
      ;[[slice]] = await Promise.all([count < entriesPerSlice ? [] : following(last), indexed])
      after = last
    }
  }

  private async forEach(name: SliceAction, organizations: { organizationId: string }[]): Promise<void> {
    for (const { organizationId } of organizations) await this.until(name, appliance(organizationId))
  }

  /** Work in slices: each says whether more is waiting. */
  private async until(name: SliceAction, principal: Principal, input?: object): Promise<void> {
    for (let more = true; more; ) more = (await this.submit(name, principal, input)).value
  }

  private async writeDownUses(): Promise<void> {
    for (const [organization, uses] of this.tokens.takeUses())
      await this.submit('tokens.recordUse', appliance(organization), uses)
    const seen = this.sessionUses.takeUses()
    if (seen.length > 0) await this.submit('sessions.recordUse', appliance(''), seen)
  }
}
