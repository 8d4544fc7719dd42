import type { Worker } from 'node:worker_threads'
import type { Query, Statement } from '../store/query.ts'
import type { FromReader, ToReader } from './reader-thread.ts'
import type { Connection } from './sqlite.ts'
import { startThread } from './thread.ts'

interface ScannerOptions {
  code: string
  file: string
  addon: string
  died: (reason: string) => void
}

/**
 * The read thread, for what may scan: text search, exports, statistics. Nothing it does holds the main thread. It is
 * started by the first question, for most commands ask none, and a start costs a processor 0.15 s.
 */
export class Scanner {
  private readonly options: ScannerOptions
  private worker: Worker | undefined
  private readonly pending = new Map<number, PromiseWithResolvers<unknown[]>>()
  private lastId = 0
  private ended: string | undefined

  constructor(options: ScannerOptions) {
    this.options = options
  }

  all<Row>(query: Statement<Row>): Promise<Row[]>
  all<P, Row>(query: Query<P, Row>, values: P): Promise<Row[]>
  async all<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row[]> {
    if (this.ended !== undefined) throw new Error(this.ended)
    const id = ++this.lastId
    const parameters = 'bind' in query ? query.bind(values as P) : query.parameters
    this.worker ??= this.start()
    this.worker.postMessage({ id, sql: query.sql, parameters } satisfies ToReader)
    const promise = Promise.withResolvers<unknown[]>()
    this.pending.set(id, promise)
    // The rows are this query's: its Row type is what its own compilation says of them.
    return promise.promise as Promise<Row[]>
  }

  async stop(): Promise<void> {
    this.end('The read thread was stopped.')
    await this.worker?.terminate()
  }

  private start(): Worker {
    const { code, file, addon, died } = this.options
    const worker = startThread(code, { role: 'reader', file, addon })
    const fail = (reason: string) => {
      if (this.end(reason)) died(reason)
    }
    worker.on('message', (answer: FromReader) => this.settle(answer))
    worker.on('error', error => fail(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    worker.on('exit', code => fail(`The read thread ended by itself, with exit code ${code}.`))
    return worker
  }

  private settle({ id, rows, error }: FromReader): void {
    const promise = this.pending.get(id)
    this.pending.delete(id)
    if (rows) promise?.resolve(rows)
    else promise?.reject(new Error(error))
  }

  /** False when it had ended before. */
  private end(reason: string): boolean {
    if (this.ended !== undefined) return false
    this.ended = reason
    for (const { reject } of this.pending.values()) reject(new Error(reason))
    this.pending.clear()
    return true
  }
}

export type Reader = Pick<Connection, 'one' | 'find' | 'all'>
