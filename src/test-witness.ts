import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  type Answer,
  type Ask,
  acts,
  callers,
  customers,
  type LoadAct,
  sell,
  sound,
  succeeded,
  usageReports,
} from './test-load.ts'

/**
 * Remembers what callers under load were told, whatever becomes of the program: what was acknowledged must be there, what
 * was refused must not, and what got no answer may be either, until it is repeated.
 */
export class Witness {
  /** Of attempts that the program refused to make, for now. */
  readonly refusals: Answer[] = []
  private readonly acknowledged = new Map(acts.map(act => [act, new Map<string, Answer>()]))
  private readonly unknown = new Map(acts.map(act => [act, new Set<string>()]))
  private rounds = 0
  private isLoading = false

  get acknowledgedCount(): number {
    return [...this.acknowledged.values()].reduce((sum, each) => sum + each.size, 0)
  }

  get acknowledgedReports(): number {
    return this.acknowledged.get(usageReports)?.size ?? 0
  }

  /** What the load is about; once, before all. */
  async begin(ask: Ask): Promise<void> {
    await sell(ask)
    this.acknowledged.get(customers)?.set('acme', await customers.attempt(ask, 'acme'))
  }

  /** Resolves when so much more was acknowledged. */
  async until(more: number): Promise<void> {
    const wanted = this.acknowledgedCount + more
    while (this.acknowledgedCount < wanted) await wait(10)
  }

  /** Callers who do one thing after the other. Resolves when each has lost the connection, or all were told to stop. */
  async load(ask: Ask): Promise<void> {
    const round = this.rounds++
    this.isLoading = true
    await Promise.all(Array.from({ length: callers }, (_, number) => this.caller(ask, round, number)))
  }

  stop(): void {
    this.isLoading = false
  }

  /** What got no answer is repeated; then all that was acknowledged must be there once, with its event, and no more. */
  async settle(ask: Ask): Promise<void> {
    for (const act of acts) {
      const settled = this.acknowledged.get(act) ?? new Map()
      for (const n of this.unknown.get(act) ?? []) settled.set(n, await succeeded(act.attempt(ask, n)))
      this.unknown.get(act)?.clear()
      await act.check(ask, settled)
    }
  }

  /** The same with the file itself, which SQLite looks through. */
  async settleOn(data: string, ask: Ask): Promise<void> {
    await this.settle(ask)
    expect(sound(data)).toBe('ok')
  }

  private async caller(ask: Ask, round: number, number: number): Promise<void> {
    for (let attempt = 0; this.isLoading; attempt++) {
      const act = acts[(number + attempt) % acts.length] as LoadAct
      const n = `${round}-${number}-${attempt}`
      this.unknown.get(act)?.add(n)
      const answer = await act.attempt(ask, n).catch(() => undefined)
      if (!answer) return
      if (answer.status === 503) this.refusals.push(answer)
      // It may have been written and not read back: as good as no answer.
      if (answer.body.code === 'Storage.Failed') continue
      this.unknown.get(act)?.delete(n)
      if (answer.status === 503) await wait(20)
      else this.acknowledged.get(act)?.set(n, await succeeded(answer))
    }
  }
}
