import { NewFlag } from '../../views/flag-edit.tsx'
import { addressOf } from '../../views/flag-layout.tsx'
import { FlagTargeting } from '../../views/flag-targeting.tsx'
import { FlagVariants } from '../../views/flag-variants.tsx'
import { type FlagRecord, FlagType } from '../domain/flag.ts'
import { lintRule } from '../domain/flag-trace.ts'
import type { Fields } from '../domain/form.ts'
import { rearranged, textIn } from '../domain/form-list.ts'
import { invalid } from '../domain/problem.ts'
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
import {
  blankVariant,
  draftOfVariant,
  firstVariants,
  type VariantDraft,
  variantInputs,
  variantsIn,
  withRenamed,
} from '../domain/variant-draft.ts'
import type { House } from '../web/house.ts'
import { flagOf } from './flag-named.ts'
import { form, goTo, type Page, page } from './page.ts'

/**
 * The forms whose lists people add to, move in and take from. Their buttons send `_do`: the form then comes back changed
 * and not saved. What is typed is a draft (domain) until it is sent for good.
 */
export const flagDrafts = (house: House): Page[] => [
  ...form('/feature-flags/new', {
    demand: 'write:feature_flags',
    show: ({ fields }) => <NewFlag draft={newFlagIn(fields)} />,
    submit: async ask => {
      const { fields } = ask
      const draft = newFlagIn(fields)
      const command = commandIn(fields) ?? (textIn(fields, '_shown') === draft.type ? undefined : 'show')
      if (command !== undefined) {
        const variants = rearranged(draft.variants, command, () => blankVariant(draft.type, draft.variants))
        return <NewFlag draft={{ ...draft, variants }} focus={focusOf(command, 'variants', variants)} hasChanged />
      }
      const { name, slug, description, type, enabled, variants } = draft
      const chosen = variants.find(({ key }) => key === draft.chosen) ?? variants[0]
      const input = {
        ...{ name, type, enabled },
        ...(slug !== '' && { slug }),
        ...(description.trim() !== '' && { description }),
        variants: variantInputs(variants, type),
        ...(chosen && { defaultVariant: { type: 'basic' as const, value: chosen.name } }),
      }
      const { value } = await house.submit('featureFlags.create', ask.principal, input, ask.asked)
      return goTo(addressOf(value), `${name} was created.`)
    },
  }),
  ...readableForm('/feature-flags/{flag}/variants', {
    show: ask => {
      const flag = flagOf(house, ask)
      return <FlagVariants flag={flag} variants={variantDrafts(flag, ask.fields)} />
    },
    submit: async ask => {
      const flag = flagOf(house, ask)
      const drafts = variantDrafts(flag, ask.fields)
      const command = commandIn(ask.fields)
      if (command !== undefined) {
        const variants = rearranged(drafts, command, () => blankVariant(flag.type, drafts))
        return <FlagVariants {...{ flag, variants }} focus={focusOf(command, 'variants', variants)} hasChanged />
      }
      const input = { variants: variantInputs(drafts, flag.type), ...withRenamed(flag, drafts) }
      await house.submit('featureFlags.update', ask.principal, input, ask.asked)
      return goTo(`${addressOf(flag)}/variants`, `The variants of ${flag.name} were saved.`)
    },
  }),
  ...readableForm('/feature-flags/{flag}/targeting', {
    show: ask => targeting(flagOf(house, ask), ask.fields),
    submit: async ask => {
      const flag = flagOf(house, ask)
      const command = commandIn(ask.fields)
      if (command !== undefined) return targeting(flag, ask.fields, command)
      const { rules, otherwise } = targetingDraft(flag, ask.fields)
      const findings = [
        ...rules.flatMap((rule, index) => choiceDraftFindings(rule, `targetingRules[${index}]`)),
        ...choiceDraftFindings(otherwise, 'defaultVariant'),
      ]
      if (findings.length > 0) throw invalid(...findings)
      const input = { targetingRules: rules.map(ruleInput), defaultVariant: choiceInput(otherwise, 'value') }
      await house.submit('featureFlags.update', ask.principal, input, ask.asked)
      return goTo(`${addressOf(flag)}/targeting`, `The targeting of ${flag.name} was saved.`)
    },
  }),
]

/** Whoever may not change it reads the same page. */
function readableForm(path: string, { show, submit }: Pick<Parameters<typeof form>[1], 'show' | 'submit'>): Page[] {
  const sent = form(path, { demand: 'write:feature_flags', show, submit }).filter(({ method }) => method === 'POST')
  return [...page(path, { demand: 'read:feature_flags', show }), ...sent]
}

/** What a button of a list asks for; undefined where the form is to be saved. */
const commandIn = (fields: Fields): string | undefined => textIn(fields, '_do')

/** The first field of what was added. */
const focusOf = (command: string, list: string, items: readonly unknown[]): string =>
  command === 'add' ? `${list}[${items.length - 1}].name` : ''

function newFlagIn(fields: Fields) {
  const text = (name: string) => textIn(fields, name) ?? ''
  const read = FlagType.safeParse(text('type'))
  const type = read.success ? read.data : 'boolean'
  const shown = textIn(fields, '_shown')
  const variants = shown === undefined ? firstVariants(type) : retyped(variantsIn(fields), shown, type)
  return {
    name: text('name'),
    slug: text('slug'),
    description: text('description'),
    type,
    enabled: text('enabled') === 'true',
    variants,
    // What nobody has chosen yet is the safe one: off.
    chosen: textIn(fields, '_default') ?? variants.at(-1)?.key ?? '',
  }
}

/** Names stay while the type is chosen; values of another type do not. */
function retyped(variants: VariantDraft[], shown: string, type: FlagType): VariantDraft[] {
  if (shown === type) return variants
  if (shown === 'boolean' || type === 'boolean') return firstVariants(type)
  return variants.map(variant => ({ ...variant, value: blankVariant(type).value }))
}

/** As they were typed; as they are stored where nothing was. */
const variantDrafts = (flag: FlagRecord, fields: Fields): VariantDraft[] =>
  fields.size > 0 ? variantsIn(fields) : flag.variants.map(draftOfVariant)

function targetingDraft(flag: FlagRecord, fields: Fields): { rules: RuleDraft[]; otherwise: ChoiceDraft } {
  const variants = flag.variants.map(({ name }) => name)
  if (fields.size > 0)
    return { rules: rulesIn(fields, variants), otherwise: choiceIn(fields, 'defaultVariant', 'value', variants) }
  return {
    rules: flag.targetingRules.map(rule => draftOfRule(rule, variants)),
    otherwise: draftOfChoice(flag.defaultVariant, variants),
  }
}

function targeting(flag: FlagRecord, fields: Fields, command?: string) {
  const variants = flag.variants.map(({ name }) => name)
  const { rules: typed, otherwise } = targetingDraft(flag, fields)
  const rules = command === undefined ? typed : rearranged(typed, command, () => blankRule(variants))
  return (
    <FlagTargeting
      {...{ flag, rules, otherwise }}
      checks={checksOf(rules)}
      focus={command && focusOf(command, 'targetingRules', rules)}
      hasChanged={command !== undefined}
    />
  )
}

/** Checking takes up to a microsecond per character: what is too long to be saved is not looked at. */
const longestChecked = 32_000

function checksOf(rules: readonly RuleDraft[]) {
  const total = rules.reduce((sum, { rule }) => sum + rule.length, 0)
  return rules.map(({ rule }) => (total > longestChecked || rule.trim() === '' ? undefined : lintRule(rule)))
}
