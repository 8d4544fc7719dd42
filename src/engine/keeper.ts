import type { Tx } from './transaction.ts'

/**
 * What actions that follow each other hand on: rows that were read, and writes put off so that many make one. Nobody else
 * changes the database, so what was read stays true until an action runs that may change it.
 */
export interface Kept {
  /** Writes what was put off. Called before the batch commits, and before anything else looks. */
  flush: (tx: Tx) => Promise<void>
}

/** Keeps for one connection, from batch to batch: for the actions of one name, or of a family. */
export class Keeper {
  private readonly family: ReadonlySet<string>
  private kept: Kept | undefined
  private holder: string | ReadonlySet<string> | undefined

  /** Actions of the family's names keep one kind of thing, and change nothing of what was read but through it. */
  constructor(family: readonly string[] = []) {
    this.family = new Set(family)
  }

  /** What the actions of the current name or family keep; made by the first that asks. */
  keep<K extends Kept>(make: () => K): K {
    const kept = (this.kept as K | undefined) ?? make()
    this.kept = kept
    return kept
  }

  /** Another action is about to run: what the last kept is written, and forgotten. */
  async turnTo(action: string, tx: Tx): Promise<void> {
    const holder = this.family.has(action) ? this.family : action
    if (holder === this.holder) return
    await this.flush(tx)
    this.forget()
    this.holder = holder
  }

  async flush(tx: Tx): Promise<void> {
    await this.kept?.flush(tx)
  }

  /** After a rollback nothing that was kept is true any more. */
  forget(): void {
    this.kept = undefined
    this.holder = undefined
  }
}
