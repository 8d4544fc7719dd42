import { buckets, sharesOf } from './bucket.ts'
import { choiceOfRule, type FlagContent, type FlagRecord, type TargetingRule, type Variant } from './flag.ts'
import type { Choice, Percentage, Progressive } from './flag-choice.ts'
import {
  bucketIn,
  type Choose,
  type CompiledFlag,
  type CompiledTargetingRule,
  type Evaluation,
  type Failure,
  type OutcomeText,
  outcomeText,
  type Reason,
  type Rollout,
  stepAt,
  type Tally,
} from './flag-set.ts'
import { CelError, type CompiledRule, compileRule } from './rule/rule.ts'

/** What of a flag is compiled. */
export type Compilable = Pick<FlagRecord, 'id' | 'slug' | 'name' | 'revision' | keyof FlagContent>

/**
 * A flag made ready: every outcome that it can have, with its JSON text. Its rules are compiled when they are first
 * asked for, which takes 60 µs for a typical one: ten thousand flags at a start would take half a second.
 */
export function compileFlag(flag: Compilable, flagSetId: string, tallyOf: TallyOf = uncounted): CompiledFlag {
  const { id, slug: key, enabled, defaultVariant, targetingRules } = flag
  const salt = flag.salt ?? key
  const outcomes = new Outcomes(flag, flagSetId, tallyOf)
  const rules = targetingRules.map(rule => compiledRule(rule, outcomes, salt))
  const reason = targetingRules.length === 0 && defaultVariant.type === 'basic' ? 'STATIC' : 'DEFAULT'
  return {
    id,
    key,
    name: flag.name,
    type: flag.type,
    salt,
    disabled: enabled ? undefined : outcomes.of('DISABLED', variantWhenDisabled(flag), undefined),
    rules,
    otherwise: chooserOf(defaultVariant, { outcomes, salt, reason, rule: undefined }),
    readsFacts: enabled && rules.some(rule => rule.readsFacts),
    readsNow: enabled && rules.some(rule => rule.readsNow),
    rollouts: enabled
      ? [defaultVariant, ...targetingRules].flatMap(each => (isProgressive(each) ? rolloutOf(each) : []))
      : [],
  }
}

/** Where the outcomes of a reason are counted. */
export type TallyOf = (reason: Reason | 'ERROR') => Tally

const uncounted: TallyOf = () => ({ count: 0 })

const isProgressive = (choice: Choice | TargetingRule): choice is Progressive & TargetingRule =>
  choice.type === 'rolloutDate'

/** Clients fail without a value, also for a disabled flag. */
function variantWhenDisabled({ defaultVariant, variants }: Compilable): string {
  if (defaultVariant.type === 'basic') return defaultVariant.value
  if (defaultVariant.type === 'rolloutDate') return defaultVariant.start.variant
  return (variants.find(({ value }) => value === false) ?? variants[0])?.name ?? ''
}

// ---- outcomes

/** The outcomes that a flag can come to; one text for each pair of variant and reason. */
class Outcomes {
  readonly missingKey: Failure
  readonly variants: readonly Variant[]
  private readonly flag: Compilable
  private readonly metadata: string
  private readonly texts = new Map<string, OutcomeText>()
  private readonly tallyOf: TallyOf

  constructor(flag: Compilable, flagSetId: string, tallyOf: TallyOf) {
    this.flag = flag
    this.tallyOf = tallyOf
    this.variants = flag.variants
    this.metadata = JSON.stringify({ flagSetId, version: flag.revision })
    const errorDetails = `The flag ${flag.slug} is rolled out by percentage: the context needs a targetingKey, or a tenantSlug.`
    this.missingKey = { key: flag.slug, errorCode: 'TARGETING_KEY_MISSING', errorDetails, tally: tallyOf('ERROR') }
  }

  of(reason: Reason, variant: string, rule: string | undefined): Evaluation {
    const value = this.variants.find(({ name }) => name === variant)?.value ?? null
    const text = this.text(reason, variant, value)
    return { key: this.flag.slug, value, reason, variant, rule, broken: none, ...text, tally: this.tallyOf(reason) }
  }

