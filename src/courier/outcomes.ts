import type { Submit } from '../actions/submit.ts'
import type { Outcome } from '../actions/webhook-deliveries.ts'
import { appliance } from '../domain/principal.ts'
import type { Log } from '../web/house.ts'

const pause = 1000

/** Writes down how attempts ended: all that ended while the last were written down, as one action per organization. */
export class Outcomes {
  private readonly submit: Submit
  private readonly log: Log
  private readonly recorded: (attempts: readonly number[]) => void
  private waiting = new Map<string, Outcome[]>()
  private writing: Promise<void> | undefined
  /** Ended and not yet written down. */
  count = 0

  constructor({
    submit,
    log,
    recorded,
  }: { submit: Submit; log: Log; recorded: (attempts: readonly number[]) => void }) {
    this.submit = submit
    this.log = log
    this.recorded = recorded
  }

  add(organization: string, outcome: Outcome): void {
    const others = this.waiting.get(organization)
    if (others) others.push(outcome)
    else this.waiting.set(organization, [outcome])
    this.count++
    this.writing ??= this.writeAll()
  }

  /** Resolves when all that was added is written down. */
  settled = (): Promise<void> => this.writing ?? Promise.resolve()

  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = this.waiting
      this.waiting = new Map()
      await Promise.all([...batch].map(([organization, outcomes]) => this.write(organization, outcomes)))
    }
    this.writing = undefined
  }

  /** An outcome that is lost is a delivery sent twice, so it is kept until it is written, unless the writer has gone. */
  private async write(organization: string, outcomes: Outcome[]): Promise<void> {
    for (;;)
      try {
        await this.submit('deliveries.record', appliance(organization), outcomes)
        this.count -= outcomes.length
        return this.recorded(outcomes.map(({ attemptId }) => attemptId))
      } catch (error) {
        this.log.error({ error: String(error), outcomes: outcomes.length }, 'attempts could not be written down')
        if (isFinal(error)) return
        await new Promise(resolve => setTimeout(resolve, pause).unref())
      }
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['Server.Stopping', 'Storage.Failed'].includes(String(error.code))
