import { parentPort, workerData } from 'node:worker_threads'
import { type ActionJob, perform, type Settings } from './actions/action.ts'
import { type ActionName, actionNamed } from './actions/registry.ts'
import { runReader } from './engine/reader-thread.ts'
import type { Job } from './engine/writer-thread.ts'
import { runWriter } from './engine/writer-thread.ts'
import { type Order, runOrder } from './safekeeping/orders.ts'

/**
 * The entry of all threads beside main: the writer, which alone changes the database, the reader of what may scan, and
 * now and then one that makes a backup or looks through the database.
 */
const started = workerData as
  | { role: 'writer'; file: string; addon: string; settings: Settings }
  | { role: 'reader'; file: string; addon: string }
  | { role: 'safekeeper'; order: Order }
if (!parentPort) throw new Error('thread.ts is started by main as a worker thread.')
if (started.role === 'safekeeper') void runOrder(parentPort, started.order)
else if (started.role === 'reader') runReader(parentPort, started.file, started.addon)
else
  runWriter(parentPort, started.file, started.addon, (tx, job: Job) =>
    // Main sends ActionJobs only: see actions/submit.ts.
    perform(actionNamed(job.action as ActionName), tx, job as ActionJob, started.settings),
  )
