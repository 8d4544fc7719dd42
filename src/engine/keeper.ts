import type { Tx } from './transaction.ts'

/**
 * What the actions of one name hand on to each other: rows that were read, and writes put off so that many make one.
 * Nobody else changes the database, so what was read stays true until an action of another name runs.
 */
export interface Kept {
  /** Writes what was put off. Called before the batch commits, and before anything else looks. */
  flush: (tx: Tx) => Promise<void>
}

/** Keeps for one connection, from batch to batch. */
export class Keeper {
  private kept: Kept | undefined
  private action: string | undefined

  /** What the actions of the current name keep; made by the first that asks. */
  keep<K extends Kept>(make: () => K): K {
    // Only actions of one name meet here, and each name keeps one kind of thing.
    const kept = (this.kept as K | undefined) ?? make()
    this.kept = kept
    return kept
  }

  /** Another action is about to run: what the last kept is written, and forgotten. */
  async turnTo(action: string, tx: Tx): Promise<void> {
    if (action === this.action) return
    await this.flush(tx)
    this.forget()
    this.action = action
  }

  async flush(tx: Tx): Promise<void> {
    await this.kept?.flush(tx)
  }

  /** After a rollback nothing that was kept is true any more. */
  forget(): void {
    this.kept = undefined
    this.action = undefined
  }
}
