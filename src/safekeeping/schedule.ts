import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backupName, backupsAmong, isDue } from '../domain/backup.ts'
import { backUp, workPrefix } from './backup.ts'
import { backupsOf, rememberBackups } from './backup-records.ts'
import { sentenceOf } from './refused.ts'
import type { Surroundings } from './thread.ts'

export interface Told {
  info: (fields: object, message: string) => void
  error: (fields: object, message: string) => void
}

export interface ScheduleOptions extends Pick<Surroundings, 'threadCode' | 'addon'> {
  data: string
  version: string
  /** Where they go; what lies there and has another name is left alone. */
  dir: string
  /** Milliseconds. */
  every: number
  keep: number
  clock: () => number
  log: Told
}

/** A backup that failed is tried again after this long, or at its next time where that is sooner. */
const patience = 10 * 60_000

/** Takes backups by the clock, in a thread of their own, and keeps the last few. */
export class ScheduledBackups {
  private readonly options: ScheduleOptions
  private readonly ending = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  private triedAt = Number.NEGATIVE_INFINITY

  constructor(options: ScheduleOptions) {
    this.options = options
  }

  start(): void {
    this.timer = setInterval(() => void this.whenDue(), 60_000)
    this.timer.unref()
    void this.whenDue()
  }

  /** Ends a backup in the making; nothing of it is left. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.ending.abort()
    await this.running
  }

  /** Takes a backup if one is due; resolves when it is taken, or has failed. */
  whenDue(): Promise<void> {
    this.running ??= this.look().finally(() => {
      this.running = undefined
    })
    return this.running
  }

  private async look(): Promise<void> {
    const { dir, every, clock } = this.options
    const now = clock()
    if (Math.abs(now - this.triedAt) < Math.min(every, patience)) return
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 })
      if (!isDue(readdirSync(dir), now, every)) return
      this.triedAt = now
      await this.take(now)
      await this.tidy(now)
    } catch (error) {
      if (!this.ending.signal.aborted) this.failed(now, sentenceOf(error))
    }
  }

  private async take(now: number): Promise<void> {
    const { data, dir, version, log } = this.options
    const target = join(dir, backupName(now))
    const begun = performance.now()
    const made = await backUp({ ...this.options, signal: this.ending.signal }, { data, version, now, target })
    rememberBackups(data, { last: { at: now, file: target, bytes: made.bytes } })
    const milliseconds = Math.round(performance.now() - begun)
    log.info({ file: target, bytes: made.bytes, milliseconds }, 'backup taken')
  }

  /** The oldest beyond those that are kept, and what a killed program left in the making. */
  private async tidy(now: number): Promise<void> {
    const { dir, keep } = this.options
    const names = readdirSync(dir)
    const left = names.filter(name => name.startsWith(workPrefix) && now - modified(join(dir, name)) > 86_400_000)
    for (const name of [...backupsAmong(names).slice(keep), ...left])
      await rm(join(dir, name), { recursive: true, force: true })
  }

  private failed(now: number, why: string): void {
    const { data, dir, log } = this.options
    this.triedAt = now
    rememberBackups(data, { ...backupsOf(data), failure: { at: now, why } })
    log.error({ dir, why }, 'the scheduled backup failed; it is tried again')
  }
}

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
