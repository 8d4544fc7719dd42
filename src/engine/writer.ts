import { Worker } from 'node:worker_threads'
import { Problem } from '../domain/problem.ts'
import type { Answer } from './batch.ts'
import type { FromWriter, Job, ToWriter } from './writer-thread.ts'

/** More than this and callers are told to come back: 40 batches, about a second of a slow disk. */
const mostWaiting = 10_000

type Pending = { resolve: (value: unknown) => void; reject: (error: Error) => void }

/** What an action did wrong that is ours to mend. Its message is for the log; the asker is told `Internal.Error`. */
export class Fault extends Error {}

export interface WriterOptions {
  /** Source text of the thread, bundled. */
  code: string
  file: string
  addon: string
  /** Called with the values of a committed batch, before any of its askers has an answer: memory is brought up to date. */
  committed: (values: unknown[]) => void
  /** The database can no longer be trusted or the thread has died: the process has to end. */
  died: (reason: string) => void
}

/** Main's end of the writer thread: hands jobs over, once per turn of the loop, and settles what they promised. */
export class Writer {
  readonly ready: Promise<void>
  batches = 0
  jobs = 0
  private readonly worker: Worker
  private readonly pending = new Map<number, Pending>()
  private outgoing: Job[] = []
  private lastId = 0
  private stopping: PromiseWithResolvers<void> | undefined

  constructor(options: WriterOptions) {
    this.worker = new Worker(options.code, {
      eval: true,
      env: {},
      workerData: { role: 'writer', file: options.file, addon: options.addon },
    })
    const ready = Promise.withResolvers<void>()
    this.ready = ready.promise
    this.worker.on('message', (message: FromWriter) => {
      if ('ready' in message) ready.resolve()
      else if ('answers' in message) this.settle(message.answers, options.committed)
      else if ('failed' in message) this.fail(message.failed, options.died)
      else this.stopping?.resolve()
    })
    this.worker.on('error', error => {
      ready.reject(error)
      this.fail(error instanceof Error ? (error.stack ?? error.message) : String(error), options.died)
    })
  }

  get waiting(): number {
    return this.pending.size
  }

  /** Resolves with the action's value once it is durable. Throws Problem; a fault of ours arrives as Fault. */
  submit(job: Omit<Job, 'id'>): Promise<unknown> {
    if (this.stopping)
      throw new Problem('Server.Stopping', 'The server is stopping.', { headers: { 'Retry-After': '5' } })
    if (this.pending.size >= mostWaiting)
      throw new Problem('Server.Busy', 'Too many changes are waiting.', { headers: { 'Retry-After': '1' } })
    const id = ++this.lastId
    // One message for all that this turn of the loop brings.
    if (this.outgoing.length === 0) setImmediate(() => this.flush())
    this.outgoing.push({ ...job, id })
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }))
  }

  /** Finishes what was handed over, checkpoints and closes. */
  async stop(): Promise<void> {
    if (this.stopping) return this.stopping.promise
    this.stopping = Promise.withResolvers<void>()
    this.flush()
    this.post({ stop: true })
    await this.stopping.promise
    await this.worker.terminate()
  }

  private flush(): void {
    if (this.outgoing.length === 0) return
    this.post({ jobs: this.outgoing })
    this.outgoing = []
  }

  private post(message: ToWriter): void {
    this.worker.postMessage(message)
  }

  private settle(answers: [number, Answer][], committed: (values: unknown[]) => void): void {
    this.batches++
    this.jobs += answers.length
    committed(answers.flatMap(([, answer]) => ('value' in answer ? [answer.value] : [])))
    for (const [id, answer] of answers) {
      const promise = this.pending.get(id)
      this.pending.delete(id)
      if ('value' in answer) promise?.resolve(answer.value)
      else promise?.reject('problem' in answer ? Problem.from(answer.problem) : new Fault(answer.fault))
    }
  }

  private fail(reason: string, died: (reason: string) => void): void {
    for (const { reject } of this.pending.values())
      reject(new Problem('Storage.Failed', 'The database cannot be written.', { headers: { 'Retry-After': '30' } }))
    this.pending.clear()
    this.stopping?.resolve()
    died(reason)
  }
}
