import { Problem } from '../domain/problem.ts'
import type { Answer } from './batch.ts'
import type { Job } from './writer-thread.ts'

/**
 * A job and whoever waits for its answer. Of a class, for V8 comes to lay literals among what is old where it once saw many
 * of them wait: these would keep whole requests with them.
 */
export class Pending {
  readonly job: Job
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void

  constructor(job: Job, resolve: Pending['resolve'], reject: Pending['reject']) {
    this.job = job
    this.resolve = resolve
    this.reject = reject
  }

  settle(answer: Answer): void {
    if ('value' in answer) this.resolve(answer.value)
    else this.reject('problem' in answer ? Problem.from(answer.problem) : new Fault(answer.fault))
  }
}

/** What an action did wrong that is ours to mend. Its message is for the log; the asker is told `Internal.Error`. */
export class Fault extends Error {}
