import { Worker } from 'node:worker_threads'
import type { Query, Statement } from '../store/query.ts'
import type { FromReader, ToReader } from './reader-thread.ts'
import type { Connection } from './sqlite.ts'

/** The read thread, for what may scan: text search, exports, statistics. Nothing it does holds the main thread. */
export class Scanner {
  private readonly worker: Worker
  private readonly pending = new Map<number, PromiseWithResolvers<unknown[]>>()
  private lastId = 0

  constructor(options: { code: string; file: string; addon: string; died: (reason: string) => void }) {
    this.worker = new Worker(options.code, {
      eval: true,
      env: {},
      workerData: { role: 'reader', file: options.file, addon: options.addon },
    })
    this.worker.on('message', ({ id, rows, error }: FromReader) => {
      const promise = this.pending.get(id)
      this.pending.delete(id)
      if (rows) promise?.resolve(rows)
      else promise?.reject(new Error(error))
    })
    this.worker.on('error', error => options.died(error instanceof Error ? error.message : String(error)))
  }

  all<Row>(query: Statement<Row>): Promise<Row[]>
  all<P, Row>(query: Query<P, Row>, values: P): Promise<Row[]>
  all<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row[]> {
    const id = ++this.lastId
    const promise = Promise.withResolvers<unknown[]>()
    this.pending.set(id, promise)
    const parameters = 'bind' in query ? query.bind(values as P) : query.parameters
    this.worker.postMessage({ id, sql: query.sql, parameters } satisfies ToReader)
    // The rows are this query's: its Row type is what its own compilation says of them.
    return promise.promise as Promise<Row[]>
  }

  async stop(): Promise<void> {
    await this.worker.terminate()
  }
}

export type Reader = Pick<Connection, 'one' | 'find' | 'all'>
