import { Problem, type ProblemData } from '../domain/problem.ts'
import { Keeper } from './keeper.ts'
import { isPlain } from './plain.ts'
import { type Connection, isFull } from './sqlite.ts'
import { Transaction, type Tx } from './transaction.ts'

/** What the engine asks of an action: do your work with this transaction. */
export type Act<Job> = (tx: Tx, job: Job) => Promise<unknown>

/** How a job ended: with a value, a problem of the asker's, or a fault of ours (its stack, for the log). */
export type Answer = { value: unknown } | { problem: ProblemData } | { fault: string }

/** SQLite's result codes after which nothing more should be tried: the disk or the file is not to be trusted. */
const fatal = /^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/

export class StorageFailure extends Error {}

/**
 * Runs jobs in one transaction and answers each in order. All are committed together, once. A job that throws undoes
 * only itself: where it had written something, or what it put off cannot be written, the batch is rolled back and runs
 * again with a savepoint for each.
 * Throws StorageFailure when the database itself cannot be trusted any more; nothing was committed then.
 */
export async function commitBatch<Job>(
  connection: Connection,
  jobs: readonly Job[],
  act: Act<Job>,
  keeper = new Keeper(),
): Promise<Answer[]> {
  const overstayed = new Map<Job, Answer>()
  for (let savepoints = false; ; savepoints = true) {
    const staying = jobs.filter(job => !overstayed.has(job))
    const answers = await attempt({ connection, act, keeper, savepoints }, staying)
    if (Array.isArray(answers)) {
      const answered = answers.values()
      return jobs.map(job => overstayed.get(job) ?? (answered.next().value as Answer))
    }
    if (answers.culprit !== undefined) overstayed.set(answers.culprit, { fault: overstay(answers.culprit) })
  }
}

/** The batch has to run again: with savepoints, and without the job that awaited something else. */
interface Again<Job> {
  culprit?: Job
}

/** How a batch is run: by whom, and whether each job can be undone by itself. */
interface Manner<Job> {
  connection: Connection
  act: Act<Job>
  keeper: Keeper
  savepoints: boolean
}

async function attempt<Job>(manner: Manner<Job>, jobs: readonly Job[]): Promise<Answer[] | Again<Job>> {
  const { connection, keeper } = manner
  const tx = new Transaction(connection, keeper)
  const guard = turnGuard()
  let current: Job | undefined
  let committed = false
  const performAll = async (): Promise<Answer[] | Again<Job>> => {
    const answers: Answer[] = []
    for (current of jobs) {
      await keeper.turnTo(nameOf(current), tx)
      const answer = await perform(manner, tx, current)
      if (answer === 'again') return {}
      answers.push(answer)
    }
    await keeper.flush(tx)
    connection.exec('commit')
    committed = true
    return answers
  }
  try {
    connection.exec('begin immediate')
    return await Promise.race([performAll(), guard.turned])
  } catch (error) {
    if (error instanceof LoopTurned && current !== undefined) return { culprit: current }
    if (error instanceof StorageFailure) throw error
    const answer = answerTo(error)
    // It may be what was put off for one job that cannot be written.
    if ('fault' in answer && !manner.savepoints) return {}
    return jobs.map(() => answer)
  } finally {
    guard.release()
    tx.end()
    if (!committed) rollBack(manner)
  }
}

async function perform<Job>(
  { connection, act, keeper, savepoints }: Manner<Job>,
  tx: Transaction,
  job: Job,
): Promise<Answer | 'again'> {
  const before = connection.writes
  if (savepoints) connection.exec('savepoint job')
  try {
    const value = await act(tx, job)
    tx.mustBeOpen()
    if (!isPlain(value)) throw new TypeError(`The value of ${nameOf(job)} is not plain data and cannot cross to main.`)
    if (savepoints) {
      await keeper.flush(tx)
      connection.exec('release job')
    }
    return { value }
  } catch (error) {
    // Here the batch ends: its transaction is over, or SQLite has undone all of it (some do on a full disk).
    if (!tx.isOpen) throw error
    const answer = answerTo(error)
    if (savepoints) {
      connection.exec('rollback to job; release job')
      keeper.forget()
    } else if (connection.writes > before) return 'again'
    return answer
  }
}

function rollBack({ connection, keeper }: Pick<Manner<unknown>, 'connection' | 'keeper'>): void {
  keeper.forget()
  try {
    // On a full disk SQLite may have done it already.
    if (connection.database.inTransaction) connection.exec('rollback')
  } catch (error) {
    throw new StorageFailure(`A transaction could not be rolled back: ${String(error)}`, { cause: error })
  }
}

function answerTo(error: unknown): Answer {
  if (error instanceof Problem && isPlain(error.data)) return { problem: error.data }
  const code = codeOf(error)
  if (isFull(error))
    return {
      problem: {
        code: 'Storage.Full',
        detail: 'The disk is full; nothing was changed.',
        headers: { 'Retry-After': '30' },
      },
    }
  if (code.startsWith('SQLITE_BUSY'))
    return {
      problem: { code: 'Server.Busy', detail: 'Another program holds the database.', headers: { 'Retry-After': '1' } },
    }
  if (fatal.test(code)) throw new StorageFailure(`${code}: ${String(error)}`, { cause: error })
  return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** SQLite's name of a failure; empty where there is none. */
export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

class LoopTurned extends Error {}

/** A batch begins and ends within one turn of the loop. An immediate set at its start fires only if it does not. */
function turnGuard(): { turned: Promise<never>; release: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  const immediate = setImmediate(() => reject(new LoopTurned()))
  return { turned: promise, release: () => clearImmediate(immediate) }
}

const overstay = (job: unknown): string => `${nameOf(job)} awaited something other than its tx; it was rolled back.`

const nameOf = (job: unknown): string =>
  typeof job === 'object' && job !== null && 'action' in job ? String(job.action) : 'an action'
