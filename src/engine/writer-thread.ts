import type { MessagePort } from 'node:worker_threads'
import { type Act, type Answer, commitBatch, StorageFailure } from './batch.ts'
import { openWriter } from './sqlite.ts'

/** A job as it crosses to the writer. `id` pairs it with its answer; the rest is the action's. */
export interface Job {
  id: number
  action: string
}

export type ToWriter = { jobs: Job[] } | { stop: true }
export type FromWriter =
  | { ready: true }
  | { answers: [id: number, answer: Answer][]; batch: number }
  | { failed: string }
  | { stopped: true }

export const mostPerBatch = 256

/** About as many changed pages as SQLite's own checkpoint would wait for. */
const jobsPerCheckpoint = 500

/**
 * The writer's loop: takes all that waited while the last commit ran, commits it as one transaction, answers, and
 * looks again. There is no timer: under load a batch is what arrived meanwhile, and alone a job is committed at once.
 */
export function runWriter(port: MessagePort, file: string, addon: string, act: Act<Job>): void {
  const connection = openWriter(file, addon)
  let waiting: Job[] = []
  let running = false
  let stopping = false
  let sinceCheckpoint = 0

  port.on('message', (message: ToWriter) => {
    if ('stop' in message) stopping = true
    else waiting = waiting.length === 0 ? message.jobs : waiting.concat(message.jobs)
    if (!running) void next()
  })
  send({ ready: true })

  async function next(): Promise<void> {
    running = true
    const batch = waiting.slice(0, mostPerBatch)
    waiting = waiting.slice(mostPerBatch)
    if (batch.length > 0 && !(await commit(batch))) return
    if (sinceCheckpoint >= jobsPerCheckpoint) checkpoint()
    if (waiting.length > 0) setImmediate(next)
    else {
      running = false
      if (stopping) stop()
    }
  }

  async function commit(batch: Job[]): Promise<boolean> {
    try {
      const answers = await commitBatch(connection, batch, act)
      sinceCheckpoint += batch.length
      send({ answers: batch.map((job, index) => [job.id, answers[index] as Answer]), batch: batch.length })
      return true
    } catch (error) {
      if (!(error instanceof StorageFailure)) throw error
      send({ failed: error.message })
      return false
    }
  }

  function checkpoint(): void {
    sinceCheckpoint = 0
    connection.pragma('wal_checkpoint(passive)')
  }

  function stop(): void {
    connection.pragma('wal_checkpoint(truncate)')
    connection.close()
    send({ stopped: true })
    port.close()
  }

  function send(message: FromWriter): void {
    port.postMessage(message)
  }
}
