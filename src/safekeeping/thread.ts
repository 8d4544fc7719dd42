import { statSync } from 'node:fs'
import { startThread } from '../engine/thread.ts'
import type { FromOrder, Order, Progress } from './orders.ts'
import { Refused } from './refused.ts'

export interface Surroundings {
  /** Source text of the threads, bundled. */
  threadCode: string
  addon: string
  /** Is told how far the work is, some times a second. */
  progress?: (progress: Progress) => void
  /** Ends the work. */
  signal?: AbortSignal
}

/** Has an order done in a thread of its own, and resolves with what it came to. */
export function inThread({ threadCode, progress, signal }: Surroundings, order: Order): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const worker = startThread(threadCode, { role: 'safekeeper', order })
  let watching: NodeJS.Timeout | undefined
  const follow = (now: Progress) => {
    clearInterval(watching)
    progress?.(now)
    const { growing } = now
    if (!progress || growing === undefined) return
    watching = setInterval(
      () => progress({ ...now, done: statSync(growing, { throwIfNoEntry: false })?.size ?? 0 }),
      100,
    )
  }
  worker.on('message', (message: FromOrder) => {
    if ('progress' in message) follow(message.progress)
    else if ('value' in message) resolve(message.value)
    else reject('refused' in message ? new Refused(message.refused) : new Error(message.failed))
  })
  worker.on('error', reject)
  const gone = new Promise<void>(resolve =>
    worker.on('exit', code => {
      reject(new Error(`The thread ended by itself, with exit code ${code}.`))
      resolve()
    }),
  )
  const abort = () => {
    reject(new Refused('Interrupted.'))
    void worker.terminate()
  }
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return promise.finally(async () => {
    clearInterval(watching)
    signal?.removeEventListener('abort', abort)
    // Until then it may still write a file that somebody is about to remove.
    await gone
  })
}
