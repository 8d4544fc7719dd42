import { statSync } from 'node:fs'
import { join } from 'node:path'
import { begun, checked, RunState } from '../domain/run.ts'
import { readRecord, writeRecord } from './records.ts'

export const runStateOf = (data: string): RunState | undefined => readRecord(join(data, 'kaiten.state'), RunState)

/** This run of the program as the data directory remembers it. Only who holds the process lock has one. */
export class Run {
  private readonly path: string
  private state: RunState

  constructor(data: string, now: number) {
    this.path = join(data, 'kaiten.state')
    const log = statSync(join(data, 'kaiten.db-wal'), { throwIfNoEntry: false })
    this.state = begun(runStateOf(data), { now, logLeft: (log?.size ?? 0) > 0 })
    this.write()
  }

  /** The program before did not end cleanly, and nobody has looked through the database since. */
  get unchecked(): boolean {
    return this.state.unchecked
  }

  get damage(): RunState['damage'] {
    return this.state.damage
  }

  /** The database was looked through; no sentence is good. */
  checked(found: readonly string[], now: number): void {
    this.state = checked(this.state, found, now)
    this.write()
  }

  end(): void {
    this.state = { ...this.state, running: false }
    this.write()
  }

  /** A full disk must not keep the program from starting, nor from ending. */
  private write(): void {
    try {
      writeRecord(this.path, this.state)
    } catch {
      // The file before is still there, and says that a program runs.
    }
  }
}
