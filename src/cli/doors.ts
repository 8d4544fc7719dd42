import type { Config } from '../config.ts'
import type { Run } from '../engine/runs.ts'
import type { House, Log } from '../web/house.ts'

/** What the commands are given by the composition root: how to open the data directory and the doors to it. */
export interface Doors {
  /** The file to load SQLite's addon from, for work in this data directory; throws CannotOpen. */
  addon: (data: string) => string
  /** Source text of the threads beside main, bundled. */
  threadCode: string
  version: string
  openHouse: (config: Config, surroundings: Surroundings) => Promise<OpenHouse>
  /** The front door: http on host and port. */
  serve: (house: House, config: Config) => Promise<Served>
  /** The door for the person at the machine: a socket in the data directory. */
  serveOperator: (house: House, config: Config) => Promise<Served>
  /** Ends the process at once: for when the database can no longer be trusted. */
  end: (code: number) => void
}

export interface Surroundings {
  /** Path of SQLite's addon: the same for all threads. */
  addon: string
  log: Log
  /** Epoch milliseconds; Date.now but in tests. */
  clock?: () => number
  /** The database can no longer be trusted or a thread has died: end the process. */
  died: (reason: string) => void
}

export interface OpenHouse extends House {
  /** This run as the data directory remembers it: whether the one before ended cleanly. */
  run: Run
  /** What happens by the clock, for tests to bring about without waiting. */
  clockwork: { everySecond: () => Promise<void>; everyMinute: () => Promise<void>; everyHour: () => Promise<void> }
  courier: { everySecond: () => void }
  /** Writes down what memory holds, finishes what was submitted, and closes. */
  close: () => Promise<void>
}

export interface Served {
  /** http://127.0.0.1:6060, or the socket's path. */
  url: string
  /** No new requests; those in flight are finished. */
  stop: () => Promise<void>
}
