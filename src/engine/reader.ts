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
 * started by the first question, for most commands ask none, and a start is not cheap. What is asked in one
 * turn goes there as one message and comes back as one: waking a thread costs more than most queries, and a page has ten.
 */
export class Scanner {
  private readonly options: ScannerOptions
  private worker: Worker | undefined
  /** Asked in this turn, and not sent yet. */
  private asked: Asked[] = []
  /** Sent, oldest first: they are answered in this order. */
  private readonly sent: Asked[][] = []
  private ended: string | undefined

  constructor(options: ScannerOptions) {
    this.options = options
  }

  all<Row>(query: Statement<Row>): Promise<Row[]>
  all<P, Row>(query: Query<P, Row>, values: P): Promise<Row[]>
  async all<P, Row>(query: Query<P, Row> | Statement<Row>, values?: P): Promise<Row[]> {
    if (this.ended !== undefined) throw new Error(this.ended)
    const parameters = 'bind' in query ? query.bind(values as P) : query.parameters
    const answer = Promise.withResolvers<unknown[]>()
    this.asked.push({ query: { sql: query.sql, parameters }, answer })
    // After all that goes on in this turn, promises too.
    if (this.asked.length === 1) process.nextTick(() => this.send())
    // The rows are this query's: its Row type is what its own compilation says of them.
    return answer.promise as Promise<Row[]>
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

  private send(): void {
    if (this.asked.length === 0) return
    this.sent.push(this.asked)
    this.worker ??= this.start()
    this.worker.postMessage(this.asked.map(({ query }) => query) satisfies ToReader)
    this.asked = []
  }

  private settle(answers: FromReader): void {
    const asked = this.sent.shift() ?? []
    for (const [index, { answer }] of asked.entries()) {
      const found = answers[index]
      if (found && 'rows' in found) answer.resolve(found.rows)
      else answer.reject(new Error(found?.error))
    }
  }

  /** False when it had ended before. */
  private end(reason: string): boolean {
    if (this.ended !== undefined) return false
    this.ended = reason
    for (const { answer } of [...this.sent.flat(), ...this.asked]) answer.reject(new Error(reason))
    this.sent.length = 0
    this.asked = []
    return true
  }
}

interface Asked {
  query: ToReader[number]
  answer: PromiseWithResolvers<unknown[]>
}

export type Reader = Pick<Connection, 'one' | 'find' | 'all'>
