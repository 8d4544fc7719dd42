import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { FeatureFlagMerge } from '../actions/feature-flags.ts'
import { FlagType } from '../domain/flag.ts'
import { compileFlag } from '../domain/flag-compile.ts'
import { contentOf } from '../domain/flag-content.ts'
import { type CompiledFlag, evaluate } from '../domain/flag-set.ts'
import { type FlagTrace, FlagVerdict, trace, verdictOf } from '../domain/flag-trace.ts'
import { jsonObject, Reference } from '../domain/input.ts'
import { factsJson } from '../domain/instance-facts.ts'
import { type Principal, sees } from '../domain/principal.ts'
import { found, invalid } from '../domain/problem.ts'
import type { Reader } from '../engine/reader.ts'
import { featureFlagAt } from '../store/feature-flags.ts'
import { instanceAt } from '../store/instances.ts'
import { factsFor } from './facts.ts'
import type { Flags } from './flags.ts'

/** Evaluations for people who write flags and want to know why: nothing here changes anything or is audited. */
interface Known {
  read: Reader
  flags: Pick<Flags, 'of'>
  clock: () => number
}

const Context = jsonObject(1024)

export const FlagTrial = z.strictObject({
  context: Context.default({}),
  instanceSlug: Reference.optional(),
  draft: FeatureFlagMerge.optional(),
})

/**
 * One flag, with why. For an instance its facts are read and `context` is laid over its own; a draft is laid over what
 * is stored, which stays as it is.
 */
export function tryFlag(
  { read, clock }: Omit<Known, 'flags'>,
  principal: Principal,
  reference: string,
  { context, instanceSlug, draft }: z.output<typeof FlagTrial>,
): z.infer<typeof FlagTrace> {
  const { organization } = principal
  const stored = found(read.find(featureFlagAt(organization, reference)), 'FeatureFlag.NotFound')
  const flag = draft ? { ...stored, ...contentOf(draft, stored, 'body.draft') } : stored
  const own = instanceSlug === undefined ? undefined : instanceContext(instanceNamed(read, principal, instanceSlug))
  const now = clock()
  const facts = factsFor(read, principal, own ?? context, now)
  return trace(compileFlag(flag, organization), { ...own, ...context }, { now, facts })
}

/** An instance as its flags see it. */
const instanceContext = ({ slug, id }: { slug: string | null; id: string }) => {
  const key = slug ?? id
  return { tenantSlug: key, targetingKey: key }
}

function instanceNamed(read: Reader, principal: Principal, reference: string) {
  const row = read.find(instanceAt(principal.organization, reference))
  if (row && sees(principal, row.id)) return row
  throw invalid({ location: 'body.instanceSlug', message: 'names nothing that exists', value: reference })
}

export const InstanceFlags = z.object({
  items: z.array(FlagVerdict.extend({ name: z.string(), type: FlagType })),
  total: z.int(),
  hasMore: z.literal(false),
  context: Context,
  facts: Context.nullable(),
})

/** Flags that are evaluated without letting others have their turn. */
const perTurn = 500

/** Flags as they resolve for an instance, all where none are named; `more` is laid over its own context. */
export async function flagsOfInstance(
  { read, flags, clock }: Known,
  principal: Principal,
  instance: { slug: string | null; id: string },
  more: object = {},
  shown: Iterable<CompiledFlag> = flags.of(principal.organization).flags.values(),
): Promise<z.infer<typeof InstanceFlags>> {
  const own = instanceContext(instance)
  const context = { ...own, ...more }
  const now = clock()
  const facts = factsFor(read, principal, own, now)
  const items: z.infer<typeof InstanceFlags>['items'] = []
  for (const flag of shown) {
    const { key, ...verdict } = verdictOf(evaluate(flag, context, { now, facts }))
    items.push({ key, name: flag.name, type: flag.type, ...verdict })
    if (items.length % perTurn === 0) await setImmediate()
  }
  return { items, total: items.length, hasMore: false, context, facts: facts ? factsJson(facts) : null }
}
