import type { IncomingMessage } from 'node:http'
import type { Changed } from '../actions/action.ts'
import type { Submit } from '../actions/submit.ts'
import type { Installation } from '../domain/installation.ts'
import type { Principal } from '../domain/principal.ts'
import type { Visitor } from '../domain/visitor.ts'
import type { Reader, Scanner } from '../engine/reader.ts'
import type { Flags } from '../snapshot/flags.ts'
import type { CallerOf } from './callers.ts'
import type { Metrics } from './metrics.ts'
import type { Passwords } from './passwords.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Readiness } from './readiness.ts'
import type { Reports } from './reports.ts'
import type { Requests } from './requests.ts'
import type { SessionUses } from './session-uses.ts'
import type { SignInAttempts } from './sign-in-attempts.ts'
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
  /** Who looks at the console: the person whose session the request brings. */
  visitorOf: (request: IncomingMessage) => Visitor | undefined
  /** False until the first owner has set up their account. */
  hasUsers: () => boolean
  /** The flags of each organization, from memory. */
  flags: Pick<Flags, 'of' | 'onChange' | 'evaluations'>
  /** Requests per second of each token. */
  rateLimit: Pick<RateLimit, 'spend'>
  /** Hashes what people sign in with. */
  passwords: Passwords
  /** Wrong passwords, by account and address. */
  signInAttempts: SignInAttempts
  /** Last requests of sessions that are not written down yet. */
  sessionUses: SessionUses
  /** Tells of every change that was committed, after memory has followed it. */
  onChange: (listener: (changed: Changed) => void) => void
  /** The courier: what is under way, and what people send by hand. */
  deliveries: Deliveries
  /** The text of a sealed secret; undefined where it was sealed with another key. */
  unseal: (sealed: string) => string | undefined
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
  /** What the console tells of the program and its data. */
  installation: () => Installation
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

export interface Deliveries {
  /** Begins to send. Commands that open the house for a moment do not. */
  start: () => void
  /** Ids of the attempts that are under way. */
  readonly sending: ReadonlySet<number>
  /** Sends what waits of a delivery at once, and resolves when it is written down how that ended. */
  sendNow: (deliveryId: string) => Promise<void>
  /** Something may be due to an endpoint that no event tells of. */
  wakeFor: (endpointId: string) => void
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
