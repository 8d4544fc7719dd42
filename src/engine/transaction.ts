import type { Query, Statement } from '../store/query.ts'
import { Keeper, type Kept } from './keeper.ts'
import type { Connection } from './sqlite.ts'

/**
 * What an action works with: the open transaction of its batch. Its promises are settled when they are made, so an
 * action that awaits nothing else runs within one turn of the loop. A transaction that has ended refuses every call.
 * A call that fails throws at once, so that a forgotten await loses no failure.
 */
export class Transaction {
  private ended = false
  private hasFailed = false
  private readonly connection: Connection
  private readonly keeper: Keeper

  constructor(connection: Connection, keeper = new Keeper()) {
    this.connection = connection
    this.keeper = keeper
  }

  keep<K extends Kept>(make: () => K): K {
    return this.keeper.keep(make)
  }

  putsOff(): void {
    if (this.ended || this.hasFailed) this.mustBeOpen()
    this.connection.writes++
  }

  one<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row> {
    return this.ask(connection => connection.one(query as Query<P, Row>, values as P))
  }

  find<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row | undefined> {
    return this.ask(connection => connection.find(query as Query<P, Row>, values as P))
  }

  all<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row[]> {
    return this.ask(connection => connection.all(query as Query<P, Row>, values as P))
  }

  run<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<number> {
    return this.ask(connection => connection.run(query as Query<P, Row>, values as P))
  }

  /** After this an action that is still running can do nothing more. */
  end(): void {
    this.ended = true
  }

  /** False after its end, and when SQLite has rolled it back by itself: the next statement would commit on its own. */
  get isOpen(): boolean {
    return !this.ended && this.connection.database.inTransaction
  }

  mustBeOpen(): void {
    if (this.ended) throw new Error('The transaction has ended: an action awaited something that was not its tx.')
    if (!this.isOpen) throw new Error('SQLite has rolled the transaction back, and an action went on.')
  }

  /** SQLite rolls back by itself only where a statement fails. Asking it each time would cost 5 % of a report. */
  private ask<T>(work: (connection: Connection) => T): Promise<T> {
    if (this.ended || this.hasFailed) this.mustBeOpen()
    try {
      return Promise.resolve(work(this.connection))
    } catch (error) {
      this.hasFailed = true
      throw error
    }
  }
}

/** The same calls as Transaction with the arguments of a query checked: values where it has slots, none where it has not. */
export interface Tx {
  one<Row>(query: Statement<Row>): Promise<Row>
  one<P, Row>(query: Query<P, Row>, values: P): Promise<Row>
  find<Row>(query: Statement<Row>): Promise<Row | undefined>
  find<P, Row>(query: Query<P, Row>, values: P): Promise<Row | undefined>
  all<Row>(query: Statement<Row>): Promise<Row[]>
  all<P, Row>(query: Query<P, Row>, values: P): Promise<Row[]>
  run<Row>(query: Statement<Row>): Promise<number>
  run<P, Row>(query: Query<P, Row>, values: P): Promise<number>
  /** What the actions of this name hand on to each other; see Kept. */
  keep<K extends Kept>(make: () => K): K
  /** To be called with each change of what is kept: it counts as a write, which a throw has to undo. */
  putsOff(): void
}
