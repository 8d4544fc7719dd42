import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { ActionJob, Settings } from './actions/action.ts'
import type { ActionName } from './actions/registry.ts'
import type { Tx } from './engine/transaction.ts'
import type { Job } from './engine/writer-thread.ts'
import type { Order } from './safekeeping/orders.ts'

/**
 * The entry of all threads beside main: the writer, which alone changes the database, the reader of what may scan, and
 * now and then one that makes a backup or looks through the database. Each loads what it works with and no more: the
 * actions and their schemas are most of a writer's start.
 */
const started = workerData as
  | { role: 'writer'; file: string; addon: string; settings: Settings }
  | { role: 'reader'; file: string; addon: string }
  | { role: 'safekeeper'; order: Order }
if (!parentPort) throw new Error('thread.ts is started by main as a worker thread.')
void begin(parentPort)

async function begin(port: MessagePort): Promise<void> {
  if (started.role === 'safekeeper') {
    const { runOrder } = await import('./safekeeping/orders.ts')
    await runOrder(port, started.order)
  } else if (started.role === 'reader') {
    const { runReader } = await import('./engine/reader-thread.ts')
    runReader(port, started.file, started.addon)
  } else {
    const { file, addon, settings } = started
    const { perform } = await import('./actions/action.ts')
    const { actionNamed, keepUsage } = await import('./actions/registry.ts')
    const { runWriter } = await import('./engine/writer-thread.ts')
    // Main sends ActionJobs only: see actions/submit.ts.
    const act = (tx: Tx, job: Job) => perform(actionNamed(job.action as ActionName), tx, job as ActionJob, settings)
    runWriter(port, file, addon, act, keepUsage)
  }
}
