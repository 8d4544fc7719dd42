import type { Changed } from '../actions/action.ts'
import type { Submit } from '../actions/submit.ts'
import type { Principal } from '../domain/principal.ts'
import type { Reader, Scanner } from '../engine/reader.ts'
import type { Flags } from '../snapshot/flags.ts'
import type { CallerOf } from './callers.ts'
import type { Metrics } from './metrics.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Readiness } from './readiness.ts'
import type { Reports } from './reports.ts'
import type { Requests } from './requests.ts'
import type { Streams } from './sse.ts'

/** What the doors of the house lead to: everything a route for machines or people may use. */
export interface House {
  submit: Submit
  /** Main's own read-only connection: point reads and pages by key. */
  read: Reader
  /** The read thread: whatever may scan. */
  scan: Pick<Scanner, 'all'>
  /** Epoch milliseconds. */
  clock: () => number
  /** The principal of a token's text, from memory; undefined if it is unknown, expired or revoked. */
  identify: (token: string) => Principal | undefined
  /** The flags of each organization, from memory. */
  flags: Pick<Flags, 'of' | 'onChange' | 'evaluations'>
  /** Requests per second of each token. */
  rateLimit: Pick<RateLimit, 'spend'>
  /** Tells of every change that was committed, after memory has followed it. */
  onChange: (listener: (changed: Changed) => void) => void
  /** Open event streams. */
  streams: Streams
  /** Origins whose pages may evaluate flags. */
  origins: readonly string[]
  /** Where a request comes from: the one reader of forwarding headers. */
  callerOf: CallerOf
  /** Where people find the house, where that is configured: for links that are sent or shown. */
  publicUrl: string | undefined
  /** Whether people may sign in over http from other machines; see demandSafeWay in callers.ts. */
  allowPlainHttp: boolean
  /** Whether it can take changes. */
  readiness: Readiness
  /** Counts and logs what was answered. */
  requests: Requests
  /** What became of usage reports. */
  reports: Reports
  metrics: Metrics
  log: Log
  version: string
}

/** The log, one line each, whatever is in the fields. */
export interface Log {
  debug: (fields: object, message: string) => void
  info: (fields: object, message: string) => void
  warn: (fields: object, message: string) => void
  error: (fields: object, message: string) => void
  /** Who came in, who was kept out, and what was administered: written whatever the level is. */
  security: (fields: object, message: string) => void
  /** Whether each request gets a line, at debug: what costs something is not asked for otherwise. */
  tellsRequests: boolean
}
