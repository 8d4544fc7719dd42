import { bucketOf, buckets } from './bucket.ts'
import type { FlagType } from './flag.ts'
import { CelError, type CompiledRule, type Moment } from './rule/rule.ts'

/**
 * The flags of an organization as they are evaluated. Every outcome exists before it is asked for, with its JSON as
 * text, so that an evaluation makes nothing new. Source of this file: flags.md, "Evaluation order" and "Bucketing".
 */
export interface FlagSet {
  /** Raised by every write of a flag of the organization. */
  readonly revision: number
  /** Sorted, as the flags are. */
  readonly keys: readonly string[]
  /** How many of them are not disabled. */
  readonly enabled: number
  /** Whether the rules of any enabled flag read `__kaiten`, and `now`. */
  readonly readsFacts: boolean
  readonly readsNow: boolean
  /** Changes exactly when the share of some progressive rollout does; empty where there is none. */
  readonly bucketStep: (now: number) => string
  readonly flags: ReadonlyMap<string, CompiledFlag>
}

/** What a flag is evaluated for: an object as JSON.parse gives it. */
export type EvaluationContext = Readonly<Record<string, unknown>>

export type Reason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED'

/** How often a flag came to something. Counted where it is asked for; evaluating alone counts nothing. */
export interface Tally {
  count: number
}

/** What a flag came to. */
export interface Evaluation {
  readonly key: string
  readonly value: unknown
  readonly reason: Reason
  readonly variant: string
  /** The rule that was true. */
  readonly rule: string | undefined
  /** Rules on the way that were neither true nor false. */
  readonly broken: readonly BrokenRule[]
  /** The answer of OFREP as JSON text: key, value, reason, variant, metadata. */
  readonly json: string
  /** The same behind a comma, as one text: a list of a hundred is put together of half as many. */
  readonly listed: string
  /** Length of `json` in UTF-8. */
  readonly bytes: number
  /** Of all outcomes with this reason. */
  readonly tally: Tally
}

export interface BrokenRule {
  readonly name: string
  readonly error: string
}

export interface Failure {
  readonly key: string
  readonly errorCode: 'TARGETING_KEY_MISSING'
  readonly errorDetails: string
  readonly tally: Tally
}

export type Resolved = Evaluation | Failure

/** Picks one of the prebuilt outcomes. */
export type Choose = (context: EvaluationContext, now: number) => Resolved

export interface CompiledTargetingRule {
  readonly name: string
  readonly source: string
  /** Compiled when it is first asked for. */
  readonly condition: Pick<CompiledRule, 'evaluate'>
  readonly choose: Choose
}

export interface CompiledFlag {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly type: FlagType
  readonly salt: string
  /** The one outcome of a disabled flag. */
  readonly disabled: Evaluation | undefined
  readonly rules: readonly CompiledTargetingRule[]
  readonly otherwise: Choose
  /** The three below are of enabled flags alone. */
  readonly readsFacts: boolean
  readonly readsNow: boolean
  readonly rollouts: readonly Rollout[]
}

export function flagSet(revision: number, flags: readonly CompiledFlag[]): FlagSet {
  const sorted = flags.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  const rollouts = sorted.flatMap(flag => flag.rollouts)
  return {
    revision,
    keys: sorted.map(({ key }) => key),
    enabled: sorted.filter(({ disabled }) => disabled === undefined).length,
    readsFacts: sorted.some(flag => flag.readsFacts),
    readsNow: sorted.some(flag => flag.readsNow),
    bucketStep: rollouts.length === 0 ? () => '' : now => rollouts.map(rollout => stepAt(rollout, now)).join(),
    flags: new Map(sorted.map(flag => [flag.key, flag])),
  }
}

export const emptyFlagSet = flagSet(0, [])

export type OutcomeText = Pick<Evaluation, 'json' | 'listed' | 'bytes'>

export function outcomeText(text: string): OutcomeText {
  const listed = `,${text}`
  // Of a slice both are one text in memory.
  const json = listed.slice(1)
  return { json, listed, bytes: Buffer.byteLength(json) }
}

/** Never throws: a rule that fails is no match, and is told of in the metadata. */
export function evaluate(flag: CompiledFlag, context: EvaluationContext, moment: Moment): Resolved {
  if (flag.disabled) return flag.disabled
  let broken: BrokenRule[] | undefined
  for (const rule of flag.rules) {
    const verdict = rule.condition.evaluate(context, moment)
    if (verdict === true) return told(rule.choose(context, moment.now), broken)
    if (verdict instanceof CelError) {
      broken ??= []
      broken.push({ name: rule.name, error: verdict.message })
    }
  }
  return told(flag.otherwise(context, moment.now), broken)
}

function told(resolved: Resolved, broken: readonly BrokenRule[] | undefined): Resolved {
  if (broken === undefined || !('json' in resolved)) return resolved
  const text = broken.map(({ name, error }) => `${name}: ${error}`).join('; ')
  // The text ends with the braces of metadata and of the whole.
  return {
    ...resolved,
    broken,
    ...outcomeText(`${resolved.json.slice(0, -2)},"kaiten.brokenTargetingRules":${JSON.stringify(text)}}}`),
  }
}

/** Who a percentage is cut by: `targetingKey`, else `tenantSlug`. An empty one is none. */
export function bucketKeyOf({ targetingKey, tenantSlug }: EvaluationContext): string | undefined {
  if (typeof targetingKey === 'string' && targetingKey !== '') return targetingKey
  return typeof tenantSlug === 'string' && tenantSlug !== '' ? tenantSlug : undefined
}

/** The bucket of a context in a flag, from 0 to 99,999; undefined without a key. */
export function bucketIn({ salt }: Pick<CompiledFlag, 'salt'>, context: EvaluationContext): number | undefined {
  const key = bucketKeyOf(context)
  return key === undefined ? undefined : bucketOf(salt, key)
}

/** A progressive rollout: the end variant's share, in buckets, grows from one moment (epoch milliseconds) to another. */
export interface Rollout {
  readonly start: number
  readonly end: number
  readonly from: number
  readonly to: number
}

/** How many buckets have the end variant. Before the start it is −1 and from the end on one more than there are: no bucket decides. */
export function stepAt({ start, end, from, to }: Rollout, now: number): number {
  if (now < start) return -1
  if (now >= end) return buckets + 1
  return Math.floor(from + ((to - from) * (now - start)) / (end - start))
}
