import { join } from 'node:path'
import { type ActionJob, perform, type Settings } from '../src/actions/action.ts'
import { type ActionName, actionNamed, keepUsage } from '../src/actions/registry.ts'
import { type Submit, submitTo } from '../src/actions/submit.ts'
import { Problem } from '../src/domain/problem.ts'
import { defaultSchedule } from '../src/domain/retry.ts'
import { commitBatch } from '../src/engine/batch.ts'
import { Keeper } from '../src/engine/keeper.ts'
import { migrateData, takeLock } from '../src/engine/open.ts'
import type { Reader } from '../src/engine/reader.ts'
import { type Connection, openReader, openWriter, packagedAddon } from '../src/engine/sqlite.ts'
import type { Job } from '../src/engine/writer-thread.ts'
import { migrations } from '../src/store/migrations/index.ts'

/** The product's own actions and batches on a data directory, for what would take too long by requests. */
export interface OpenData {
  read: Reader
  submit: Submit
  close: () => void
}

export function openData(data: string, clock: () => number): OpenData {
  const addon = packagedAddon()
  migrateData({ data, addon, migrations })
  const lock = takeLock(data, addon)
  const file = join(data, 'kaiten.db')
  const connection = openWriter(file, addon)
  // Nobody rests on what is made here until all of it is: what a crash of the machine would take is made again.
  connection.exec('pragma synchronous = off; pragma cache_size = -2000000; pragma wal_autocheckpoint = 100000')
  const read = openReader(file, addon)
  const close = () => {
    read.close()
    connection.exec('pragma wal_checkpoint(truncate)')
    connection.close()
    lock.release()
  }
  return { read, submit: submitTo(new Committer(connection), clock), close }
}

// Nothing that is done here is sealed or sent.
const settings: Settings = {
  key: new Uint8Array(32),
  webhooks: { allowed: { http: false, cidrs: [] }, schedule: defaultSchedule },
}

/** In place of the writer's thread: what one turn of the loop brings is one transaction, however much it is. */
class Committer {
  private readonly connection: Connection
  private readonly keeper = new Keeper(keepUsage)
  private waiting: { job: Job; answer: PromiseWithResolvers<unknown> }[] = []

  constructor(connection: Connection) {
    this.connection = connection
  }

  submit(job: Job): Promise<unknown> {
    if (this.waiting.length === 0) setImmediate(() => this.commit())
    const answer = Promise.withResolvers<unknown>()
    this.waiting.push({ job, answer })
    return answer.promise
  }

  private async commit(): Promise<void> {
    const batch = this.waiting
    this.waiting = []
    const jobs = batch.map(({ job }) => job as ActionJob)
    const answers = await commitBatch(this.connection, jobs, act, this.keeper)
    for (const [index, { answer }] of batch.entries()) {
      const given = answers[index]
      if (given && 'value' in given) answer.resolve(given.value)
      else answer.reject(given && 'problem' in given ? Problem.from(given.problem) : new Error(given?.fault))
    }
  }
}

const act = (tx: Parameters<typeof perform>[1], job: ActionJob) =>
  perform(actionNamed(job.action as ActionName), tx, job, settings)

/** As many as one transaction takes: more of them bring nothing. */
export const perWave = 8192

export async function inWaves(count: number, make: (number: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += perWave)
    await Promise.all(Array.from({ length: Math.min(perWave, count - from) }, (_, index) => make(from + index)))
}

/** Numbers in slugs, so that they stand in order. */
export const padded = (number: number) => String(number).padStart(5, '0')