  private text(reason: Reason, variant: string, value: unknown): OutcomeText {
    const name = `${reason} ${variant}`
    const known = this.texts.get(name)
    if (known !== undefined) return known
    const head = JSON.stringify({ key: this.flag.slug, value, reason, variant })
    const text = outcomeText(`${head.slice(0, -1)},"metadata":${this.metadata}}`)
    this.texts.set(name, text)
    return text
  }
}

const none: readonly never[] = []

// ---- choices

interface Place {
  outcomes: Outcomes
  salt: string
  /** Where no percentage decides. */
  reason: Reason
  rule: string | undefined
}

function chooserOf(choice: Choice, place: Place): Choose {
  if (choice.type === 'rolloutPercentage') return byPercentage(choice, place)
  if (choice.type === 'rolloutDate') return byTime(choice, place)
  const outcome = place.outcomes.of(place.reason, choice.value, place.rule)
  return () => outcome
}

function byPercentage({ value }: Percentage, { outcomes, salt, rule }: Place): Choose {
  const names = outcomes.variants.map(({ name }) => name)
  const shares = sharesOf(value.rolloutPercentage.distribution, names).map(({ variant, end }) => ({
    end,
    outcome: outcomes.of('SPLIT', variant, rule),
  }))
  return context => {
    const bucket = bucketIn({ salt }, context)
    if (bucket === undefined) return outcomes.missingKey
    for (const { end, outcome } of shares) if (bucket < end) return outcome
    throw new Error('The last share ends at the last bucket.')
  }
}

function byTime(choice: Progressive, { outcomes, salt, reason, rule }: Place): Choose {
  const rollout = rolloutOf(choice)
  const { start, end } = choice
  const before = outcomes.of(reason, start.variant, rule)
  const after = outcomes.of(reason, end.variant, rule)
  const notYet = outcomes.of('SPLIT', start.variant, rule)
  const already = outcomes.of('SPLIT', end.variant, rule)
  return (context, now) => {
    const step = stepAt(rollout, now)
    if (step < 0) return before
    if (step > buckets) return after
    const bucket = bucketIn({ salt }, context)
    if (bucket === undefined) return outcomes.missingKey
    return bucket < step ? already : notYet
  }
}

const rolloutOf = ({ start, end }: Progressive): Rollout => ({
  start: Date.parse(start.date),
  end: Date.parse(end.date),
  from: Math.round((start.percentage * buckets) / 100),
  to: Math.round((end.percentage * buckets) / 100),
})

// ---- rules

function compiledRule(rule: TargetingRule, outcomes: Outcomes, salt: string) {
  const { name, rule: source } = rule
  return new LazyRule(
    name,
    source,
    chooserOf(choiceOfRule(rule), { outcomes, salt, reason: 'TARGETING_MATCH', rule: name }),
  )
}

class LazyRule implements CompiledTargetingRule {
  readonly name: string
  readonly source: string
  readonly choose: Choose
  private compiled: Condition | undefined

  constructor(name: string, source: string, choose: Choose) {
    this.name = name
    this.source = source
    this.choose = choose
  }

  get condition(): Condition {
    this.compiled ??= conditionOf(this.source)
    return this.compiled
  }

  /** What is not in the text cannot be read, so most rules need not be compiled to know. */
  get readsFacts(): boolean {
    return this.source.includes('__kaiten') && this.condition.readsFacts
  }

  get readsNow(): boolean {
    return this.source.includes('now') && this.condition.readsNow
  }
}

type Condition = Pick<CompiledRule, 'evaluate' | 'readsFacts' | 'readsNow'>

function conditionOf(source: string): Condition {
  const compiled = compileRule(source)
  if (!('issues' in compiled)) return compiled
  // It was a rule when it was stored, for another version of this program.
  const broken = new CelError(compiled.issues.map(({ message }) => message).join('; '))
  return { evaluate: () => broken, readsFacts: false, readsNow: false }
}
