import { statfs } from 'node:fs/promises'

const lookEvery = 5000
/** A quarter above the floor is room again: on the line itself a file more or less would change its mind all the time. */
const roomAgain = 1.25

export interface DiskWatchOptions {
  /** Bytes; 0 watches nothing. */
  floor: number
  /** Free bytes for whoever is not root. */
  free: () => Promise<number>
  /** Called once when the disk runs low, and once when there is room again. */
  told: (watch: DiskWatch) => void
}

/**
 * Looks at the room on the disk before SQLite has to: below the floor nothing new is taken, while there is still room for
 * what must go on.
 */
export class DiskWatch {
  readonly floor: number
  /** Bytes, when it was last looked at. */
  free = Number.POSITIVE_INFINITY
  isLow = false
  private readonly options: DiskWatchOptions
  private timer: NodeJS.Timeout | undefined

  constructor(options: DiskWatchOptions) {
    this.options = options
    this.floor = options.floor
  }

  async start(): Promise<void> {
    if (this.floor === 0) return
    await this.look()
    this.timer = setInterval(() => void this.look(), lookEvery).unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** A disk that cannot be asked is left as it was: whatever is wrong with it, SQLite will say. */
  look = async (): Promise<void> => {
    const free = await this.options.free().catch(() => undefined)
    if (free === undefined) return
    this.free = free
    const isLow = free < (this.isLow ? this.floor * roomAgain : this.floor)
    if (isLow === this.isLow) return
    this.isLow = isLow
    this.options.told(this)
  }
}

/** Of the disk that a folder is on. */
export const freeBytes = (folder: string) => async (): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
