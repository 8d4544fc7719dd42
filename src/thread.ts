import { parentPort, workerData } from 'node:worker_threads'
import { type ActionJob, perform, type Settings } from './actions/action.ts'
import { type ActionName, actionNamed } from './actions/registry.ts'
import { runReader } from './engine/reader-thread.ts'
import type { Job } from './engine/writer-thread.ts'
import { runWriter } from './engine/writer-thread.ts'

/** The entry of both threads beside main: the writer, which alone changes the database, and the reader of what may scan. */
const { role, file, addon, settings } = workerData as {
  role: 'writer' | 'reader'
  file: string
  addon: string
  settings: Settings
}
if (!parentPort) throw new Error('thread.ts is started by main as a worker thread.')
if (role === 'reader') runReader(parentPort, file, addon)
else
  runWriter(parentPort, file, addon, (tx, job: Job) =>
    // Main sends ActionJobs only: see actions/submit.ts.
    perform(actionNamed(job.action as ActionName), tx, job as ActionJob, settings),
  )
