import { join } from 'node:path'
import type { Run } from '../engine/runs.ts'
import type { Told } from './schedule.ts'
import { inThread, type Surroundings } from './thread.ts'

interface Options extends Surroundings {
  data: string
  run: Pick<Run, 'unchecked' | 'checked'>
  clock: () => number
  log: Told
  /** The database is damaged: nothing more may be written. */
  damaged: (why: string) => void
}

/**
 * Looks through the database while it is served already, if the program before did not end cleanly. What acknowledges
 * only after it is on the disk loses nothing by a kill; a disk that lied shows here.
 */
export async function lookAfterUncleanStop(options: Options): Promise<void> {
  const { data, addon, run, clock, log } = options
  if (!run.unchecked) return
  const file = join(data, 'kaiten.db')
  const begun = performance.now()
  log.info({}, 'the program before did not end cleanly: looking through the database')
  try {
    const found = (await inThread(options, { work: 'check', file, addon, quick: true })) as string[]
    run.checked(found, clock())
    const milliseconds = Math.round(performance.now() - begun)
    if (found.length === 0) log.info({ milliseconds }, 'the database is sound')
    else options.damaged(`${file} is damaged: ${found.join('; ')}. Restore a backup: kaiten restore FILE --force`)
  } catch (error) {
    // The look goes on at the next start.
    if (!options.signal?.aborted) log.error({ error: String(error) }, 'the database could not be looked through')
  }
}
