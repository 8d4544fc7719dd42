import type { Query, Statement } from '../store/query.ts'
import type { Connection } from './sqlite.ts'

/**
 * What an action works with: the open transaction of its batch. Its promises are settled when they are made, so an
 * action that awaits nothing else runs within one turn of the loop. A transaction that has ended refuses every call.
 */
export class Transaction {
  /** Calls that may have written since the transaction began: an action that threw before its first has nothing to undo. */
  writes = 0
  private ended = false
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  async one<P, Row>(query: Query<P, Row> | Statement<Row>, ...values: P[]): Promise<Row> {
    return this.open().one(query as Query<P, Row>, values[0] as P)
  }

  async find<P, Row>(query: Query<P, Row> | Statement<Row>, ...values: P[]): Promise<Row | undefined> {
    return this.open().find(query as Query<P, Row>, values[0] as P)
  }

  async all<P, Row>(query: Query<P, Row> | Statement<Row>, ...values: P[]): Promise<Row[]> {
    return this.open().all(query as Query<P, Row>, values[0] as P)
  }

  async run<P, Row>(query: Query<P, Row> | Statement<Row>, ...values: P[]): Promise<number> {
    this.writes++
    return this.open().run(query as Query<P, Row>, values[0] as P)
  }

  /** After this an action that is still running can do nothing more. */
  end(): void {
    this.ended = true
  }

  mustBeOpen(): void {
    if (this.ended) throw new Error('The transaction has ended: an action awaited something that was not its tx.')
  }

  private open(): Connection {
    this.mustBeOpen()
    return this.connection
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
}
