import { FlagTargeting } from '../../views/flag-targeting.tsx'
import type { Tried } from '../../views/flag-trial.tsx'
import type { FlagRecord } from '../domain/flag.ts'
import { lintRule } from '../domain/flag-trace.ts'
import { type Fields, inputOf } from '../domain/form.ts'
import { rearranged, textIn } from '../domain/form-list.ts'
import { parse } from '../domain/input.ts'
import { invalid, Problem } from '../domain/problem.ts'
import {
  blankRule,
  type ChoiceDraft,
  choiceDraftFindings,
  choiceIn,
  choiceInput,
  draftOfChoice,
  draftOfRule,
  type RuleDraft,
  ruleInput,
  rulesIn,
} from '../domain/rule-draft.ts'
import { FlagTrial, tryFlag } from '../snapshot/flag-trials.ts'
import type { House } from '../web/house.ts'
import { commandIn, focusOf, readableForm } from './draft-forms.ts'
import { flagOf } from './flag-named.ts'
import { type Ask, goTo, type Page } from './page.ts'

/** The rules of a flag and what it serves otherwise: edited, and tried as they stand in the form. */
export const flagTargeting = (house: House): Page[] =>
  readableForm('/feature-flags/{flag}/targeting', {
    show: ask => targeting(house, ask),
    submit: async ask => {
      const command = commandIn(ask.fields)
      if (command !== undefined) return targeting(house, ask, command)
      const flag = flagOf(house, ask)
      await house.submit('featureFlags.update', ask.principal, flagInput(draftOf(flag, ask.fields)), ask.asked)
      return goTo(`/feature-flags/${flag.slug}/targeting`, `The targeting of ${flag.name} was saved.`)
    },
  })

interface TargetingDraft {
  rules: RuleDraft[]
  otherwise: ChoiceDraft
}

/** As it was typed; as it is stored where nothing was. */
function draftOf(flag: FlagRecord, fields: Fields): TargetingDraft {
  const variants = namesOf(flag)
  if (fields.size > 0)
    return { rules: rulesIn(fields, variants), otherwise: choiceIn(fields, 'defaultVariant', 'value', variants) }
  return {
    rules: flag.targetingRules.map(rule => draftOfRule(rule, variants)),
    otherwise: draftOfChoice(flag.defaultVariant, variants),
  }
}

const namesOf = ({ variants }: FlagRecord): string[] => variants.map(({ name }) => name)

/** What the API takes: for saving it, and for trying it. */
function flagInput({ rules, otherwise }: TargetingDraft) {
  const findings = [
    ...rules.flatMap((rule, index) => choiceDraftFindings(rule, `targetingRules[${index}]`)),
    ...choiceDraftFindings(otherwise, 'defaultVariant'),
  ]
  if (findings.length > 0) throw invalid(...findings)
  return { targetingRules: rules.map(ruleInput), defaultVariant: choiceInput(otherwise, 'value') }
}

function targeting(house: House, ask: Ask, command?: string) {
  const { fields, principal } = ask
  const flag = flagOf(house, ask)
  const { rules: typed, otherwise } = draftOf(flag, fields)
  const rules = command === undefined ? typed : rearranged(typed, command, () => blankRule(namesOf(flag)))
  const context = textIn(fields, 'context')
  const isTried = command === 'try' || textIn(fields, '_tried') !== undefined
  return (
    <FlagTargeting
      {...{ flag, rules, otherwise, context }}
      checks={checksOf(rules)}
      focus={command && focusOf(command, 'targetingRules', rules)}
      hasChanged={command !== undefined}
      tried={isTried ? tried(house, principal, flag, { rules, otherwise, context }) : undefined}
    />
  )
}

/** What the draft would answer, also while the flag is off: what it does then needs no rules. */
function tried(
  house: House,
  principal: Ask['principal'],
  { id }: FlagRecord,
  { context = '', ...draft }: TargetingDraft & { context: string | undefined },
): Tried {
  try {
    const said = inputOf(FlagTrial, new Map([['context', [context]]]))
    const trial = parse(FlagTrial, { ...said, draft: { ...flagInput(draft), enabled: true } })
    return { verdict: tryFlag(house, principal, id, trial) }
  } catch (error) {
    if (error instanceof Problem && error.errors) return { findings: error.errors }
    throw error
  }
}

/** Checking takes up to a microsecond per character: what is too long to be saved is not looked at. */
const longestChecked = 32_000

function checksOf(rules: readonly RuleDraft[]) {
  const total = rules.reduce((sum, { rule }) => sum + rule.length, 0)
  return rules.map(({ rule }) => (total > longestChecked || rule.trim() === '' ? undefined : lintRule(rule)))
}
