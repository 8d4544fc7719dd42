import type { Worker } from 'node:worker_threads'
import { Distribution, latencyBounds } from '../domain/distribution.ts'
import { Problem } from '../domain/problem.ts'
import type { Answer } from './batch.ts'
import { Pending } from './pending.ts'
import { startThread } from './thread.ts'
import type { FromWriter, Job, ToWriter } from './writer-thread.ts'

/** More than this and callers are told to come back: 40 batches, about a second of a slow disk. */
const mostWaiting = 10_000

/** So many milliseconds, what nobody waits for waits for company. */
const patience = 50

export interface WriterOptions {
  /** Source text of the thread, bundled. */
  code: string
  file: string
  addon: string
  /** Plain data that the actions are given. */
  settings?: unknown
  /** Called with the values of a committed batch, before any of its askers has an answer: memory is brought up to date. */
  committed: (values: unknown[]) => void
  /** The database can no longer be trusted or the thread has died: the process has to end. */
  died: (reason: string) => void
}

/** Main's end of the writer thread: hands jobs over, once per turn of the loop, and settles what they promised. */
export class Writer {
  /** Resolves when the thread has opened the database; rejects with why it could not. */
  readonly ready: Promise<void>
  batches = 0
  jobs = 0
  /** Of the batches: how many jobs, and how many seconds. */
  readonly sizes = new Distribution([1, 2, 4, 8, 16, 32, 64, 128])
  readonly durations = new Distribution(latencyBounds)
  private readonly options: WriterOptions
  private readonly worker: Worker
  private readonly opened = Promise.withResolvers<void>()
  private readonly outgoing: Pending[] = []
  /** What goes with the next that go. */
  private readonly patient: Pending[] = []
  private departure: NodeJS.Timeout | undefined
  /**
   * What the thread has, which answers in the order in which it was asked. A Map by number would leave every request to the
   * slow collector of garbage: each table that it outgrows points to the next, and once one of them is old, all are kept.
   */
  private readonly unanswered: Pending[] = []
  private finishing: PromiseWithResolvers<void> | undefined
  private stopping: Promise<void> | undefined
  private readonly gone = Promise.withResolvers<void>()
  /** The thread has stopped or can no longer be used. */
  private ended = false

  constructor(options: WriterOptions) {
    this.options = options
    this.ready = this.opened.promise
    const { file, addon, settings } = options
    this.worker = startThread(options.code, { role: 'writer', file, addon, settings })
    this.worker.on('message', (message: FromWriter) => this.hear(message))
    this.worker.on('error', error => this.fail(error instanceof Error ? error : String(error)))
    this.worker.on('exit', code => {
      this.fail(`The writer thread ended by itself, with exit code ${code}.`)
      this.gone.resolve()
    })
  }

  get isAlive(): boolean {
    return !this.ended
  }

  get waiting(): number {
    return this.outgoing.length + this.patient.length + this.unanswered.length
  }

  /** Resolves with the action's value once it is durable. Throws Problem; a fault of ours arrives as Fault. */
  submit(job: Job): Promise<unknown> {
    this.mustHaveRoom()
    // One message for all that this turn of the loop brings.
    if (this.outgoing.length === 0) setImmediate(() => this.flush())
    return new Promise((resolve, reject) => this.outgoing.push(new Pending(job, resolve, reject)))
  }

  /**
   * As `submit`, for work that nobody waits for: while others ask, it goes with the next of them, and spares them a commit
   * of its own between theirs.
   */
  submitPatiently(job: Job): Promise<unknown> {
    if (this.waiting === 0) return this.submit(job)
    this.mustHaveRoom()
    this.departure ??= setTimeout(() => this.flush(), patience)
    return new Promise((resolve, reject) => this.patient.push(new Pending(job, resolve, reject)))
  }

  private mustHaveRoom(): void {
    if (this.finishing)
      throw new Problem('Server.Stopping', 'The server is stopping.', { headers: { 'Retry-After': '5' } })
    if (this.ended) throw failed()
    if (this.waiting >= mostWaiting)
      throw new Problem('Server.Busy', 'Too many changes are waiting.', { headers: { 'Retry-After': '1' } })
  }

  /** Takes no more, and resolves when all that was handed over is answered. */
  finish(): Promise<void> {
    this.finishing ??= Promise.withResolvers<void>()
    this.flush()
    this.endIfFinished()
    return this.finishing.promise
  }

  /** Finishes, checkpoints and closes. */
  stop(): Promise<void> {
    this.stopping ??= this.finish().then(() => {
      if (!this.ended) this.post({ stop: true })
      return this.gone.promise
    })
    return this.stopping
  }

  private flush(): void {
    clearTimeout(this.departure)
    this.departure = undefined
    const asked = [...this.outgoing.splice(0), ...this.patient.splice(0)]
    if (asked.length === 0) return
    try {
      this.postJobs(asked)
    } catch {
      for (const each of asked) this.postAlone(each)
    }
  }

  /** An input that cannot cross to the thread is the fault of its own job and of no other. */
  private postAlone(asked: Pending): void {
    try {
      this.postJobs([asked])
    } catch (error) {
      asked.settle({ fault: `The input of ${asked.job.action} cannot cross to the writer: ${error}` })
    }
  }

  private postJobs(asked: readonly Pending[]): void {
    this.post({ jobs: asked.map(({ job }) => job) })
    this.unanswered.push(...asked)
  }

  private post(message: ToWriter): void {
    this.worker.postMessage(message)
  }

  private hear(message: FromWriter): void {
    if ('ready' in message) this.opened.resolve()
    else if ('answers' in message) this.settleAll(message.answers, message.seconds)
    else if ('failed' in message) this.fail(message.failed)
    else this.ended = true
  }

  private settleAll(answers: readonly Answer[], seconds: number): void {
    this.batches++
    this.jobs += answers.length
    this.sizes.add(answers.length)
    this.durations.add(seconds)
    try {
      this.options.committed(answers.flatMap(answer => ('value' in answer ? [answer.value] : [])))
      for (const [index, asked] of this.unanswered.splice(0, answers.length).entries())
        asked.settle(answers[index] as Answer)
      this.endIfFinished()
    } catch (error) {
      // The change is durable, but memory could not follow it and would answer from the past.
      this.fail(`Memory could not follow a commit: ${error instanceof Error ? error.stack : error}`)
    }
  }

  private endIfFinished(): void {
    if (this.waiting === 0) this.finishing?.resolve()
  }

  private fail(reason: Error | string): void {
    if (this.ended) return
    this.ended = true
    this.opened.reject(reason instanceof Error ? reason : new Error(reason))
    clearTimeout(this.departure)
    const waiting = [...this.unanswered.splice(0), ...this.outgoing.splice(0), ...this.patient.splice(0)]
    for (const { reject } of waiting) reject(failed())
    this.endIfFinished()
    void this.worker.terminate()
    // A turn later: whoever waits is answered before the process ends.
    setImmediate(() => this.options.died(String(reason instanceof Error ? reason.stack : reason)))
  }
}

const failed = () =>
  new Problem('Storage.Failed', 'The database cannot be written.', { headers: { 'Retry-After': '30' } })
