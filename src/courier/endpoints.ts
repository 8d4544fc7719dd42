import type { KeyObject } from 'node:crypto'
import type { Changed } from '../actions/action.ts'
import type { EventName } from '../domain/event.ts'
import { unseal } from '../domain/seal.ts'
import { type WebhookRecord, wants } from '../domain/webhook.ts'
import { signingKey } from '../domain/webhook-signature.ts'
import type { Reader } from '../engine/reader.ts'
import { nextDue } from '../store/webhook-deliveries.ts'
import { webhookById, webhooksAfter } from '../store/webhooks.ts'

const perSlice = 1000
const mostInFlight = 4
const manyFailures = 10
const pause = 1000
const slow = 2000

/** What the courier remembers of an endpoint between two looks at the table. */
export class Endpoint {
  row: WebhookRecord
  /** All that sign at a moment, the new one first; none where they cannot be read. */
  private keys: { key: KeyObject; until: number }[] = []
  /** Epoch milliseconds of the earliest attempt that is due: not before then is the table asked. */
  dueAt = 0
  /** Attempts that are due, in order, and not yet started. */
  queue: { id: number; dueAt: number | null }[] = []
  /** Under way, or ended and not yet written down: the table still shows these as due. */
  readonly busy = new Set<number>()
  inFlight = 0
  /** In a row. */
  failures: number
  /** Of the last attempt; not known at the start. */
  private durationMs = Number.POSITIVE_INFINITY
  private failedAt = 0

  constructor(row: WebhookRecord, key: Uint8Array) {
    this.row = row
    this.failures = row.failures
    this.renew(row, key)
  }

  renew(row: WebhookRecord, sealingKey: Uint8Array): void {
    if ((row.enabled && !this.row.enabled) || row.url !== this.row.url) this.failures = row.failures
    this.row = row
    const secrets = [
      { sealed: row.secret, until: Number.POSITIVE_INFINITY },
      { sealed: row.previousSecret, until: row.previousSecretUntil ?? 0 },
    ]
    this.keys = secrets.flatMap(({ sealed, until }) => {
      const secret = sealed ? unseal(sealingKey, sealed) : undefined
      return secret === undefined ? [] : [{ key: signingKey(secret), until }]
    })
  }

  keysAt(now: number): KeyObject[] {
    return this.keys.filter(({ until }) => until > now).map(({ key }) => key)
  }

  /** Nobody can say that the next attempt will be over soon: others must not have to wait for it. */
  get isDoubtful(): boolean {
    return this.failures > 0 || this.durationMs > slow
  }

  /** While it fails it is tried one at a time, and after many failures with pauses, so that it takes little from others. */
  mayStart(now: number): boolean {
    // The distance, for a clock that is put back must not make the pause longer.
    const isPaused = this.failures >= manyFailures && Math.abs(now - this.failedAt) < pause
    return this.row.enabled && this.inFlight < (this.failures > 0 ? 1 : mostInFlight) && !isPaused
  }

  ended({ succeeded, durationMs }: { succeeded: boolean; durationMs: number }, now: number): void {
    this.failures = succeeded ? 0 : this.failures + 1
    this.durationMs = durationMs
    if (!succeeded) this.failedAt = now
  }
}

/** Every endpoint of every organization, as the commits leave them. */
export class Endpoints {
  private readonly byId = new Map<string, Endpoint>()
  private readonly byOrganization = new Map<string, Set<Endpoint>>()
  private readonly read: Reader
  private readonly key: Uint8Array

  constructor(read: Reader, key: Uint8Array) {
    this.read = read
    this.key = key
    for (let after = ''; ; ) {
      const rows = read.all(webhooksAfter, { after, limit: perSlice })
      for (const row of rows) this.keep(row)
      if (rows.length < perSlice) break
      after = rows.at(-1)?.id ?? ''
    }
  }

  of = (id: string): Endpoint | undefined => this.byId.get(id)

  all = (): Iterable<Endpoint> => this.byId.values()

  /** Follows a commit; gives the endpoints for which something may be due by it. */
  follow({ event, organization, subject }: Changed): Endpoint[] {
    if (aboutEndpoints.has(event)) this.reload(subject)
    const others = this.byOrganization.get(organization)
    return others ? [...others].filter(({ row }) => wants(row, event) || row.id === subject) : []
  }

  /** Asks when its next attempt is due. */
  lookAhead(endpoint: Endpoint): void {
    const next = this.read.find(nextDue, { endpoint: endpoint.row.id })
    endpoint.dueAt = next?.dueAt ?? Number.POSITIVE_INFINITY
  }

  private reload(id: string): void {
    const row = this.read.find(webhookById, { id })
    if (row) this.keep(row)
    const gone = row ? undefined : this.byId.get(id)
    if (!gone) return
    gone.row = { ...gone.row, enabled: false }
    this.byId.delete(id)
    this.byOrganization.get(gone.row.organizationId)?.delete(gone)
  }

  private keep(row: WebhookRecord): void {
    const known = this.byId.get(row.id)
    if (known) {
      known.renew(row, this.key)
      return
    }
    const endpoint = new Endpoint(row, this.key)
    this.byId.set(row.id, endpoint)
    const others = this.byOrganization.get(row.organizationId) ?? new Set()
    this.byOrganization.set(row.organizationId, others.add(endpoint))
  }
}

const aboutEndpoints: ReadonlySet<EventName> = new Set([
  'WEBHOOK_CREATION',
  'WEBHOOK_UPDATE',
  'WEBHOOK_DELETION',
  'WEBHOOK_ENDPOINT_DISABLED',
])
