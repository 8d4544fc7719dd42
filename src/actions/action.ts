import { hash, randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { Allowed } from '../domain/callable.ts'
import { type Event, type EventName, eventTypes } from '../domain/event.ts'
import { parse } from '../domain/input.ts'
import { actorOf, demand, type Principal } from '../domain/principal.ts'
import { Problem } from '../domain/problem.ts'
import { forgettable } from '../domain/remembrance.ts'
import type { RetrySchedule } from '../domain/retry.ts'
import type { Demand } from '../domain/scope.ts'
import type { Tx } from '../engine/transaction.ts'
import { findIdempotencyKey, putIdempotencyKey } from '../store/idempotency.ts'
import { insertEvent } from '../store/outbox.ts'
import { newIdAt } from './ids.ts'
import { queueForListeners } from './webhook-queue.ts'

/** The names that stand in addresses: `{customer}` is a customer's slug or id. The only list of them. */
export type PathName =
  | 'customer'
  | 'instance'
  | 'license'
  | 'entitlement'
  | 'component'
  | 'release'
  | 'zone'
  | 'flag'
  | 'account'
  | 'token'
  | 'webhook'
  | 'delivery'
  | 'user'
  | 'event'
  | 'entry'

export type Path = { [N in PathName]: string }

/** What an action is given. Time and chance come from here and from nowhere else, and `tx` is all it may await. */
export interface Context<Input, At extends PathName = never> {
  principal: Principal
  input: Input
  /** The names in the address: `at.customer` of /customers/{customer}, a slug or an id. */
  at: Pick<Path, At>
  /** Epoch milliseconds, stamped when the action was submitted. */
  now: number
  /** The If-Match header, for matchRevision. */
  ifMatch: string | undefined
  requestId: string
  newId: () => string
  randomBytes: (size: number) => Uint8Array
  settings: Settings
}

/** What the configuration says that rules of actions depend on: plain data, known to the writer from its start. */
export interface Settings {
  /** Of the data directory: what sealed secrets are sealed with. */
  key: Uint8Array
  webhooks: { allowed: Allowed; schedule: RetrySchedule }
}

/** How an action ends: its value and what it says of its change. `secrets` are shown once, and never to a replay. */
export interface Done<Value> {
  value: Value
  events: Event[]
  secrets?: Partial<Value>
}

export const done = <Value>(value: Value, ...events: Event[]): Done<Value> => ({ value, events })

export interface Action<Schema extends z.ZodType = z.ZodType, Value = unknown, At extends PathName = PathName> {
  demand: Demand
  input: Schema
  at: readonly At[]
  run: (tx: Tx, context: Context<z.output<Schema>, At>) => Promise<Done<Value>>
}

/**
 * Everything that can happen is made here: the scope it demands, the schema of its input, and what it does. An author
 * cannot forget authorization, validation, the transaction, the outbox or idempotency: they are below, once.
 */
export function action<Schema extends z.ZodType, Value>(
  demand: Demand,
  input: Schema,
  run: Action<Schema, Value, never>['run'],
): Action<Schema, Value, never>
export function action<Schema extends z.ZodType, Value, const At extends PathName>(
  demand: Demand,
  at: readonly At[],
  input: Schema,
  run: Action<Schema, Value, At>['run'],
): Action<Schema, Value, At>
export function action(demand: Demand, ...rest: unknown[]): unknown {
  const [at, input, run] = rest.length === 3 ? rest : [[], ...rest]
  return { demand, at, input, run }
}

/** What comes with an input from outside. */
export interface Asked {
  at?: Partial<Path>
  ifMatch?: string | undefined
  requestId?: string | undefined
  /** The Idempotency-Key with what it is bound to beside the principal. */
  idempotency?: { key: string; method: string; path: string } | undefined
}

/** An action as it crosses to the writer. */
export interface ActionJob {
  action: string
  principal: Principal
  input: unknown
  asked: Asked
  now: number
}

/** What main learns of a committed action: its value, and which objects changed. */
export interface Committed {
  value: unknown
  secrets?: Record<string, unknown> | undefined
  replayed: boolean
  changed: Changed[]
}

export interface Changed {
  event: EventName
  organization: string
  subject: string
  /** The name of who did it, and the request that asked for it. */
  actor: string
  requestId: string
}

/** Before a job is queued, on the asker's thread: may they, and does the input fit? */
export function check(action: Action, principal: Principal, input: unknown): unknown {
  demand(principal, action.demand)
  return parse(action.input, input)
}

/** Inside the batch's transaction. */
export async function perform(action: Action, tx: Tx, job: ActionJob, settings: Settings): Promise<Committed> {
  const { principal, asked, now } = job
  const key = asked.idempotency && keyOf(job)
  const first = key && (await tx.find(findIdempotencyKey, key))
  if (key && first && first.occurredAt >= forgettable(now).keysBefore)
    return { value: replayOf(first, key), replayed: true, changed: [] }

  const newId = () => newIdAt(now)
  const { value, events, secrets } = await action.run(tx, {
    principal,
    input: job.input,
    at: (asked.at ?? {}) as Path,
    now,
    ifMatch: asked.ifMatch,
    requestId: asked.requestId ?? '',
    newId,
    randomBytes,
    settings,
  })
  for (const each of events) {
    const { id: eventId } = await tx.one(insertEvent, rowOf(each, job))
    await queueForListeners(tx, { organization: principal.organization, eventId, eventName: each.name, now }, newId)
  }
  if (key) await tx.run(putIdempotencyKey, { ...key, body: JSON.stringify(value ?? null), occurredAt: now })
  return {
    value,
    secrets: secrets as Record<string, unknown> | undefined,
    replayed: false,
    changed: events.map(each => changedBy(each, job)),
  }
}

const changedBy = ({ name, subject }: Event, { principal, asked }: ActionJob): Changed => ({
  event: name,
  organization: principal.organization,
  subject,
  actor: principal.name,
  requestId: asked.requestId ?? '',
})

const rowOf = ({ name, subject, data, changedFields }: Event, { principal, now }: ActionJob) => ({
  organizationId: principal.organization,
  eventName: name,
  eventType: eventTypes[name],
  subjectId: subject,
  data: changedFields ? { ...data, changedFields } : data,
  actor: actorOf(principal),
  occurredAt: now,
})

function keyOf({ principal, input, asked: { idempotency, at } }: ActionJob) {
  const { key, method, path } = idempotency as NonNullable<Asked['idempotency']>
  const contentHash = hash('sha256', JSON.stringify([input, at ?? {}]), 'base64')
  return { organizationId: principal.organization, credential: principal.id, method, path, key, contentHash }
}

function replayOf(first: { contentHash: string; body: unknown }, { contentHash }: { contentHash: string }): unknown {
  if (first.contentHash !== contentHash)
    throw new Problem('Idempotency.KeyReused', 'This Idempotency-Key was used for another body. Use a new key.')
  return first.body
}
