import { Problem } from '../domain/problem.ts'

/** What must be so for the house to take changes. */
interface Known {
  writer: { isAlive: boolean }
  disk: { isLow: boolean }
}

/**
 * Can the house take changes? By the time there is one, migrations are done and memory is loaded. False as soon as it is
 * about to stop, so that whoever sends requests here looks elsewhere before they would be refused.
 */
export class Readiness {
  private readonly known: Known
  private ended = false

  constructor(known: Known) {
    this.known = known
  }

  end(): void {
    this.ended = true
  }

  /** Throws the problem that stands in the way. */
  demand(): void {
    const { writer, disk } = this.known
    if (this.ended) throw stopping()
    if (!writer.isAlive) throw new Problem('Storage.Failed', 'The database cannot be written.', retryAfter(30))
    if (disk.isLow) throw full()
  }
}

const stopping = () => new Problem('Server.Stopping', 'The server is stopping.', retryAfter(5))
const full = () => new Problem('Storage.Full', 'The disk is nearly full: changes are refused.', retryAfter(30))
const retryAfter = (seconds: number) => ({ headers: { 'Retry-After': String(seconds) } })
