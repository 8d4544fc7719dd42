import type { Submit } from '../actions/submit.ts'
import type { Outcome } from '../actions/webhook-deliveries.ts'
import { appliance } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import type { Log } from '../web/house.ts'

const pause = 1000

export interface OutcomesOptions {
  submit: Submit
  log: Log
  recorded: (attempts: readonly number[]) => void
  /** It cannot be written down, and is sent again at the next start. */
  givenUp: (attempt: number) => void
}

/**
 * Writes down how attempts ended: all of an organization that ended while the last were written down, as one action.
 * Organizations do not wait for each other.
 */
export class Outcomes {
  private readonly options: OutcomesOptions
  private readonly waiting = new Map<string, Outcome[]>()
  private readonly writing = new Map<string, Promise<void>>()
  private readonly stopping = Promise.withResolvers<void>()
  private ending = false
  /** Ended and not yet written down. */
  count = 0

  constructor(options: OutcomesOptions) {
    this.options = options
  }

  add(organization: string, outcome: Outcome): void {
    const others = this.waiting.get(organization)
    if (others) others.push(outcome)
    else this.waiting.set(organization, [outcome])
    this.count++
    if (!this.writing.has(organization)) this.writing.set(organization, this.writeAll(organization))
  }

  /** Resolves when what was added is written down, or has been tried once more: what is not is sent again. */
  async stop(): Promise<void> {
    this.ending = true
    this.stopping.resolve()
    await Promise.all(this.writing.values())
  }

  private async writeAll(organization: string): Promise<void> {
    for (let outcomes = this.take(organization); outcomes; outcomes = this.take(organization))
      await this.write(organization, outcomes)
    this.writing.delete(organization)
  }

  private take(organization: string): Outcome[] | undefined {
    const outcomes = this.waiting.get(organization)
    this.waiting.delete(organization)
    return outcomes
  }

  /** An outcome that is lost is a delivery sent twice, so it is kept until it is written, unless the writer has gone. */
  private async write(organization: string, outcomes: Outcome[]): Promise<void> {
    for (;;) {
      const isLast = this.ending
      try {
        await this.options.submit('deliveries.record', appliance(organization), outcomes)
        this.count -= outcomes.length
        return this.options.recorded(outcomes.map(({ attemptId }) => attemptId))
      } catch (error) {
        this.options.log.error(
          { error: String(error), outcomes: outcomes.length },
          'attempts could not be written down',
        )
        if (isFinal(error) || isLast) return
        if (!isPassing(error)) return this.writeEach(organization, outcomes)
        await Promise.race([paused(), this.stopping.promise])
      }
    }
  }

  /** A fault of ours: it does not pass by waiting, and must not stop the others nor have its delivery sent for ever. */
  private async writeEach(organization: string, outcomes: Outcome[]): Promise<void> {
    if (outcomes.length > 1) for (const each of outcomes) await this.write(organization, [each])
    else
      for (const { attemptId } of outcomes) {
        this.count--
        this.options.givenUp(attemptId)
      }
  }
}

const paused = () => new Promise(resolve => setTimeout(resolve, pause).unref())

const isPassing = (error: unknown): boolean => error instanceof Problem && error.status === 503

const isFinal = (error: unknown): boolean =>
  error instanceof Problem && ['Server.Stopping', 'Storage.Failed'].includes(error.code)
