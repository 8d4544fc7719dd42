import type { MessagePort } from 'node:worker_threads'
import { type Act, type Answer, commitBatch, StorageFailure } from './batch.ts'
import { Checkpoints } from './checkpoints.ts'
import { Keeper } from './keeper.ts'
import { openWriter } from './sqlite.ts'

/** A job as it crosses to the writer; all but its action's name is the action's. */
export interface Job {
  action: string
}

export type ToWriter = { jobs: Job[] } | { stop: true }
export type FromWriter =
  | { ready: true }
  /** Of one batch, in the order in which its jobs came. */
  | { answers: Answer[]; seconds: number }
  | { failed: string }
  | { stopped: true }

const mostPerBatch = 256
/** So many are one batch. */
const undivided = 160

/**
 * The writer's loop: takes what waited while the last commit ran, commits it as one transaction, answers, and looks again.
 * There is no timer: under load a batch is what arrived meanwhile, and alone a job is committed at once. Of many it takes
 * half: main answers for these while the others are written. If all were one batch, callers who wait for their answers
 * before they ask again would keep now the one thread busy and now the other. Nor is a batch full and the next a remnant,
 * whose commit would cost as much as any.
 */
export function runWriter(
  port: MessagePort,
  file: string,
  addon: string,
  act: Act<Job>,
  family: readonly string[] = [],
): void {
  const connection = openWriter(file, addon)
  const checkpoints = new Checkpoints(connection)
  const keeper = new Keeper(family)
  const waiting: Job[] = []
  let running = false
  let stopping = false

  port.on('message', (message: ToWriter) => {
    if ('stop' in message) stopping = true
    else waiting.push(...message.jobs)
    if (running) return
    running = true
    // After all messages that wait with this one: begun within the first, a batch would hold nothing but that.
    setImmediate(next)
  })
  send({ ready: true })

  async function next(): Promise<void> {
    const many = waiting.length
    const batch = waiting.splice(0, many <= undivided ? many : Math.min(many >> 1, mostPerBatch))
    if (batch.length > 0) {
      if (!(await commit(batch))) return
    }
    if (waiting.length > 0) setImmediate(next)
    else {
      running = false
      if (stopping) stop()
    }
  }

  /** False when the database can no longer be trusted: the loop ends, and main ends the process. */
  async function commit(batch: Job[]): Promise<boolean> {
    try {
      const begun = performance.now()
      const answers = await commitBatch(connection, batch, act, keeper)
      const seconds = (performance.now() - begun) / 1000
      send({ answers, seconds })
      checkpoints.whenDue()
      return true
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error
      send({ failed: error.message })
      return false
    }
  }

  function stop(): void {
    checkpoints.last()
    connection.close()
    send({ stopped: true })
    // Without its port the thread has nothing to wait for, and ends.
    port.close()
  }

  function send(message: FromWriter): void {
    port.postMessage(message)
  }
}
